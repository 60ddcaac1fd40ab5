"""Large files as they arrive: kept piece by piece across lost connections, put together when whole, swept when left.

The protocol that browsers speak is in docs/uploads.md. A piece is written before its row says so, and under a name that
its content gives it: whoever loses a race has written nothing over anybody else's bytes.
"""

import base64
import binascii
import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import BinaryIO, cast

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, select

from portal import filing
from portal.clock import now
from portal.db import after_commit, db, lock, transaction
from portal.domain.refusal import Gone, Refused
from portal.models.application import Application
from portal.models.person import Person
from portal.models.upload import Upload
from portal.storage.pieces import Pieces
from portal.storage.store import FileMissing

PIECE = 4 * 1024 * 1024
"""The largest piece in bytes."""
KEPT = timedelta(days=3)
"""How long an upload waits for its next piece."""
LEFT = timedelta(days=1)
"""How long a file lies half written before its writer is taken for dead."""
MOST_OPEN, MOST_BYTES = 40, 1024 * 1024 * 1024
"""How many uploads one person may have under way, and how many bytes they may promise together."""


class TooMuchUnderWay(Refused):
    """The person has too many or too large uploads that are not finished."""


class UploadExpired(Refused):
    """Nothing arrived for so long that the pieces are no longer kept."""


class PiecesLost(UploadExpired):
    """What had arrived is not there any more."""


class PieceDamaged(Refused):
    """A piece is not what its digest says, empty, or more than was promised."""


class NotWhole(Refused):
    """Something is still missing from the file."""


class WrongOffset(Refused):
    """A piece does not begin where the last one ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(_("The server has another part of this file than the browser thinks."),
                         instead=_("Ask for what has arrived and go on from there."))
        self.received = received


def begin(case: Application, *, item_id: str, request_id: str, name: str, size: int, modified: str,
          by: Person) -> tuple[Upload, bool]:
    """Open an upload of `size` bytes, or find the same file's unfinished one; true when it is new.

    TooMuchUnderWay beyond MOST_OPEN or MOST_BYTES; kind and size of the file are the caller's to check.
    """
    moment = now()
    with transaction() as session:
        lock(by)  # two tabs count one after the other, and find each other's upload of the same file
        known = session.scalar(select(Upload).where(
            *_open_of(by), Upload.application_id == case.id, Upload.item_id == item_id,
            Upload.request_id == request_id, Upload.name == name, Upload.size == size, Upload.modified == modified))
        if known is not None:
            return known, False
        count, promised = session.execute(
            select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(*_open_of(by))).one()
        if count >= MOST_OPEN or promised + size > MOST_BYTES:
            raise TooMuchUnderWay(_("Too many of your uploads are unfinished."),
                                  instead=_("Finish or discard some of them first."))
        made = Upload(token=secrets.token_hex(16), person_id=by.id, application_id=case.id, item_id=item_id,
                      request_id=request_id, name=name, size=size, modified=modified, received=0, pieces=[],
                      store=filing.store().name, created_at=moment, expires_at=moment + KEPT)
        session.add(made)
        session.flush()
        return made, True


def _open_of(person: Person) -> tuple[ColumnElement[bool], ...]:
    return Upload.person_id == person.id, Upload.file_id.is_(None), Upload.expires_at > now()


def find(token: str, case: Application, *, by: Person) -> Upload | None:
    """A person's own upload to this case, also a finished one; UploadExpired when its time is over."""
    found = db.session.scalar(select(Upload).where(
        Upload.token == token, Upload.application_id == case.id, Upload.person_id == by.id))
    if found is not None and found.file_id is None and found.expires_at <= now():
        raise UploadExpired(_("This upload was left for too long and is no longer kept."),
                            instead=_("Upload the file again from its beginning."))
    return found


def unfinished(case: Application, *, by: Person) -> list[Upload]:
    """A person's uploads to this case that can be continued, oldest first."""
    return list(db.session.scalars(
        select(Upload).where(*_open_of(by), Upload.application_id == case.id).order_by(Upload.id)))


def receive(upload: Upload, data: bytes, *, offset: int, digest: str = "") -> int:
    """Keep the next piece; gives how many bytes have arrived then.

    `digest` is its SHA-256 in base64 (empty: not told). WrongOffset, PieceDamaged; then nothing was kept.
    """
    if upload.file_id is not None or offset != upload.received:
        raise WrongOffset(upload.received)
    sha256 = hashlib.sha256(data)
    if not data or len(data) > PIECE or offset + len(data) > upload.size or (
            digest and _decoded(digest) != sha256.digest()):
        raise PieceDamaged(_("A part of the file was damaged on its way."),
                           instead=_("Send this part again; what arrived before is kept."))
    number, token, place = upload.id, upload.token, _pieces(upload)
    name = f"{offset:012x}-{sha256.hexdigest()}"
    place.add(token, name, data)
    with transaction() as session:
        row = session.get(Upload, number, populate_existing=True, with_for_update={"key_share": True})
        received, kept = (row.received, {one[0] for one in row.pieces}) if row else (0, set())
        if row is not None and received == offset:
            row.pieces = [*row.pieces, [name, len(data), sha256.hexdigest()]]
            row.received, row.expires_at = offset + len(data), now() + KEPT
            return row.received
    if name not in kept:
        place.remove(token, name)
    raise WrongOffset(received)


def _decoded(digest: str) -> bytes:
    try:
        return base64.b64decode(digest, validate=True)
    except binascii.Error:
        return b""


def _pieces(upload: Upload) -> Pieces:
    return filing.store(upload.store).pieces()


@contextmanager
def assembled(upload: Upload) -> Iterator[BinaryIO]:
    """The whole file as a temporary one, piece after piece: never more than one piece is held in memory.

    NotWhole, PiecesLost.
    """
    if not upload.whole:
        raise NotWhole(_("The file has not arrived in full yet."), instead=_("Continue the upload, then finish it."))
    place = _pieces(upload)
    with tempfile.TemporaryFile() as file:
        for name, _size, _sha256 in upload.pieces:
            try:
                file.write(place.read(upload.token, name))
            except FileMissing as error:
                raise PiecesLost(_("What had arrived of this file is not there any more."),
                                 instead=_("Upload the file again from its beginning.")) from error
        file.seek(0)
        yield cast(BinaryIO, file)


def finished(upload: Upload, file_id: int) -> None:
    """Inside the caller's transaction: the file is kept, so that its pieces are not needed after the commit."""
    token, place = upload.token, _pieces(upload)
    upload.file_id = file_id
    after_commit(lambda: place.forget(token))


def drop(upload: Upload) -> None:
    """Give an upload up: its row and its pieces go. One that is finished, or gone, meanwhile is left alone."""
    with transaction() as session:
        try:
            lock(upload)
        except Gone:
            return
        if upload.file_id is not None:
            return
        token, place = upload.token, _pieces(upload)
        session.delete(upload)
        after_commit(lambda: place.forget(token))


def give_up(upload: Upload) -> bool:
    """Drop an upload whose pieces are not there any more, unless another request finished it meanwhile: False then."""
    with transaction() as session:
        lock(upload)
        if upload.file_id is not None:
            return False
        session.delete(upload)
        return True


def sweep() -> int:
    """Forget expired uploads, pieces without a row, and what writers that were killed left; gives how many went.

    What lies aside is removed after LEFT: until then somebody may still be writing it.
    """
    with transaction() as session:
        # FOR UPDATE asks again once a piece that arrives at this moment is committed, and then it is not expired
        old = list(session.scalars(select(Upload).where(Upload.expires_at <= now()).with_for_update()))
        for one in old:
            after_commit(partial(_pieces(one).forget, one.token))
            session.delete(one)
    place = filing.store().pieces()
    waiting = list(place.uploads())
    known = set(db.session.scalars(select(Upload.token)))
    stray = [token for token in waiting if token not in known]
    for token in stray:
        place.forget(token)
    return len(old) + len(stray) + filing.store().clear(before=now() - LEFT)
