"""Use cases of surveys: a question to a sample of customers, and their answers."""
