"""A real browser against a real server: journeys, accessibility, pictures."""
