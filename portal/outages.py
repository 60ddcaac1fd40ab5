"""Tell what we lean on and is away for a while (database, store, room on a disk, mail) from a mistake of our own."""

import errno
from enum import Enum

from sqlalchemy import exc

from portal.storage.store import StoreUnavailable


class Outage(Enum):
    """What is away; whoever waits finds everything as it was."""

    DATABASE = "database"
    STORE = "store"
    ROOM = "room"
    MAIL = "mail"


class MailUnreachable(RuntimeError):
    """The mail server takes nothing at present: mail waits."""


# EFBIG is a limit that was set for the process, which to the sender is the same as no room.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DISK_AWAY = {errno.EIO, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.ENXIO, errno.ENODEV}
# SQLite's primary result codes: busy, locked, read-only, I/O error, cannot open, locking protocol. A mistake in a
# statement is code 1 and carries the same exception.
_SQLITE_FULL, _SQLITE_AWAY = 13, {5, 6, 8, 10, 14, 15}
_POSTGRES_FULL, _POSTGRES_READ_ONLY = "53100", "25006"


def of(error: BaseException) -> Outage | None:
    """What is away when this was raised; None for a mistake of ours, which asks for somebody who mends it."""
    match error:
        case StoreUnavailable():
            return Outage.STORE
        case MailUnreachable():
            return Outage.MAIL
        case exc.TimeoutError():  # no connection of the pool came free
            return Outage.DATABASE
        case exc.DBAPIError():
            return _of_database(error)
        case OSError():
            return Outage.ROOM if error.errno in _NO_ROOM else Outage.STORE if error.errno in _DISK_AWAY else None
    return None


def _of_database(error: exc.DBAPIError) -> Outage | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF
        return Outage.ROOM if primary == _SQLITE_FULL else Outage.DATABASE if primary in _SQLITE_AWAY else None
    state = getattr(error.orig, "sqlstate", None)
    if state == _POSTGRES_FULL:
        return Outage.ROOM
    lost = error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)
    return Outage.DATABASE if lost or state == _POSTGRES_READ_ONLY else None
