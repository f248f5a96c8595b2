"""The map of how conversations go: what follows what, and after how long (docs/process-map.md)."""
