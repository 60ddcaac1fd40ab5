"""The certification portal: from an institution's first draft to a certificate anybody can verify."""
