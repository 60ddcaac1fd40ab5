"""Play the stories of all cases side by side: whatever comes first is done first, at its own time, as it would have been."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock, telling
from portal.demo import record
from portal.demo.record import Deed
from portal.models.job import Job, Message

Story = Generator[datetime, None, None]
"""Yields the moment of what it will do next; it is then resumed at that moment."""

TOLD_SINCE = timedelta(days=24)
"""Messages about older deeds have long been read and cleared away."""
READ_AFTER = timedelta(days=6)


def play(session: Session, stories: Iterable[Story], past: Iterable[Deed]) -> None:
    """Run stories to their ends and chain the deeds of the past between theirs, in order of time.

    A story that asks for a moment before its last one is resumed right after that; none reaches into the future.
    """
    present = clock.now()
    history = sorted(past, key=lambda deed: deed.at)
    told = 0
    session.flush()
    session.expunge_all()
    waiting: list[tuple[datetime, int, Story]] = []
    for place, story in enumerate(stories):
        _next(waiting, story, place, after=None, present=present)
    while waiting:
        moment, place, story = heapq.heappop(waiting)
        until = told
        while until < len(history) and history[until].at <= moment:
            until += 1
        if until > told:
            record.write(session, history[told:until])
            told = until
        with clock.pretending(moment):
            _next(waiting, story, place, after=moment, present=present)
            session.flush()
            # every deed reads anew, as every request does
            session.expunge_all()
            _tell(session, quiet=present - moment > TOLD_SINCE)
    if told < len(history):
        record.write(session, history[told:])
    session.execute(update(Message).where(Message.created_at < present - READ_AFTER).values(
        read_at=Message.created_at))


def _next(waiting: list[tuple[datetime, int, Story]], story: Story, place: int, *, after: datetime | None,
          present: datetime) -> None:
    try:
        wanted = next(story)
    except StopIteration:
        return
    if after is not None and wanted <= after:
        wanted = after + timedelta(minutes=3)
    heapq.heappush(waiting, (min(wanted, present), place, story))


def _tell(session: Session, *, quiet: bool) -> None:
    """Do at once what a worker would: messages are written, pictures are there already."""
    jobs = session.scalars(select(Job).where(Job.state == "waiting", Job.kind == "tell").order_by(Job.id)).all()
    for job in jobs:
        if not quiet:
            telling.tell(**job.payload)
        job.state, job.finished_at, job.attempts = "done", clock.now(), 1
