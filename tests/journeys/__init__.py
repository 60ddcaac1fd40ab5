"""Whole lives, walked on the pages."""
