"""Attention: how often, when and why the company may write to a person who did not ask."""
