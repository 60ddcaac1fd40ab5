"""Where pieces of an upload wait until it is whole: in a folder or a bucket, by upload and name, for days at most."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol

from portal.storage.reaching import reaching
from portal.storage.store import FileMissing

_NAME = re.compile(r"[0-9a-f][0-9a-f-]{0,100}")
FOLDER = ".pieces"


class Pieces(Protocol):
    """A waiting room beside a store; `upload` and `name` are hexadecimal, so that they can never be a path."""

    def add(self, upload: str, name: str, data: bytes) -> None:
        """Keep a piece durably; the same name is written again without harm."""

    def read(self, upload: str, name: str) -> bytes:
        """Give a piece. Raises FileMissing."""

    def remove(self, upload: str, name: str) -> None:
        """Forget one piece; one that is not there is no error."""

    def forget(self, upload: str) -> None:
        """Forget every piece of an upload."""

    def uploads(self) -> Iterator[str]:
        """Give the uploads of which any piece is kept, for sweeping."""


class DiskPieces:
    """Pieces in a folder inside the disk store's; see Pieces for the promises."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def add(self, upload: str, name: str, data: bytes) -> None:
        """Keep a piece; see Pieces.add."""
        final = self._path(upload, name)
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # The upload may be given up at this moment and its folder go; what comes too late is swept.
            with suppress(FileNotFoundError):
                os.replace(aside, final)
                sync_folder(final.parent)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(aside)

    def read(self, upload: str, name: str) -> bytes:
        """Give a piece; see Pieces.read."""
        try:
            return self._path(upload, name).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(name) from error

    def remove(self, upload: str, name: str) -> None:
        """Forget one piece; see Pieces.remove."""
        with suppress(FileNotFoundError):
            self._path(upload, name).unlink()

    def forget(self, upload: str) -> None:
        """Forget every piece of an upload; see Pieces.forget."""
        shutil.rmtree(self.folder / _checked(upload), ignore_errors=True)

    def uploads(self) -> Iterator[str]:
        """Give the uploads of which any piece is kept."""
        with suppress(FileNotFoundError):
            yield from sorted(one.name for one in self.folder.iterdir() if one.is_dir())

    def _path(self, upload: str, name: str) -> Path:
        return self.folder / _checked(upload) / _checked(name)


class BucketPieces:
    """Pieces in a bucket under `.pieces/<upload>/<name>`; see Pieces for the promises."""

    def __init__(self, client: Any, *, bucket: str) -> None:
        self._client, self.bucket = client, bucket

    @reaching()
    def add(self, upload: str, name: str, data: bytes) -> None:
        """Keep a piece; see Pieces.add."""
        self._client.put_object(Bucket=self.bucket, Key=self._key(upload, name), Body=data, ContentLength=len(data),
                                ContentType="application/octet-stream")

    @reaching()
    def read(self, upload: str, name: str) -> bytes:
        """Give a piece; see Pieces.read."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self._key(upload, name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"404", "NoSuchKey", "NotFound"}:
                raise FileMissing(name) from error
            raise
        with closing(answer["Body"]) as body:
            return bytes(body.read())

    @reaching()
    def remove(self, upload: str, name: str) -> None:
        """Forget one piece; see Pieces.remove."""
        self._client.delete_object(Bucket=self.bucket, Key=self._key(upload, name))

    @reaching()
    def forget(self, upload: str) -> None:
        """Forget every piece of an upload; see Pieces.forget."""
        for key in list(self._keys(f"{FOLDER}/{_checked(upload)}/")):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def uploads(self) -> Iterator[str]:
        """Give the uploads of which any piece is kept."""
        with reaching():
            found = sorted({key.split("/")[1] for key in self._keys(f"{FOLDER}/")})
        yield from found

    def _keys(self, prefix: str) -> Iterator[str]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            yield from (str(entry["Key"]) for entry in page.get("Contents", ()))

    @staticmethod
    def _key(upload: str, name: str) -> str:
        return f"{FOLDER}/{_checked(upload)}/{_checked(name)}"


def sync_folder(folder: Path) -> None:
    """Write the names in a folder down, so that a power cut does not undo them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checked(name: str) -> str:
    """Give a name back if it is one; raises ValueError otherwise."""
    if not _NAME.fullmatch(name):
        raise ValueError("pieces are named by hexadecimal digits")
    return name
