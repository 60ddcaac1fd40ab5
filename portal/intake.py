"""Look at an arriving file before it is kept: what it really is, whether it opens, its size and digest."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

import filetype

from portal import carried, imaging
from portal.domain.evidence import (
    ACTIVE,
    BY_EXTENSION,
    BY_MIME,
    LIMITS,
    MESSAGES,
    MOST_ENTRIES,
    MOST_EXPANDED,
    MOST_PAGES,
    MOST_PIXELS,
    MOST_RATIO,
    REPLACED_BY,
    Format,
    Kind,
    Refusal,
    extension_of,
    extensions_of,
    safe_name,
)

_CHUNK = 1024 * 1024
_HEAD = 8192
_ACTIVE_HEAD = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype|<html|<head|<body|<script|<svg|<\?xml|<\?php|<!--|#!|MZ|\x7fELF|\xca\xfe\xba\xbe|%!PS)",
    re.IGNORECASE,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_OFFICE_MAIN = {
    kind: re.compile(
        rb"ContentType\s*=\s*[\"']application/vnd\.openxmlformats-officedocument\." + word + rb"\.main\+xml[\"']"
    )
    for kind, word in ((Kind.SHEET, rb"spreadsheetml\.sheet"), (Kind.DOCUMENT, rb"wordprocessingml\.document"))
}
_EXPANDED_ALLOWANCE = 10 * 1024 * 1024  # a small file may pack well: the ratio counts from here on


class FileRefused(ValueError):
    """An arriving file is not taken: `code` says why, `values` fill the sentence in MESSAGES[code]."""

    def __init__(self, code: Refusal, **values: str | int) -> None:
        self.code = code
        self.values = values
        super().__init__(self.message % values)

    @property
    def message(self) -> str:
        """The message id of the sentence for the person who chose the file."""
        return MESSAGES[self.code]


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its safe name, kind, media type, size in bytes, SHA-256, and its shape.

    `pages` is set for PDF and TIFF, `width` and `height` (as it stands upright) for pictures.
    """

    name: str
    kind: Kind
    mime: str
    size: int
    sha256: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def promised(filename: str, *, size: int, kinds: Collection[Kind | str] = tuple(Kind), limit: int | None = None) -> str:
    """Refuse, before a byte has arrived, what its name and size (bytes) already rule out; gives the safe name.

    Raises FileRefused as `examine` does, which looks at the content later.
    """
    name = safe_name(filename)
    claimed = _claimed(name, frozenset(Kind(kind) for kind in kinds))
    most = min(LIMITS[claimed.kind], limit) if limit is not None else LIMITS[claimed.kind]
    if size > most:
        raise FileRefused(Refusal.TOO_LARGE, limit_mb=max(1, most // (1024 * 1024)))
    if size <= 0:
        raise FileRefused(Refusal.EMPTY)
    return name


def examine(
    stream: BinaryIO, filename: str, *, kinds: Collection[Kind | str] = tuple(Kind), limit: int | None = None
) -> Examined:
    """Examine a seekable stream from its beginning and leave it rewound.

    `kinds` are those asked for here; `limit` in bytes lowers the limits of the kinds. Memory stays flat: the
    file is read in chunks and never held whole (pictures are decoded, within MOST_PIXELS). Raises FileRefused.
    """
    wanted = frozenset(Kind(kind) for kind in kinds)
    name = safe_name(filename)
    claimed = _claimed(name, wanted)
    most = min(LIMITS[claimed.kind], limit) if limit is not None else LIMITS[claimed.kind]
    size, sha256, head = _read_through(stream, most=most)
    stream.seek(0)
    found = _found(stream, head, extension=extension_of(name))
    if found.mime != claimed.mime:
        raise FileRefused(Refusal.MISMATCH, extension=extension_of(name), found=found.extensions[0])
    pages, width, height = _open(stream, found)
    stream.seek(0)
    return Examined(name, found.kind, found.mime, size, sha256, pages, width, height)


def _claimed(name: str, wanted: frozenset[Kind]) -> Format:
    """Give the format that the name promises, refusing what would be refused whatever the content."""
    extension = extension_of(name)
    allowed = ", ".join(extensions_of(wanted))
    if not extension:
        raise FileRefused(Refusal.NO_EXTENSION)
    if extension in ACTIVE:
        raise FileRefused(Refusal.ACTIVE_CONTENT)
    if extension in REPLACED_BY:
        raise FileRefused(Refusal.SAVE_AS, extension=extension, save_as=REPLACED_BY[extension])
    if extension not in BY_EXTENSION:
        raise FileRefused(Refusal.FORMAT_NOT_TAKEN, extension=extension, allowed=allowed)
    claimed = BY_EXTENSION[extension]
    if claimed.kind not in wanted:
        raise FileRefused(Refusal.KIND_NOT_ASKED, kind=claimed.kind.value, allowed=allowed)
    return claimed


def _read_through(stream: BinaryIO, *, most: int) -> tuple[int, str, bytes]:
    """Give size, digest and the first bytes, stopping as soon as the file proves too large."""
    stream.seek(0)
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(_CHUNK):
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
        size += len(chunk)
        if size > most:
            raise FileRefused(Refusal.TOO_LARGE, limit_mb=max(1, most // (1024 * 1024)))
        digest.update(chunk)
    if not size:
        raise FileRefused(Refusal.EMPTY)
    return size, digest.hexdigest(), head


def _found(stream: BinaryIO, head: bytes, *, extension: str) -> Format:
    """Give the format that the content is, whatever the name says."""
    if _ACTIVE_HEAD.match(head):
        raise FileRefused(Refusal.ACTIVE_CONTENT)
    if head.startswith(_ZIP):
        return _office_format(stream, extension=extension)
    if head.startswith(_OLE):
        raise _refuse_ole(stream, extension=extension)
    guess = filetype.guess(head)
    mime = {"image/heif": "image/heic"}.get(guess.mime, guess.mime) if guess else ""
    if mime not in BY_MIME:
        if guess and guess.extension in ACTIVE:
            raise FileRefused(Refusal.ACTIVE_CONTENT)
        raise FileRefused(Refusal.CONTENT_UNKNOWN, extension=extension)
    return BY_MIME[mime]


def _refuse_ole(stream: BinaryIO, *, extension: str) -> FileRefused:
    """An old Office file under a new name, or a new one inside the envelope that a password makes."""
    stream.seek(0)
    before = b""
    while chunk := stream.read(_CHUNK):
        if _ENCRYPTED_PACKAGE in before + chunk:
            return FileRefused(Refusal.ENCRYPTED)
        before = chunk[-len(_ENCRYPTED_PACKAGE) :]
    old = {"docx": "doc", "xlsx": "xls"}.get(extension)
    if old:
        return FileRefused(Refusal.MISMATCH, extension=extension, found=old)
    return FileRefused(Refusal.CONTENT_UNKNOWN, extension=extension)


# --- zip: Office files


def _office_format(stream: BinaryIO, *, extension: str) -> Format:
    """Give what an Office file is, after making sure that its zip can be unpacked safely.

    `filetype` looks only at the order of the first entries, which differs between office programs: the list
    of content types inside is asked instead.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            _refuse_unsafe(entries, packed_size=stream.seek(0, 2))
            names = {entry.filename for entry in entries}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise FileRefused(Refusal.MACROS)
            if "[Content_Types].xml" not in names:
                raise FileRefused(Refusal.CONTENT_UNKNOWN, extension=extension)
            with archive.open("[Content_Types].xml") as part:
                types = part.read(_CHUNK)
            if carried.office_declares(archive):
                raise FileRefused(Refusal.DAMAGED)
            if carried.office_fetches(archive):
                raise FileRefused(Refusal.FETCHES)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(Refusal.DAMAGED) from error
    if b"macroEnabled" in types or b"macrosheet" in types:
        raise FileRefused(Refusal.MACROS)
    for kind, main in _OFFICE_MAIN.items():
        if main.search(types):
            return next(each for each in BY_MIME.values() if each.kind is kind)
    raise FileRefused(Refusal.CONTENT_UNKNOWN, extension=extension)


def _refuse_unsafe(entries: list[zipfile.ZipInfo], *, packed_size: int) -> None:
    expanded = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(Refusal.ENCRYPTED)
    if (
        len(entries) > MOST_ENTRIES
        or expanded > MOST_EXPANDED
        or expanded > _EXPANDED_ALLOWANCE + packed * MOST_RATIO
        or packed > packed_size  # entries that share their bytes, as in a bomb without recursion
    ):
        raise FileRefused(Refusal.EXPANDS_TOO_FAR)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(
        name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names
    ):
        raise FileRefused(Refusal.DAMAGED)


# --- opening


def _open(stream: BinaryIO, found: Format) -> tuple[int | None, int | None, int | None]:
    """Open the file as a reader would; give (pages, width, height) as far as the format has them."""
    try:
        if found.kind is Kind.PDF:
            return _open_pdf(stream), None, None
        if found.kind is Kind.IMAGE:
            width, height, pages = imaging.picture_facts(stream, mime=found.mime)
            _refuse_too_many(pages)
            return (pages if found.mime == "image/tiff" else None), width, height
        _read_parts(stream)
        return None, None, None
    except imaging.PdfEncrypted as error:
        raise FileRefused(Refusal.ENCRYPTED) from error
    except imaging.TooManyPixels as error:
        raise FileRefused(
            Refusal.TOO_MANY_PIXELS, millions=-(-error.pixels // 1_000_000), limit=MOST_PIXELS // 1_000_000
        ) from error
    except imaging.CannotPicture as error:
        raise FileRefused(Refusal.DAMAGED) from error


def _open_pdf(stream: BinaryIO) -> int:
    pages = imaging.pdf_pages(stream)
    if not pages:
        raise FileRefused(Refusal.DAMAGED)
    _refuse_too_many(pages)
    carries = any(extension_of(safe_name(name)) in ACTIVE - {"xml"} for name in imaging.pdf_attachments(stream))
    if carries or imaging.pdf_has_scripts(stream) or carried.pdf_acts(stream):
        raise FileRefused(Refusal.ACTIVE_CONTENT)
    return pages


def _refuse_too_many(pages: int) -> None:
    if pages > MOST_PAGES:
        raise FileRefused(Refusal.TOO_MANY_PAGES, pages=pages, limit=MOST_PAGES)


def _read_parts(stream: BinaryIO) -> None:
    """Unpack every part once, in chunks and to nowhere: checks the checksums of a file that opens in Office."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            if archive.testzip() is not None:
                raise FileRefused(Refusal.DAMAGED)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused(Refusal.DAMAGED) from error
