"""Second readings of the rules: slow, plain, and made of nothing that they are compared with.

It answers a scenario file the way a patient person with a calendar would: for every question it takes the facts that
count, replays them from nothing, and counts open seconds range by range. R… and S… are the rules of `docs/sla.md`.
"""
