"""What a telephone sends is taken once: the same key again is answered as it was, and nothing is done a second time."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from portal import lifecycle
from portal.clock import now
from portal.db import db, transaction
from portal.models.application import Application
from portal.models.evidence import File
from portal.models.person import Person
from portal.models.visit import Finding, SamplePoint, Visit, VisitPhoto, VisitReceipt

KEY = re.compile(r"[0-9A-Za-z-]{8,36}")

PRESSED_TWICE = timedelta(seconds=5)
"""Nobody writes the same words about the same place twice within this time."""

Row = TypeVar("Row", SamplePoint, Finding, VisitPhoto)
Deed = Callable[[], dict[str, Any]]


def once(case: Application, visit: Visit, key: str, deed: Deed, *, by: Person) -> dict[str, Any]:
    """Do a deed and keep its answer under the sender's key, in one transaction; a known key gives the kept answer.

    Without a key (a form sent without scripts) the deed is simply done. Whatever the deed raises leaves no receipt,
    so that the same key may be sent again.
    """
    if not KEY.fullmatch(key):
        with transaction():
            return deed()
    with transaction() as session:
        lifecycle.lock(case)
        known = session.scalar(select(VisitReceipt).where(VisitReceipt.person_id == by.id, VisitReceipt.key == key))
        if known is not None:
            return dict(known.answer)
        answer = deed()
        session.add(VisitReceipt(visit_id=visit.id, person_id=by.id, key=key, answer=answer, taken_at=now()))
        return answer


def just_now(visit: Visit | None, kind: type[Row], *, by: Person) -> list[Row]:
    """What this person wrote down on a visit within the last seconds: a button pressed twice, without a key."""
    if visit is None:
        return []
    since, wanted = now() - PRESSED_TWICE, select(kind).where(kind.visit_id == visit.id)
    if kind is VisitPhoto:
        wanted = wanted.join(File, File.id == VisitPhoto.file_id).where(
            File.uploaded_by_id == by.id, File.uploaded_at > since)
    elif kind is Finding:
        wanted = wanted.where(Finding.found_by_id == by.id, Finding.found_at > since)
    else:
        wanted = wanted.where(SamplePoint.noted_by_id == by.id, SamplePoint.noted_at > since)
    return list(db.session.scalars(wanted))
