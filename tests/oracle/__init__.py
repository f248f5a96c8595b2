"""A second reading of the rules for clocks: slow, plain, and made of nothing of the project.

It answers a scenario file the way a patient person with a calendar would: for every question it takes the facts that
count, replays them from nothing, and counts open seconds range by range. R… and S… are the rules of `docs/sla.md`.
"""
