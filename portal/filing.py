"""Stored files and their rows: bytes are in the store before the row is written; the row remembers its store."""

import hashlib
import io
from functools import lru_cache
from typing import BinaryIO

from flask import current_app
from sqlalchemy import select

from portal import outbox
from portal.clock import now
from portal.db import db
from portal.models.evidence import File, Picture
from portal.models.person import Person
from portal.settings import Settings
from portal.storage.choice import open_store
from portal.storage.store import Store


@lru_cache(maxsize=8)
def _store(name: str, settings: Settings) -> Store:
    return open_store(name, uploads=settings.uploads_folder, s3_endpoint=settings.s3_endpoint,
                      s3_bucket=settings.s3_bucket, s3_access_key=settings.s3_access_key,
                      s3_secret_key=settings.s3_secret_key)


def store(name: str = "") -> Store:
    """The store of this name, or the one where new files land."""
    settings: Settings = current_app.config["PORTAL"]
    return _store(name or settings.store, settings)


def keep(stream: BinaryIO, *, sha256: str, size: int, mime: str, kind: str, name: str, pages: int | None,
         institution_id: int | None, by: Person | None) -> File:
    """Store examined bytes and write their row; the same bytes of the same institution are kept once.

    Runs inside the caller's transaction and queues the preview.
    """
    known = db.session.scalar(select(File).where(File.sha256 == sha256, File.institution_id == institution_id,
                                                 File.name == name))
    if known is not None:
        return known
    here = store()
    stream.seek(0)
    here.put(stream, sha256=sha256, size=size)
    file = File(sha256=sha256, size=size, mime=mime, kind=kind, name=name, store=here.name, pages=pages,
                institution_id=institution_id, uploaded_by_id=by.id if by else None, uploaded_at=now())
    db.session.add(file)
    db.session.flush()
    outbox.queue("preview", file=file.id)
    return file


def open_file(file: File | Picture) -> BinaryIO:
    """The bytes of a file or of a preview picture."""
    return store(file.store).open(file.sha256)


def keep_bytes(data: bytes) -> tuple[str, int, str]:
    """Store bytes of our own making (a preview, a paper); gives digest, size and the store's name."""
    sha256 = hashlib.sha256(data).hexdigest()
    here = store()
    here.put(io.BytesIO(data), sha256=sha256, size=len(data))
    return sha256, len(data), here.name
