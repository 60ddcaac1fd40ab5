"""The session, the one place that commits, and the refusal of writes outside it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import lazy_gettext as _
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, inspect
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidRequestError, SQLAlchemyError
from sqlalchemy.orm import Session

from portal.domain.refusal import Gone

# Every noun is imported here, so that the metadata is complete wherever a session is.
from portal.models import (  # noqa: F401
    application,
    certificate,
    decision,
    evidence,
    institution,
    job,
    notice,
    person,
    recommendation,
    review,
    round,
    signature,
    statistics,
    upload,
    visit,
    work,
)
from portal.models import event as event_model
from portal.models.base import Base


class WriteOutsideTransaction(RuntimeError):
    """Rows were changed outside `transaction()`; changes belong in an action."""


class AppendOnly(RuntimeError):
    """An event was changed or deleted; the record only grows."""


db = SQLAlchemy(model_class=Base)
log = logging.getLogger(__name__)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of change: commits at its end, rolls everything back on an exception; nested calls join the outer one.

    The read transaction that is open (the visitor was loaded in it) ends first, so that what is decided here is
    decided on the present rows; SQLite takes its write lock at once instead of failing on the first write.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.commit()
    session.info.update(writing=True, after_commit=[], held=set())
    try:
        session.connection(execution_options={"immediate": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info.pop("after_commit", None)
        raise
    finally:
        session.info["writing"] = False
    for step in session.info.pop("after_commit", []):
        # What is committed is done, whatever becomes of the rest: the person is not told that it failed, and every
        # step is one that a sweep of the worker makes up for.
        try:
            step()
        except Exception:
            log.exception("a step after the commit failed")


def lock(row: Base) -> None:
    """Take a row for the rest of the transaction and read it anew: whoever wants it too waits until the commit.

    Rows that only refer to it can be written meanwhile (PostgreSQL: FOR NO KEY UPDATE), so that nobody waits for two
    rows in a circle. Raises Gone when somebody deleted it. Several rows are taken in the order of their keys; the head
    of the chain of events is always the last (docs/concurrency.md). A row that this transaction holds already is left
    as it is: nobody else can have changed it.
    """
    session = db.session()
    if _key(row) in session.info["held"]:
        return
    try:
        # OF names the one table: the row may be loaded with others by outer joins, which cannot be locked
        session.refresh(row, with_for_update={"of": type(row), "key_share": True})
        hold(row)
    except InvalidRequestError:
        raise Gone(_("Somebody else has taken this away in the meantime. Nothing was changed."),
                   instead=_("Go back and reload the page to see what is there now.")) from None


def hold(row: Base) -> None:
    """Remember that this transaction has locked a row and read it under the lock."""
    db.session().info["held"].add(_key(row))


def _key(row: Base) -> tuple[type[Base], Any]:
    return type(row), inspect(row).identity


def after_commit(step: Callable[[], Any]) -> None:
    """Run `step` once the present transaction has committed, and only then; it may fail without harm to the caller."""
    db.session().info["after_commit"].append(step)


def let_go() -> None:
    """End the session of this context, also when its connection is dead: the answer is ready or tells of it already."""
    try:
        db.session.remove()
    except SQLAlchemyError as error:
        log.warning("a session ended with a dead connection: %s", error)
        db.session.registry.clear()  # else the next context in the same place would find it


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: object, _instances: object) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    if (session.new or session.deleted or changed) and not session.info.get("writing"):
        raise WriteOutsideTransaction(repr([*session.new, *session.deleted, *changed][:3]))
    for row in [*session.deleted, *changed]:
        if isinstance(row, event_model.Event):
            raise AppendOnly(f"event {row.id}")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: what somebody was told is done survives a power cut, for one sync a commit.
        for pragma in ("busy_timeout=15000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
