"""Mail: what a mail says, where it belongs, whether a person wrote it, and what of it is new (docs/mail.md)."""
