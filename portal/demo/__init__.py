"""Demonstration data: invented institutions, people, figures and files, the same for the same seed."""
