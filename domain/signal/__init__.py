"""Signals: what customers say again and again about one thing, and how far the evidence can be trusted."""
