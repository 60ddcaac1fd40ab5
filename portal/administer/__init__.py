"""People, rounds, editions and the audit view."""
