"""Draw a file's pictures in a process of its own, which may take so much memory and time and no more.

PDFium and the decoders read what strangers send: two kilobytes of PDF can swell to gigabytes or draw for hours. What
happens then happens to that process, not to the worker; the file is marked as one that nobody can draw.
"""

import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.reduction import DupFd
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, BinaryIO

from portal import imaging

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes beyond what the process has when it begins: a picture of imaging.MOST_PIXELS takes two thirds of it."""
MOST_SECONDS = 120
"""For all pages of a file together."""

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["portal.imaging", "portal.drawing"])
_starting = Lock()


def pictures(source: BinaryIO, *, mime: str, pages: int, seconds: float = MOST_SECONDS) -> list[tuple[int, bytes]]:
    """The thumbnail (as page 0) and the previews of pages 1 to `pages` as WebP.

    Raises CannotPicture for what cannot be drawn, also within the limits.
    """
    receiver, sender = _server.Pipe(duplex=False)
    until = time.monotonic() + seconds
    with _on_disk(source) as file, receiver:
        artist = _server.Process(target=_draw, args=(DupFd(file.fileno()), mime, pages, sender), daemon=True)
        _start(artist)
        sender.close()
        try:
            return list(_received(receiver, until))
        finally:
            artist.kill()
            artist.join()


def _start(artist: Any) -> None:
    """Start a process that does not read the program that we are in again: it needs this module and nothing else."""
    with _starting:
        program, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            artist.start()
        finally:
            sys.modules["__main__"] = program


def _received(receiver: Connection, until: float) -> Iterator[tuple[int, bytes]]:
    """What the process sends, until it says that this was all."""
    while receiver.poll(max(0.0, until - time.monotonic())):
        try:
            page, data = receiver.recv()
        except EOFError as error:
            raise imaging.CannotPicture("drawing took more memory than it may") from error
        if page is None:
            if data:
                raise imaging.CannotPicture(data)
            return
        yield page, data
    raise imaging.CannotPicture("drawing took longer than it may")


@contextmanager
def _on_disk(source: BinaryIO) -> Iterator[BinaryIO]:
    """The source as a file that another process can read too."""
    try:
        source.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            source.seek(0)
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield copy
    else:
        yield source


def _draw(handle: Any, mime: str, pages: int, sender: Connection) -> None:
    """In the process of its own: send every picture, then (None, what is wrong)."""
    limit = _size() + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open(handle.detach(), "rb") as file:
            sender.send((0, imaging.thumbnail(file, mime=mime)))
            for page in range(1, pages + 1):
                sender.send((page, imaging.preview(file, mime=mime, page=page)))
    except (imaging.CannotPicture, MemoryError) as error:
        sender.send((None, str(error) or "the memory is used up"))
    else:
        sender.send((None, ""))


def _size() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
