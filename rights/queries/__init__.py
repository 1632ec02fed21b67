"""A person's own log, what keeps an account open, and the facts under a certificate."""
