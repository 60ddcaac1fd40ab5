"""Cells of files for spreadsheets: a text that a program would take for a formula is told apart by an apostrophe."""

import unicodedata

_STARTS = frozenset("=+-@\t\r\n")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it when its first sign, also a full-width one, starts a formula."""
    first = unicodedata.normalize("NFKC", text.lstrip(" \u3000")[:1])[:1]
    return "'" + text if first in _STARTS and first else text
