"""The door, messages and one's own account."""
