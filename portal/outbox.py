"""Queue a job inside the transaction that causes it; it is handed to the queue after the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from portal.clock import now
from portal.db import after_commit, db
from portal.models.job import Job

_deliver: list[Callable[[int], Any]] = []


def connect(deliver: Callable[[int], Any]) -> None:
    """Say how a committed job reaches the queue; jobs.init_app calls this once for each process."""
    _deliver[:] = [deliver]


@contextmanager
def held() -> Iterator[None]:
    """Hand nothing over inside the block: jobs are written as ever and wait for the next sweep."""
    kept = list(_deliver)
    _deliver.clear()
    try:
        yield
    finally:
        _deliver[:] = kept


def queue(kind: str, **payload: Any) -> Job:
    """Write a job row in the present transaction; payload is plain JSON."""
    job = Job(kind=kind, payload=payload, created_at=now())
    db.session.add(job)
    db.session.flush()
    number = job.id
    if _deliver:
        after_commit(lambda: _deliver[0](number))
    return job
