"""The expert's desk: score against the checklist and seal; the moderator settles a spread."""
