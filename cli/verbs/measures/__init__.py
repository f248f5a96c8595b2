"""`antiphon measures`: what matters to customers."""
