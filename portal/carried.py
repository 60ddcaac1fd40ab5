"""What a file carries beside its pages: actions of a PDF that run, and parts of an Office file that reach out of it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_WINDOW = 1024 * 1024
_OVERLAP = 512
_UNPACKED = 16 * 1024 * 1024
_PART = 8 * 1024 * 1024


def _name(word: str) -> bytes:
    """A pattern for a name of PDF, each letter plain or as its number: /J#61vaScript is /JavaScript."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (ord(one), ord(one), ord(one)) for one in word)


_RUNS = b"|".join(map(_name, ("JavaScript", "Launch", "ImportData", "Rendition")))
_ACTION = re.compile(_name("S") + rb"\s*(?:" + _RUNS + rb")(?![A-Za-z0-9])")
_OBJECTS = re.compile(_name("Type") + rb"\s*" + _name("ObjStm") + rb"[^>]{0,200}>>\s*stream\r?\n")
_REVERSED = re.compile(rb"<<[^>]{0,200}" + _name("ObjStm") + rb"[^>]{0,200}>>\s*stream\r?\n")


def pdf_acts(stream: BinaryIO) -> bool:
    """Whether a PDF names an action that runs a script or a program, in plain sight or in a packed stream of objects.

    Reads window by window; a packed stream is unpacked up to 16 MiB. What is encrypted is not seen.
    """
    for window in _windows(stream):
        if _ACTION.search(window) or any(_ACTION.search(text) for text in _unpacked(window)):
            return True
    return False


def _windows(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    before = b""
    while chunk := stream.read(_WINDOW):
        yield before + chunk
        before = chunk[-_OVERLAP:]


def _unpacked(window: bytes) -> Iterator[bytes]:
    for found in (*_OBJECTS.finditer(window), *_REVERSED.finditer(window)):
        try:
            yield zlib.decompressobj().decompress(window[found.end():], _UNPACKED)
        except zlib.error:
            continue


_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REACHING = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External[\"'])"
    rb"(?=[^>]*Type\s*=\s*[\"'][^\"']*/(?:attachedTemplate|oleObject|frame|subDocument|control)[\"'])", re.IGNORECASE)
_LINKED = re.compile(rb"<(?:\w+:)?ddeLink\b", re.IGNORECASE)


def office_declares(archive: zipfile.ZipFile) -> bool:
    """Whether a part declares entities or a document type: no office program writes that, and none opens it."""
    return any(_DECLARATION.search(_text(archive, part)) for part in archive.infolist() if _is_xml(part))


def office_fetches(archive: zipfile.ZipFile) -> bool:
    """Whether a template, an object or figures would be fetched from elsewhere when the file is opened.

    Links to click are no matter.
    """
    return any(_REACHING.search(_text(archive, part)) or _LINKED.search(_text(archive, part))
               for part in archive.infolist() if part.filename.endswith(".rels") or "externalLink" in part.filename)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


def _text(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The beginning of a part, in one byte a sign: a document type stands before everything else."""
    whole = part.filename.endswith(".rels") or "externalLink" in part.filename
    with archive.open(part) as opened:
        return opened.read(_PART if whole else 4096).replace(b"\0", b"")
