"""A folder as a store: `ab/cd/<sha256>`, written aside, synced, then given its name; never overwritten."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from portal.storage.pieces import FOLDER, DiskPieces, sync_folder
from portal.storage.store import FileDiffers, FileMissing, checked, chunks

_ARRIVING = ".arriving"


class DiskStore:
    """Files in a local folder; see Store for the promises."""

    name = "disk"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Give where a file is or would be."""
        checked(sha256)
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def put(self, stream: BinaryIO, *, sha256: str, size: int) -> None:
        """Keep a file; see Store.put."""
        final = self.path(sha256)
        if final.exists():
            self._refuse_other(final, sha256=sha256, size=size)
            return
        arriving = self.folder / _ARRIVING
        arriving.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=arriving)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks(stream, sha256=sha256, size=size):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(aside, 0o440)
            _make_folders(final.parent, below=self.folder)
            # A link, unlike a rename, fails when the name is taken: two uploads of one file cannot collide.
            try:
                os.link(aside, final)
            except FileExistsError:
                self._refuse_other(final, sha256=sha256, size=size)
            sync_folder(final.parent)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(aside)

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file; see Store.open."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error

    def exists(self, sha256: str) -> bool:
        """Tell whether a file is kept."""
        return self.path(sha256).is_file()

    def size(self, sha256: str) -> int:
        """Give a kept file's size in bytes; see Store.size."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error

    def delete(self, sha256: str) -> None:
        """Forget a file; see Store.delete."""
        with suppress(FileNotFoundError):
            self.path(sha256).unlink()

    def digests(self) -> Iterator[str]:
        """Give the digests of all kept files."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with suppress(ValueError):
                yield checked(path.name)

    def pieces(self) -> DiskPieces:
        """Give the waiting room for files that arrive in pieces."""
        return DiskPieces(self.folder)

    def abandoned(self) -> Iterator[Path]:
        """Give what lies aside: files that are being written, and those whose writer was cut off."""
        for folder in (self.folder / _ARRIVING, self.folder / FOLDER):
            with suppress(FileNotFoundError):
                yield from (one for one in folder.iterdir() if one.is_file())

    def clear(self, *, before: datetime) -> int:
        """Remove what was left aside; see Store.clear."""
        gone = 0
        for one in self.abandoned():
            with suppress(FileNotFoundError):  # its writer has just finished
                if one.stat().st_mtime < before.timestamp():
                    one.unlink()
                    gone += 1
        return gone

    def _refuse_other(self, final: Path, *, sha256: str, size: int) -> None:
        # A file of another length under this name is damaged; saying so beats pretending that it is kept.
        if final.stat().st_size != size:
            raise FileDiffers(sha256)


def _make_folders(folder: Path, *, below: Path) -> None:
    """Make a folder and write the new names in its parents down, so that a power cut does not undo them."""
    missing = []
    while folder != below and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)
