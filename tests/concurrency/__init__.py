"""Many at the same instant: real processes on a real database, and what each of them is told."""
