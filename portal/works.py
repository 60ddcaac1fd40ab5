"""Long work: one deed done to many things after the commit, each in a transaction of its own, with a report.

A desk marks its deed with `@kind(…)`, a function of one subject and of the person who began it, calls `start` in its
action and sends the person to the page of the work. The deed and the row that reports it are committed together: a
worker that dies resumes where it stopped and does nothing twice.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal import outages, outbox
from portal.clock import now
from portal.db import db, transaction
from portal.domain.assignment import ConflictOfInterest
from portal.domain.refusal import Refused
from portal.domain.workflow import ActionNotAllowed, Role
from portal.models.person import Person
from portal.models.work import Work, WorkRow

log = logging.getLogger(__name__)

# Rows that one job does before it queues the rest, so that other jobs get their turn.
SLICE = 20
RECENT = 5

Deed = Callable[[int, Person], str]


@dataclass(frozen=True)
class Kind:
    """A kind of long work: the deed (subject, person → a word for the report), its words, and who reads its reports.

    `title` names the work, `done` a row that is done; `home` is the endpoint of the desk's page that it began on.
    """

    name: str
    deed: Deed
    title: Any
    done: Any
    home: str
    serves: frozenset[Role]


@dataclass(frozen=True)
class Row:
    """One thing to be done: the deed's subject, its name as people know it, and the address of its page."""

    subject: int
    label: str
    url: str = ""


@dataclass(frozen=True)
class Count:
    """How far a piece of work is."""

    total: int
    done: int
    refused: int
    failed: int

    @property
    def over(self) -> int:
        """Rows that were gone through, whatever became of them."""
        return self.done + self.refused + self.failed


KINDS: dict[str, Kind] = {}


def kind(name: str, *, title: Any, done: Any, home: str, serves: Iterable[Role]) -> Callable[[Deed], Deed]:
    """Make a function the deed of a kind of long work."""

    def add(deed: Deed) -> Deed:
        KINDS[name] = Kind(name, deed, title, done, home, frozenset(serves))
        return deed

    return add


def start(name: str, rows: Iterable[Row], *, by: Person) -> Work:
    """Write the work down and queue it; its sentences will be in the reader's present language."""
    with transaction() as session:
        made = Work(kind=KINDS[name].name, person_id=by.id, language=str(get_locale() or by.language)[:2],
                    created_at=now())
        session.add(made)
        session.flush()
        session.add_all(WorkRow(work_id=made.id, position=position, subject=row.subject, label=row.label, url=row.url)
                        for position, row in enumerate(rows, start=1))
        outbox.queue("work", work=made.id)
        return made


def run(work: int) -> None:
    """Do the next rows of a piece of work and queue the rest; the job of the worker, safe to repeat."""
    found = db.session.get(Work, work)
    if found is None or found.finished_at is not None:
        return
    if found.started_at is None:
        with transaction():
            found.started_at = now()
    with force_locale(found.language):
        for number in _waiting(work, SLICE):
            _do(number, KINDS[found.kind], found.person)
    with transaction():
        if _waiting(work, 1):
            outbox.queue("work", work=work)
        else:
            found.finished_at = now()


def _waiting(work: int, limit: int) -> list[int]:
    return list(db.session.scalars(
        select(WorkRow.id).where(WorkRow.work_id == work, WorkRow.state == "waiting")
        .order_by(WorkRow.position).limit(limit)))


def _do(number: int, what: Kind, by: Person) -> None:
    """One row: deed and report in one transaction; a refusal or an error undoes the deed and is reported alone.

    An outage (portal.outages) passes through and leaves the row waiting.
    """
    try:
        with transaction():
            row = _locked(number)
            if row.state == "waiting":
                row.note, row.state, row.done_at = what.deed(row.subject, by), "done", now()
        return
    except Refused as error:
        state, note = "refused", str(error.sentence)
        if error.instead:
            note = _("%(sentence)s %(instead)s", sentence=note, instead=error.instead)
    except ConflictOfInterest:
        state, note = "refused", _("You are tied to this institution and cannot decide on it.")
    except ActionNotAllowed:
        state, note = "refused", _("The case is no longer at this stage.")
    except Exception as error:
        if outages.of(error):
            raise  # the row waits with its job: nothing is wrong with what was to be done
        log.exception("row %s of a work (%s) failed", number, what.name)
        state = "failed"
        note = _("Something went wrong on our side and is in the log. Nothing was done here; try it again.")
    with transaction():
        row = _locked(number)
        if row.state == "waiting":
            row.state, row.note, row.done_at = state, note, now()


def _locked(number: int) -> WorkRow:
    return db.session.get_one(WorkRow, number, with_for_update={"key_share": True}, populate_existing=True)


def find(number: int, person: Person) -> Work | None:
    """A piece of work that this person began or may read the report of."""
    found = db.session.scalar(select(Work).where(Work.id == number).options(joinedload(Work.person)))
    if found is None or not (found.person_id == person.id or KINDS[found.kind].serves & person.roles):
        return None
    return found


def counts(works: Iterable[int]) -> dict[int, Count]:
    """How far each of these is, in one query."""
    numbers = list(works)
    by_state: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for number, state, n in db.session.execute(
            select(WorkRow.work_id, WorkRow.state, func.count()).where(WorkRow.work_id.in_(numbers))
            .group_by(WorkRow.work_id, WorkRow.state)):
        by_state[number][state] = n
    return {number: Count(total=sum(states.values()), done=states.get("done", 0), refused=states.get("refused", 0),
                          failed=states.get("failed", 0)) for number, states in by_state.items()}


def rows(work: Work) -> Select[Any]:
    """Every row as a select: what was refused or failed first, then in order."""
    return select(WorkRow).where(WorkRow.work_id == work.id).order_by(
        WorkRow.state.not_in(("refused", "failed")), WorkRow.position)


def under_way(name: str) -> set[int]:
    """The subjects that wait in unfinished work of this kind: a desk does not offer them again."""
    return set(db.session.scalars(
        select(WorkRow.subject).join(Work, Work.id == WorkRow.work_id)
        .where(Work.kind == name, Work.finished_at.is_(None), WorkRow.state == "waiting")))


def recent(kinds: Iterable[str], *, limit: int = RECENT) -> list[tuple[Work, Count]]:
    """The newest pieces of work of these kinds, those under way first."""
    found = list(db.session.scalars(
        select(Work).where(Work.kind.in_(list(kinds))).options(joinedload(Work.person))
        .order_by(Work.finished_at.is_not(None), Work.id.desc()).limit(limit)))
    far = counts(one.id for one in found)
    return [(one, far[one.id]) for one in found]
