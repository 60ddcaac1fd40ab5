"""What is typed into a field by people who want to see it break, and what a form with such values looks like on the wire."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from portal import clock
from tests.hostile.answers import MARK
from tests.hostile.crawl import Field, Form
from tests.make import PASSWORD
from tests.papers import pdf, picture, sheet

FIGURES = ("", "0", "-1", "-0", "1e3", "1e999", "NaN", "Infinity", "-Infinity", "１２．５", "٣", "²", "½", "1_0", "0x1f", "1,000", "1.", ".5",
           "--1", "1.0000000001", "2147483648", "9223372036854775808", "9" * 400, "9" * 5000, "1" + "0" * 40, "True", "None", "12abc")
DATES = ("", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "2026-1-1", "20261201", "2026-W01-1",
         "01/02/2026", "2026-12-01T00:00", "-2026-01-01", "二〇二六年一月一日")
TEXTS = ("", " ", "\0", "a\0b", "\x01\x02\x0b\x1f\x7f", "\x1b[31mred", "\ud800", "\ufffe\uffff", "\u202egpj.exe", "\u200b\ufeff", "\r\n\r\nX: y",
         "甲" * 61, "长" * 100_000, "𬭎😀👨‍👩‍👧", "e\u0301" * 40, MARK, "<b>x</b>", "&lt;script&gt;", "' OR '1'='1' --", '"; DROP TABLE person; --',
         "{{7*7}}", "{% raw %}", "${7*7}", "%s%s%n%(x", "%00", "../../etc/passwd", "=cmd|' /C calc'!A0", "@SUM(1)", "]]>", "<!--", "a" * 5000,
         "javascript:alert(1)", "//evil.example", "\\\\host\\share", "null", "undefined", "[]", "{}", "a@b.c\nBcc: d@e.f", "\u2028\u2029")
NUMBERS = tuple(str(number) for number in range(1, 40))
"""Identifiers of rows: some exist and are somebody else's."""
ANY = (*FIGURES, *DATES, *TEXTS, *NUMBERS)
FILE_NAMES = ("照片.jpg", "a.pdf", "a.xlsx", "", "x" * 4000 + ".jpg", "a\0.jpg", "../../a.jpg", "con.jpg", "\u202egpj.exe", "a.svg", "a.jpg\r\nX: y", " ", ".")
CONTENTS = (picture("JPEG"), pdf(), sheet(), b"", b"\0" * 99, b"<svg onload=alert(1)>", b"MZ\x90\0", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7")

Pair = tuple[str, Any]


def one(field: Field) -> st.SearchStrategy[Any]:
    """A hostile value for a field: mostly of the sort that the field is about, at times anything."""
    if field.type == "file":
        return st.tuples(st.sampled_from(CONTENTS), st.sampled_from(FILE_NAMES))
    own: tuple[str, ...] = TEXTS
    if field.figure or field.type == "number":
        own = FIGURES
    elif field.type == "date":
        own = DATES
    elif field.type in {"select", "radio", "checkbox"}:
        own = (*field.options, *NUMBERS[:5], "-1", "")
    elif field.type == "hidden":
        own = (*FIGURES, *NUMBERS, *TEXTS)
    return st.sampled_from(own) | st.sampled_from(own) | st.sampled_from(ANY) | st.text(max_size=30)


def plausible(form: Form) -> list[Pair]:
    """The form filled in as somebody would who means it, with markup in every free text."""
    pairs: list[Pair] = [(name, value) for name, value in form.values if value]
    filled = {name for name, _value in pairs}
    for field in form.fields:
        if field.name in filled:
            continue
        if field.type in {"select", "radio"}:
            pairs += [(field.name, value) for value in [option for option in field.options if option][-1:]]
        elif field.type == "checkbox":
            pairs += [(field.name, value) for value in field.options[:2]]
        elif field.type == "file":
            pairs.append((field.name, (picture("JPEG"), "照片.jpg")))
        elif field.type == "date":
            pairs.append((field.name, (clock.today() + timedelta(days=12)).isoformat()))
        elif field.type == "password":
            pairs.append((field.name, PASSWORD))
        elif field.figure:
            pairs.append((field.name, "1"))
        elif field.type == "email":
            pairs.append((field.name, "a@example.invalid"))
        elif field.type == "tel":
            pairs.append((field.name, "023-12345678"))
        elif field.type != "hidden":
            pairs.append((field.name, MARK))
    return pairs


@st.composite
def sent(draw: st.DrawFn, form: Form) -> list[Pair]:
    """What is sent instead of the form: fields changed, left out, doubled, unknown, or nothing at all."""
    pairs = plausible(form)
    how = draw(st.sampled_from(("change", "change", "change", "change", "leave out", "double", "nothing")))
    if how == "nothing":
        return []
    fields = {field.name: field for field in form.fields if field.name != "csrf_token"}
    names = sorted(fields)
    if names:
        wanted = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        if how == "leave out":
            return [pair for pair in pairs if pair[0] not in wanted]
        fresh = [(name, draw(one(fields[name]))) for name in wanted]
        pairs = [pair for pair in pairs if how == "double" or pair[0] not in wanted] + fresh
    if draw(st.integers(0, 4)) == 0:
        pairs += [(draw(st.sampled_from(("id", "stage", "person_id", "key", "next", "format", "__class__", "a[]", "\0", "长" * 300))),
                   draw(st.sampled_from(ANY)))]
    return pairs


def body(pairs: list[Pair], *, multipart: bool) -> tuple[bytes, str]:
    """The bytes of a form and their content type; what is no Unicode goes over the wire all the same."""
    if not multipart:
        text = "&".join(f"{quote_plus(_bytes(name))}={quote_plus(_bytes(value))}" for name, value in pairs if not isinstance(value, tuple))
        return text.encode("ascii"), "application/x-www-form-urlencoded"
    out, mark = io.BytesIO(), b"frontier7"
    for name, value in pairs:
        head = b'Content-Disposition: form-data; name="' + _quoted(name) + b'"'
        content = value
        if isinstance(value, tuple):
            content, filename = value
            head += b'; filename="' + _quoted(filename) + b'"\r\nContent-Type: application/octet-stream'
        out.write(b"--" + mark + b"\r\n" + head + b"\r\n\r\n" + _bytes(content) + b"\r\n")
    out.write(b"--" + mark + b"--\r\n")
    return out.getvalue(), f"multipart/form-data; boundary={mark.decode()}"


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def _quoted(name: str) -> bytes:
    return _bytes(name).replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
