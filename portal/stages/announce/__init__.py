"""The bureau's desk of public notices, objections and their answers."""
