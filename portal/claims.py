"""What only one process of all may do at a time: claimed until the block ends, or until the process does.

On PostgreSQL an advisory lock on a connection of its own, so that workers on several machines see each other; on
SQLite, which is one machine, a locked file in the data folder. Neither stays locked when a process is killed; an empty
file may stay until somebody claims the same again.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from portal.db import db
from portal.settings import Settings


def claimed(name: str) -> AbstractContextManager[bool]:
    """Claim something; true when it is ours, false at once when somebody else has it."""
    return _claim(name, wait=False)


def waited_for(name: str) -> AbstractContextManager[bool]:
    """Claim something as soon as whoever has it is done."""
    return _claim(name, wait=True)


def _claim(name: str, *, wait: bool) -> AbstractContextManager[bool]:
    if db.engine.dialect.name == "postgresql":
        return _advisory(name, wait=wait)
    settings: Settings = current_app.config["PORTAL"]
    return _locked_file(settings.data / "claims" / hashlib.sha256(name.encode()).hexdigest()[:16], wait=wait)


@contextmanager
def _advisory(name: str, *, wait: bool) -> Iterator[bool]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")  # held for the session, not by an open transaction
        take = func.pg_advisory_lock(key) if wait else func.pg_try_advisory_lock(key)
        mine = connection.scalar(select(take)) is not False
        try:
            yield mine
        finally:
            if mine:
                connection.scalar(select(func.pg_advisory_unlock(key)))


@contextmanager
def _locked_file(path: Path, *, wait: bool) -> Iterator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(handle)
            yield False
            return
        if _is_still(path, handle):
            break
        os.close(handle)  # whoever had it took the file away: there may be a new one, or none
    try:
        yield True
    finally:
        os.unlink(path)
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
