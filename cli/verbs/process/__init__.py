"""`antiphon process`: the map of how conversations go."""
