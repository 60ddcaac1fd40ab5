"""Rules: plain Python without Flask, database, files or clock."""
