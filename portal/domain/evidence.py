"""Evidence files: which kinds and sizes are taken, safe names, the reasons for a refusal, the dossier digest."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_MIB = 1024 * 1024


class Kind(StrEnum):
    """What sort of file a piece of evidence is; criteria ask for kinds, not for formats."""

    PDF = "pdf"
    IMAGE = "image"
    SHEET = "sheet"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Format:
    """A file format that is taken: its kind, its media type, the extensions it may carry, the first one usual."""

    kind: Kind
    mime: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."

FORMATS: tuple[Format, ...] = (
    Format(Kind.PDF, "application/pdf", ("pdf",)),
    Format(Kind.IMAGE, "image/jpeg", ("jpg", "jpeg")),
    Format(Kind.IMAGE, "image/png", ("png",)),
    Format(Kind.IMAGE, "image/webp", ("webp",)),
    Format(Kind.IMAGE, "image/heic", ("heic", "heif")),
    Format(Kind.IMAGE, "image/tiff", ("tif", "tiff")),
    Format(Kind.SHEET, _OFFICE + "spreadsheetml.sheet", ("xlsx",)),
    Format(Kind.DOCUMENT, _OFFICE + "wordprocessingml.document", ("docx",)),
)

BY_MIME: Mapping[str, Format] = MappingProxyType({each.mime: each for each in FORMATS})
BY_EXTENSION: Mapping[str, Format] = MappingProxyType(
    {extension: each for each in FORMATS for extension in each.extensions}
)

REPLACED_BY: Mapping[str, str] = MappingProxyType(
    {
        "doc": "docx", "wps": "docx", "rtf": "docx", "odt": "docx", "docm": "docx", "dot": "docx",
        "xls": "xlsx", "et": "xlsx", "csv": "xlsx", "ods": "xlsx", "xlsm": "xlsx", "xlsb": "xlsx",
        "ofd": "pdf", "ppt": "pdf", "pptx": "pdf", "dps": "pdf", "caj": "pdf", "dwg": "pdf", "ceb": "pdf",
        "gif": "png", "bmp": "png",
    }
)  # fmt: skip
"""Extensions that are not taken but can be saved as one that is; the refusal says as which."""

ACTIVE = frozenset(
    [
        "svg",
        "svgz",
        "html",
        "htm",
        "xhtml",
        "shtml",
        "mht",
        "mhtml",
        "xml",
        "xsl",
        "js",
        "mjs",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "hta",
        "php",
        "jsp",
        "asp",
        "aspx",
        "py",
        "sh",
        "bash",
        "ps1",
        "bat",
        "cmd",
        "com",
        "exe",
        "msi",
        "scr",
        "dll",
        "jar",
        "apk",
        "lnk",
        "url",
        "swf",
        "reg",
        "chm",
        "iso",
    ]
)
"""Extensions of files that can carry or be programs; they are refused by name before a byte is read."""

LIMITS: Mapping[Kind, int] = MappingProxyType(
    {Kind.PDF: 1024 * _MIB, Kind.IMAGE: 40 * _MIB, Kind.SHEET: 20 * _MIB, Kind.DOCUMENT: 40 * _MIB}
)
"""Largest file of a kind in bytes; an instance sets what it takes (UPLOAD_LIMIT_MB, 100), never more than this."""

MOST_PIXELS = 80_000_000
MOST_PAGES = 2_000
MOST_ENTRIES = 5_000
MOST_EXPANDED = 200 * _MIB
MOST_RATIO = 200

NAME_LENGTH = 120
_NAME_BYTES = 240  # a file name may have 255 bytes on common file systems, and bundles add a number in front


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NO_EXTENSION = "no-extension"
    FORMAT_NOT_TAKEN = "format-not-taken"
    SAVE_AS = "save-as"
    ACTIVE_CONTENT = "active-content"
    CONTENT_UNKNOWN = "content-unknown"
    MISMATCH = "mismatch"
    KIND_NOT_ASKED = "kind-not-asked"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_PAGES = "too-many-pages"
    EXPANDS_TOO_FAR = "expands-too-far"
    MACROS = "macros"
    FETCHES = "fetches"


MESSAGES: Mapping[Refusal, str] = MappingProxyType(
    {
        Refusal.EMPTY: "The file is empty. It was probably not copied completely; please choose it again.",
        Refusal.TOO_LARGE: "The file is larger than %(limit_mb)s MB. Please scan it at a lower resolution or split it.",
        Refusal.NO_EXTENSION: "The file name has no extension such as .pdf or .jpg, so its kind cannot be told.",
        Refusal.FORMAT_NOT_TAKEN: "Files ending in .%(extension)s are not taken. Please use one of: %(allowed)s.",
        Refusal.SAVE_AS: (
            "Files ending in .%(extension)s are not taken. Please save the file as .%(save_as)s and upload that."
        ),
        Refusal.ACTIVE_CONTENT: "The file contains a program or script and is not taken.",
        Refusal.CONTENT_UNKNOWN: (
            "What is inside the file is not what its extension .%(extension)s says. Please export it again."
        ),
        Refusal.MISMATCH: (
            "The file is called .%(extension)s but is really a .%(found)s file. Please rename it or export it again."
        ),
        Refusal.KIND_NOT_ASKED: "This kind of file is not asked for here. Please use one of: %(allowed)s.",
        Refusal.ENCRYPTED: (
            "The file is protected by a password, so reviewers could not open it. Please upload it without one."
        ),
        Refusal.DAMAGED: "The file is damaged and cannot be opened. Please open it on your computer and save it again.",
        Refusal.TOO_MANY_PIXELS: (
            "The picture has %(millions)s million pixels; at most %(limit)s million are taken. Please make it smaller."
        ),
        Refusal.TOO_MANY_PAGES: "The file has %(pages)s pages; at most %(limit)s are taken. Please split it.",
        Refusal.EXPANDS_TOO_FAR: (
            "The file unpacks to far more than its size and is not taken. Please save only the sheets "
            "or pages that are needed."
        ),
        Refusal.FETCHES: (
            "The file fetches a template, an object or figures from another address when it is opened. Please save it "
            "without these links and upload that."
        ),
        Refusal.MACROS: "The file contains macros. Please save it without macros and upload that.",
    }
)
"""The sentence for each refusal, a message id for the catalogue; fill it with the refusal's `values`."""


def extension_of(name: str) -> str:
    """Give the extension of a file name in lower case without its dot; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    plain = extension.isascii() and extension.isalnum() and len(extension) <= 10
    return extension.lower() if dot and stem and plain else ""


def extensions_of(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Give the extensions taken for these kinds, in the order of FORMATS; for labels and the accept attribute."""
    wanted = frozenset(kinds)
    return tuple(extension for each in FORMATS if each.kind in wanted for extension in each.extensions)


def safe_name(original: str) -> str:
    """Give a name that is safe to store, show and download: no folders, no control or direction marks.

    NFC, at most 120 characters and 240 bytes; the extension survives shortening. Applying it twice changes
    nothing. A name of which nothing is left becomes `file`.
    """
    visible = "".join(
        " " if character.isspace() else character
        for character in original
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    name = unicodedata.normalize("NFC", visible).replace("\\", "/").rpartition("/")[2]
    name = "".join("_" if character in '<>:"|?*' else character for character in name)
    name = " ".join(name.split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not (dot and extension_of(name)):
        stem, dot, extension = name, "", ""
    if stem.split(".")[0].strip().upper() in _DEVICES:
        stem = f"_{stem}"
    tail = dot + extension
    stem = stem[: NAME_LENGTH - len(tail)]
    stem = stem.encode()[: _NAME_BYTES - len(tail)].decode(errors="ignore").rstrip(" .")
    return (stem + tail) if stem else "file"


def short_name(original: str) -> str:
    """The safe name as a sentence tells it: at most 32 characters, beginning and extension kept."""
    name = safe_name(original)
    return name if len(name) <= 32 else f"{name[:21]}…{name[-10:]}"


_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))]
)  # names that Windows keeps for itself, whatever the extension


def dossier_digest(entries: Iterable[tuple[str, str, str]]) -> str:
    """Give the SHA-256 (64 hex digits) of a dossier: its (item id, file digest, file name) in any order.

    A file bound to two items, or twice to one, counts as often as it is bound.
    """
    lines = sorted([str(item), sha256.lower(), unicodedata.normalize("NFC", name)] for item, sha256, name in entries)
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
