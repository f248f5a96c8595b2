"""Measures: what matters to customers, by definitions in versions (docs/measures.md)."""
