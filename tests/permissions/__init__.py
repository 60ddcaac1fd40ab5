"""Who gets which answer at which address: every endpoint, every role, own, other and foreign case."""
