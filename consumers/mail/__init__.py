"""Mail across the border: taken in from the server in front of us, and sent to the one behind (docs/mail.md)."""
