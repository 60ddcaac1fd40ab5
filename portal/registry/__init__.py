"""Institutions and their yearly statistics."""
