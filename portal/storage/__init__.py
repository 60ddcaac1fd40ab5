"""Blobs under their SHA-256: one protocol, a folder or a bucket behind it."""
