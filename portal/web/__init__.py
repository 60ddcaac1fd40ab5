"""What all pages share: doors, visitor, errors, filters, headers."""
