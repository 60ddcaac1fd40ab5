"""What a telephone sends is taken once: the same key again is answered as it was, and nothing is done a second time.

A form without scripts has no key; there the same words again within seconds are a button that was pressed twice.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import lifecycle
from portal.clock import now
from portal.db import transaction
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import Visit, VisitReceipt

PRESSED_TWICE = timedelta(seconds=5)
KEY = re.compile(r"[0-9A-Za-z-]{8,36}")

Deed = Callable[[], dict[str, Any]]


def once(case: Application, visit: Visit, key: str, deed: Deed, *, by: Person, said: str = "") -> dict[str, Any]:
    """Do a deed and keep its answer under the sender's key, in one transaction; a known key gives the kept answer.

    Without a key (a form sent without scripts) `said` stands for it, a mark of what was sent, for PRESSED_TWICE.
    Whatever the deed raises leaves no receipt, so that the same key may be sent again.
    """
    keyed = bool(KEY.fullmatch(key))
    if not keyed and not said:
        with transaction():
            return deed()
    key = key if keyed else f"form-{said}"
    with transaction() as session:
        lifecycle.lock(case)
        known = session.scalar(select(VisitReceipt).where(VisitReceipt.person_id == by.id, VisitReceipt.key == key))
        if known is not None and (keyed or known.taken_at > now() - PRESSED_TWICE):
            return dict(known.answer)
        answer = deed()
        if known is not None:
            known.answer, known.taken_at = answer, now()
            return answer
        session.add(VisitReceipt(visit_id=visit.id, person_id=by.id, key=key, answer=answer, taken_at=now()))
        return answer
