"""The public self-check: a page and an interface for machines that score figures and keep none of them."""
