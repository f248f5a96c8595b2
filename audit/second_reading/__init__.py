"""A second reading of the rules for clocks: slow, plain, and made of nothing of the project.

So it goes with a bundle, and somebody outside can read it. It replays the facts from nothing, and counts open time
range by range. R… and S… are the rules of `docs/sla.md`. Imports the standard library only.
"""
