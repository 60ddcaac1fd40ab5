"""What every store of files promises: content under its digest, never changed once there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from portal.storage.pieces import Pieces

CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileMissing(LookupError):
    """No file is kept under this digest."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"no file {sha256}")


class FileDiffers(ValueError):
    """What was handed over, or what is kept, is not the file that its digest and size name."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"not the file {sha256}")


class StoreUnavailable(RuntimeError):
    """The place for files does not answer or refuses everybody at present; nothing was kept, nothing is lost."""


class Store(Protocol):
    """A place for files; a row remembers the `name` of the store that has its file."""

    @property
    def name(self) -> str:
        """What rows remember: `disk` or `bucket`."""

    def put(self, stream: BinaryIO, *, sha256: str, size: int) -> None:
        """Keep a file, read from the stream's beginning; when it returns, the file is durable and whole.

        Keeping the same file again does nothing. Raises FileDiffers when the stream is not what `sha256` and
        `size` (bytes) say; then nothing is kept.
        """

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading and seeking; the caller closes it. Raises FileMissing."""

    def exists(self, sha256: str) -> bool:
        """Tell whether a file is kept."""

    def size(self, sha256: str) -> int:
        """Give the size of a kept file in bytes. Raises FileMissing."""

    def delete(self, sha256: str) -> None:
        """Forget a file; one that is not there is no error. Only for orphans that no row names."""

    def digests(self) -> Iterator[str]:
        """Give the digests of all kept files, in no order: for sweeping orphans and for backups."""

    def pieces(self) -> Pieces:
        """Give the waiting room for files that arrive in pieces."""

    def clear(self, *, before: datetime) -> int:
        """Remove what writers that were cut off left aside and nobody has touched since `before`; gives how much."""


def checked(sha256: str) -> str:
    """Give a digest back if it is one; raises ValueError otherwise, so that it can never be a path."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError("a file is named by 64 hexadecimal digits in lower case")
    return sha256


def chunks(stream: BinaryIO, *, sha256: str, size: int) -> Iterator[bytes]:
    """Read a stream from its beginning in chunks; raises FileDiffers after the last if it was another file."""
    stream.seek(0)
    digest, seen = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        seen += len(chunk)
        if seen > size:
            raise FileDiffers(sha256)
        digest.update(chunk)
        yield chunk
    if seen != size or digest.hexdigest() != sha256:
        raise FileDiffers(sha256)


def is_intact(store: Store, sha256: str) -> bool:
    """Tell whether a kept file still has its digest, by reading it. Raises FileMissing."""
    with store.open(sha256) as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == sha256
