"""Verbs: one folder per stage of a case, in the order that app.py lists."""
