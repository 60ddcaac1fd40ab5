"""Files as they arrive in a form: each is examined by itself, so that one bad file does not lose the others."""

from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal import intake
from portal.intake import Examined, FileRefused
from portal.web.receiving import file_limit

AT_ONCE = 20
"""How many files one form may carry."""


def chosen(name: str = "file") -> list[FileStorage]:
    """The files that were really chosen."""
    return [one for one in request.files.getlist(name) if one.filename]


def examined(kinds: tuple[str, ...], name: str = "file") -> Iterator[tuple[FileStorage, Examined | None, str]]:
    """Every file with what it is, or with the sentence why it is not taken."""
    for one in chosen(name):
        try:
            stream = cast(BinaryIO, one.stream)
            yield one, intake.examine(stream, one.filename or "", kinds=kinds, limit=file_limit()), ""
        except FileRefused as refused:
            yield one, None, _(refused.message, **refused.values)
