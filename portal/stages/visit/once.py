"""What a telephone sends is taken once: the same key again is answered as it was, and nothing is done a second time."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal import lifecycle
from portal.clock import now
from portal.db import transaction
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import Visit, VisitReceipt

KEY = re.compile(r"[0-9A-Za-z-]{8,36}")

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
