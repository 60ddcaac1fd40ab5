"""Keep the message catalogues: extract from code and templates, merge translations, compile, report what is missing."""

import fcntl
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.domain import assignment, credit_code, evidence
from portal.settings import PACKAGE

FOLDER = PACKAGE / "translations"
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2),
    "lazy_ngettext": (1, 2), "pgettext": ((1, "c"), 2), "lazy_pgettext": ((1, "c"), 2),  # type: ignore[dict-item]
}

# Sentences that pure rules name by code; the extractor cannot see them.
TABLES: tuple[tuple[str, Mapping[Any, str]], ...] = (
    ("portal/domain/assignment.py", assignment.MESSAGES), ("portal/domain/credit_code.py", credit_code.MESSAGES),
    ("portal/domain/evidence.py", evidence.MESSAGES),
)


class Timeless(Catalog):
    """A catalogue whose header names neither a day nor the program's version: the same messages give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines."""
        return [(name, value) for name, value in super().mime_headers
                if name not in {"POT-Creation-Date", "PO-Revision-Date", "Generated-By"}]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)


def extracted() -> Catalog:
    """Every message in code and templates, with the places where it stands."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for file, line, message, comments, context in extract_from_dir(
            PACKAGE, METHODS, {"**.html": {"trimmed": "true"}, "templates/**.html": {"trimmed": "true"}},
            keywords=KEYWORDS):
        found.add(message, None, [(f"portal/{file}", line)], auto_comments=comments, context=context)
    for place, table in TABLES:
        for message in table.values():
            found.add(message, None, [(place, 0)])
    return found


def path(language: str) -> Path:
    """The catalogue file of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def _known(language: str) -> Catalog:
    """What is translated already."""
    file = path(language)
    if not file.exists():
        return Catalog(locale=LANGUAGES[language])
    with file.open("rb") as stream:
        return read_po(stream, locale=LANGUAGES[language])


def merged(language: str) -> Catalog:
    """The catalogue of a language as it should be: exactly the messages in use, each with its translation."""
    template, known = extracted(), _known(language)
    result = Timeless(locale=LANGUAGES[language], project="certification portal", charset="utf-8", fuzzy=False,
                      header_comment=f"# Messages of the certification portal: {LANGUAGES[language]}.")
    for message in template:
        if not message.id:
            continue
        words = message.id if language == "en" else ""
        entry = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if entry is not None and entry.string and "fuzzy" not in entry.flags:
            words = entry.string
        if isinstance(message.id, (list, tuple)):
            words = words if isinstance(words, (list, tuple)) else (words,) * result.num_plurals
            words = tuple(words)[:result.num_plurals]
        elif isinstance(words, (list, tuple)):
            words = words[0]
        result.add(message.id, words, [(file, 0) for file in sorted({place[0] for place in message.locations})],
                   flags=[flag for flag in message.flags if flag != "fuzzy"], context=message.context)
    return result


def _written(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=118, sort_output=True, include_lineno=False)
    return out.getvalue()


def problems(language: str, catalog: Catalog) -> list[str]:
    """Entries without a translation, fuzzy ones, and placeholders that differ."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if not all(words) or "fuzzy" in message.flags:
            place = message.locations[0][0] if message.locations else "?"
            found.append(f"{language}: missing: {message.id!r} ({place})")
        else:
            found += [f"{language}: {message.id!r}: {error}" for error in message.check()]
    return found


def update(*, only_check: bool = False) -> list[str]:
    """Bring the catalogues up to date and compile them (or only say what is stale); gives the problems left."""
    found: list[str] = []
    FOLDER.mkdir(exist_ok=True)
    with (PACKAGE / "catalogue.py").open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        for language in LANGUAGES:
            catalog = merged(language)
            text, file = _written(catalog), path(language)
            compiled = io.BytesIO()
            write_mo(compiled, catalog)
            found += problems(language, catalog)
            for target, content in ((file, text), (file.with_suffix(".mo"), compiled.getvalue())):
                if only_check:
                    if not target.exists() or target.read_bytes() != content:
                        found.append(f"{language}: {target.name} is stale; run `portal messages`")
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
    return found
