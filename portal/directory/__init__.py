"""The public's pages: certified units, notices, verification, open data."""
