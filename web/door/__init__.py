"""The session door: it signs people in, keeps their tokens away from the browser, and hands their calls to the API."""
