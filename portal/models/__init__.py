"""Nouns: one small file per aggregate."""
