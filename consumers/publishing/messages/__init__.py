"""Integration events: one class for each published event, apart from how the event is stored.

So how things are stored may change while what was promised to subscribers stays. Messages hold facts, ids, states and
times; nothing that anybody said or by which they are known. Fields are added and never removed or retyped; states are
open words, to which others may be added. `python -m consumers.publishing.contract` writes the contract anew.
"""
