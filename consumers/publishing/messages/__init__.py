"""Integration events: one class for each published event, apart from how the event is stored.

So storage may change while what was promised to subscribers stays. Messages hold facts, ids, states and times; no
personal text, and nothing that identifies a person. Fields are added, never removed or retyped; states are open: others
may be added. `python -m consumers.publishing.contract` writes the contract anew.
"""
