"""Search: what can be found, and finding it."""
