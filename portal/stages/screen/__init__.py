"""The bureau's desk of formal checks, candidate lists and assignment."""
