"""Job kind → function; run from the queue (embedded or Redis), each idempotent and tried again when it fails.

A job that fails by a mistake of ours is given up after some attempts and kept with its error. One that failed because
something it needs is away (database, store, room on the disk, mail server) waits for as long as that takes.
"""

import logging
import traceback
from collections.abc import Callable
from enum import Enum

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal import claims, digest, outages, outbox, papers, previews, telling, uploads, works
from portal.clock import now
from portal.db import db, let_go, transaction
from portal.models.job import Job
from portal.settings import Settings

log = logging.getLogger(__name__)
ATTEMPTS = 5
SOON = (5, 10, 20)
"""Seconds after which a job is tried again that found something away."""
UNSIGNED = 30
DIGEST_AGAIN, DIGEST_TRIES = 900, 90
"""Seconds after which the daily mail is tried again that could not go, and how often."""


class Ended(Enum):
    """What came of running a job: done, failed (and counted), what it needs is away (not counted), or none waited."""

    DONE = "done"
    FAILED = "failed"
    AWAY = "away"
    NONE = "none"


JOBS: dict[str, Callable[..., None]] = {
    "tell": telling.tell,
    "preview": previews.draw,
    "paper": papers.certificate,
    "work": works.run,
}


def make_queue(settings: Settings) -> Huey:
    """The task queue of this instance: a file in the data folder, or Redis when `redis_url` is set."""
    if settings.redis_url:
        return RedisHuey("portal", url=settings.redis_url)
    settings.data.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("portal", filename=str(settings.data / "queue.sqlite"))


def init_app(app: Flask, settings: Settings) -> Huey:
    """Give the app its queue; from now on a committed job is handed over at once and swept up every minute."""
    queue = make_queue(settings)

    @queue.task(name="run_job")
    def run_job(number: int, tried: int = 0) -> None:
        with app.app_context():
            ended = _attempt(number)
        if ended is Ended.AWAY and tried < len(SOON):  # a restart takes seconds; the sweep sees to the rest
            run_job.schedule((number, tried + 1), delay=SOON[tried])

    @queue.periodic_task(crontab(minute="*"), name="sweep")
    def sweep() -> None:
        with app.app_context():
            sweep_jobs()
            with claims.claimed("signing") as mine:
                if mine:
                    sign_what_is_unsigned()

    @queue.periodic_task(crontab(minute="17"), name="sweep_uploads")
    def sweep_uploads() -> None:
        with app.app_context(), claims.claimed("uploads") as mine:
            if mine:
                uploads.sweep()

    @queue.periodic_task(crontab(hour="0", minute="0"), name="digest")  # UTC: eight in the morning in China
    def digests(tried: int = 0) -> None:
        try:
            with app.app_context(), claims.claimed("digest") as mine:
                if mine:
                    digest.send(now())
        except outages.MailUnreachable as error:
            log.warning("the daily mail waits, mail is away: %s", error)
            if tried < DIGEST_TRIES:  # until the next day's takes over
                digests.schedule((tried + 1,), delay=DIGEST_AGAIN)

    @queue.on_startup(name="catch_up")
    def catch_up() -> None:
        sweep()  # queued: what a worker that was killed left does not wait for the next minute

    outbox.connect(run_job)
    app.extensions["queue"] = queue
    return queue


def sweep_jobs() -> None:
    """Run what waits; once a job finds something away, the others of its kind wait for the next sweep."""
    newest = db.session.scalar(select(func.max(Job.id))) or 0
    away: set[str] = set()
    last = 0
    while last < newest:
        found = db.session.execute(
            select(Job.id, Job.kind).where(Job.state == "waiting", Job.id > last, Job.id <= newest,
                                           Job.kind.not_in(away)).order_by(Job.id).limit(1)).first()
        if found is None:
            return
        last = found.id
        if _attempt(last) is Ended.AWAY:
            away.add(found.kind)


def sign_what_is_unsigned() -> int:
    """Sign some of the papers that were printed before there was a key; returns how many. A bad key is logged."""
    numbers = papers.unsigned(UNSIGNED)
    for number in numbers:
        try:
            papers.certificate(number)
        except Exception:
            log.exception("certificate %s cannot be signed", number)
            db.session.rollback()
            return 0
    return len(numbers)


def waiting(limit: int = 500) -> list[int]:
    """Jobs still to do, oldest first."""
    return list(db.session.scalars(
        select(Job.id).where(Job.state == "waiting").order_by(Job.id).limit(limit)))


def run(number: int) -> bool:
    """Run one job if it still waits and no other worker has it; True when it is done.

    A failure is kept with its text and tried again.
    """
    return _attempt(number) is Ended.DONE


def _attempt(number: int) -> Ended:
    try:
        with claims.claimed(f"job {number}") as mine:
            return _run(number) if mine else Ended.NONE
    except (SQLAlchemyError, OSError) as error:  # it cannot even be claimed, or its row not be written
        if not outages.of(error):
            raise
        log.warning("job %s waits, the database is away: %s", number, error)
        let_go()
        return Ended.AWAY


def _run(number: int) -> Ended:
    db.session.rollback()  # read the present: another worker may have done it since this one looked
    job = db.session.get(Job, number, populate_existing=True)
    if job is None or job.state != "waiting":
        return Ended.NONE
    kind, payload = job.kind, dict(job.payload)
    try:
        JOBS[kind](**payload)
    except Exception as error:
        return _failed(number, kind, error)
    with transaction():
        job = db.session.get_one(Job, number)
        job.state, job.finished_at, job.attempts, job.error = "done", now(), job.attempts + 1, ""
    return Ended.DONE


def _failed(number: int, kind: str, error: Exception) -> Ended:
    """Keep what happened; only mistakes of ours are counted."""
    away = outages.of(error)
    if away:
        log.warning("job %s (%s) waits, %s is away: %s", number, kind, away.value, error)
    else:
        log.error("job %s (%s) failed", number, kind, exc_info=error)
    db.session.rollback()
    with transaction():
        job = db.session.get_one(Job, number)
        job.attempts += 0 if away else 1
        job.error = "".join(traceback.format_exception(error))[-2000:]
        if job.attempts >= ATTEMPTS:
            job.state, job.finished_at = "failed", now()
    return Ended.AWAY if away else Ended.FAILED


def work_off() -> int:
    """Run everything that waits, also what that work queues in turn; returns how many jobs were done."""
    done = 0
    while numbers := waiting():
        finished = sum(run(number) for number in numbers)
        done += finished
        if not finished:
            break
    return done
