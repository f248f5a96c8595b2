"""Mail as bytes: reading a mail, and the protocols by which mails come and go."""
