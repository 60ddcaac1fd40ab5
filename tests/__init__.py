"""Tests of the portal: they state behaviour, on real parts."""
