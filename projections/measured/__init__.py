"""The facts of measures, read from views: each file has those of some measures."""
