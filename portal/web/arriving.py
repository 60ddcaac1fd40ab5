"""What arrives is read without the signs that no page, paper, spreadsheet or database can write."""

import re
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter
from werkzeug.utils import cached_property

UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Control signs, half characters and what XML forbids: nobody types them; PostgreSQL, xlsx and feeds break on them."""
LONGEST_NUMBER = 18
"""Digits of a number in an address; no row has more, and Python refuses to read thousands of them."""


def clean(text: str) -> str:
    """The text without what cannot be written."""
    return UNWRITABLE.sub("", text)


def number_of(text: str) -> int | None:
    """The number of a row as a field or a key of a field names it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


class CleanRequest(Request):
    """A request whose query and form hold only what can be written."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query."""
        return _cleaned(super().args)

    def _load_form_data(self) -> None:
        known = "form" in self.__dict__
        super()._load_form_data()
        if not known:
            self.__dict__["form"] = _cleaned(self.__dict__["form"])


def _cleaned(sent: Any) -> Any:
    pairs = list(sent.items(multi=True))
    if not any(key is None or UNWRITABLE.search(key) or UNWRITABLE.search(value) for key, value in pairs):
        return sent
    # a part of a multipart form need not have a name
    return ImmutableMultiDict([(clean(key), clean(value)) for key, value in pairs if key is not None])


class RowNumber(IntegerConverter):
    """`<int:…>` of an address, up to the longest number that a row can have."""

    regex = rf"\d{{1,{LONGEST_NUMBER}}}"


def init_app(app: Flask) -> None:
    """Read every request of this app so."""
    app.request_class = CleanRequest
    app.url_map.converters["int"] = RowNumber
