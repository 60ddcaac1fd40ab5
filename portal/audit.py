"""Verify the chain of events as it stands in the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.domain import chain
from portal.models.event import ChainHead, Event


def breaks() -> tuple[int, list[str]]:
    """How many events there are, and one line for each broken place, naming the row."""
    head = db.session.get(ChainHead, 1)
    count = 0

    def rows() -> Iterator[tuple[int, int, str, str, dict[str, Any]]]:
        nonlocal count
        for event in db.session.scalars(select(Event).order_by(Event.seq).execution_options(yield_per=1000)):
            count += 1
            yield event.id, event.seq, event.previous, event.digest, event.payload()

    found = chain.verify(rows(), head=head.digest if head else None)
    lines = []
    for one in found:
        span = f"–{one.last}" if one.last and one.last != one.seq else ""
        lines.append(f"{one.kind.value}: event row {one.row}, sequence {one.seq}{span}")
    return count, lines
