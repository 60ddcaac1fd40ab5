"""Tests of the administer."""
