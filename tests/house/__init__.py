"""The promises that the repository makes to itself."""
