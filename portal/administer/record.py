"""The record of deeds as auditors read it: filtered, in words, and as a file that can be checked elsewhere."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from portal.clock import CHINA
from portal.db import db
from portal.domain.cells import safe_cell
from portal.domain.workflow import Action, Role
from portal.models.application import Application
from portal.models.event import ChainHead, Event
from portal.models.person import Person
from portal.models.review import Sheet
from portal.wording import ACTIONS, ROLES

# Deeds that concern no case, as the record names them.
WORDS = {
    "signed-in": _("signed in"), "changed-profile": _("changed their profile"),
    "changed-password": _("changed their password"), "invited-person": _("created an account"),
    "changed-person": _("changed an account"), "gave-role": _("gave a role"), "took-role": _("took a role back"),
    "deactivated-person": _("closed an account"), "reactivated-person": _("opened an account again"),
    "gave-password": _("gave a new first password"), "created-round": _("created a round"),
    "changed-round": _("changed a round"), "changed-institution": _("changed an institution"),
    "reported-statistics": _("reported statistics"),
}
COLUMNS = ("seq", "at", "actor", "role", "action", "case", "application", "stage_before", "stage_after", "reason",
           "detail", "previous", "digest")
_AT_A_TIME = 500


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which events are asked for; empty fields ask for all."""

    action: str = ""
    who: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self.action or self.who or self.case or self.since or self.until)


def deed(action: str) -> str:
    """A deed in words; its own name when there are none."""
    if action in Action._value2member_map_:
        return str(ACTIONS[Action(action)])
    return str(WORDS.get(action, action))


def role_word(role: str) -> str:
    """A role in words; empty when the deed was done in none."""
    return str(ROLES[Role(role)]) if role in Role._value2member_map_ else role


def deeds() -> list[tuple[str, str]]:
    """Every deed that the record knows, for a choice."""
    return [*((key, str(words)) for key, words in WORDS.items()), *((key.value, str(ACTIONS[key])) for key in Action)]


def blind(reader: Person) -> bool:
    """Whether a reader judges cases, so that the record must not tell what the other experts gave."""
    return Role.EXPERT in reader.roles


def events(wanted: Filter, *, reader: Person) -> Select[Any]:
    """Events with the number of their case, the newest first; without those of cases that the reader scores."""
    found: Any = (select(Event, Application.number).outerjoin(Application, Application.id == Event.application_id)
             .options(joinedload(Event.actor)).order_by(Event.seq.desc()))
    if blind(reader):
        found = found.where(~exists().where(Sheet.application_id == Event.application_id, Sheet.state != "recused",
                                            Sheet.expert_id == reader.id))
    if wanted.action:
        found = found.where(Event.action == wanted.action)
    if wanted.who:
        found = found.where(Event.actor_id.in_(select(Person.id).where(or_(
            Person.name.icontains(wanted.who, autoescape=True), Person.sign_in == wanted.who.lower()))))
    if wanted.case:
        found = found.where(Application.number.icontains(wanted.case, autoescape=True))
    if wanted.since:
        found = found.where(Event.at >= _midnight(wanted.since))
    if wanted.until:
        found = found.where(Event.at < _midnight(wanted.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def people_named(rows: Sequence[tuple[Event, str | None]]) -> dict[int, str]:
    """Names of the people that deeds speak of, by id, in one query; for the page only, never for the file."""
    wanted = {int(row.detail[key]) for row, _number in rows for key in ("person", "expert")
              if str(row.detail.get(key, "")).isdigit()}
    if not wanted:
        return {}
    return {number: name for number, name in db.session.execute(
        select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def head() -> ChainHead | None:
    """Where the chain ends; None before the first deed."""
    return db.session.get(ChainHead, 1)


def as_csv(wanted: Filter, *, reader: Person) -> Iterator[str]:
    """The events asked for, line by line, with what is needed to compute every digest again.

    People are numbers here, not names. A cell that a spreadsheet would take for a formula gets a quote before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    yield "\ufeff" + buffer.getvalue()
    rows = db.session.execute(events(wanted, reader=reader).options(joinedload(Event.actor).load_only(Person.id))
                              .execution_options(yield_per=_AT_A_TIME))
    for row, number in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in (
            row.seq, row.at.isoformat(timespec="microseconds"), row.actor_id or "", row.role, row.action, number or "",
            row.application_id or "", row.stage_before, row.stage_after, row.reason,
            json.dumps(row.detail, ensure_ascii=False, sort_keys=True), row.previous, row.digest)])
        yield buffer.getvalue()
