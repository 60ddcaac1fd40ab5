"""What a portal meets on the open net: hostile files, senseless forms, addresses that nobody meant."""
