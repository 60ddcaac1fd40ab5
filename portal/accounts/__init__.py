"""Sign in, profile and messages."""
