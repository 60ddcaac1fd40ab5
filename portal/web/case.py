"""A case as every desk shows it: the eight stations of its life and its timeline in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, wording
from portal.db import db
from portal.domain.scheme import Scheme
from portal.domain.workflow import FINAL, STATIONS, WITH_INSTITUTION, Action, Role, Stage
from portal.models.application import Application
from portal.models.event import Event
from portal.models.person import Person
from portal.web.filters import moment, short_day

# A case sent back keeps its place: it waits, held, at the station that sent it back.
SENT_BACK = {Stage.CORRECTING: "recommend", Stage.SUPPLEMENTING: "screen"}
NEWEST = 600


class Side(StrEnum):
    """Who reads a timeline: the bureau everything, a judge not the other judges, a party no judge at all."""

    BUREAU = "bureau"
    JUDGE = "judge"
    PARTY = "party"


_SIDES = {
    **dict.fromkeys((Role.OFFICER, Role.MODERATOR, Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR), Side.BUREAU),
    **dict.fromkeys((Role.EXPERT, Role.TEAM_LEADER, Role.INSPECTOR, Role.COUNTERSIGNER), Side.JUDGE),
}
# Deeds that would tell who reviews, how far the sheets are, or what the bureau has not announced yet.
_BLIND = frozenset({Action.ASSIGN, Action.UNASSIGN, Action.SCORE, Action.SEAL, Action.RECUSE, Action.MODERATE,
                    Action.REOPEN_SHEET})
_HIDDEN = {
    Side.BUREAU: frozenset[Action](),
    # a question tells that somebody else reviews, and what troubles him: each judge sees his own
    Side.JUDGE: _BLIND | {Action.ASK_CLARIFICATION, Action.CLARIFY},
    Side.PARTY: _BLIND | {Action.INSPECT, Action.DECIDE, Action.COUNTERSIGN, Action.OBJECT_TO_DECISION},
}
_OWN_SIDE = frozenset({Role.APPLICANT, Role.SIGNATORY})
# Small deeds that come in rows: those of one person after each other are told as one.
_IN_ROWS = frozenset({Action.ANSWER, Action.ATTACH, Action.DETACH, Action.SCORE, Action.SCORE_PRELIMINARY,
                      Action.INSPECT})
_WARN = frozenset({Action.RETURN, Action.DECLINE, Action.ASK_SUPPLEMENT, Action.FIND_INELIGIBLE, Action.FAIL_REVIEW,
                   Action.REQUIRE_RECTIFICATION, Action.REJECT_ON_SITE, Action.FAIL_RECTIFICATION, Action.REJECT,
                   Action.REJECT_NATIONALLY, Action.UPHOLD_OBJECTION, Action.OBJECT, Action.OBJECT_TO_DECISION,
                   Action.WITHDRAW, Action.REVOKE, Action.WITHDRAW_TITLE, Action.CANCEL, Action.RECUSE})


def station_of(stage: Stage) -> str | None:
    """The station at which a case of this stage is; None for an end, which is no station of its own."""
    if stage in SENT_BACK:
        return SENT_BACK[stage]
    return next((name for name, stages in STATIONS if stage in stages), None)


def stations(case: Application, scheme: Scheme | None = None) -> list[tuple[str, str, str]]:
    """The eight stations as (label, state, date) for the macro `life`; one query.

    States: "past", "now", "held" (waits for the institution, or ended here), "" for the future.
    """
    stage = Stage(case.stage)
    moves = db.session.execute(
        select(Event.stage_before, Event.stage_after, Event.at)
        .where(Event.application_id == case.id, Event.stage_before != Event.stage_after, Event.stage_after != "")
        .order_by(Event.seq)).all()
    names = [name for name, _stages in STATIONS]
    left: dict[str, datetime] = {}
    last = "apply"
    for before, after, at in moves:
        here = station_of(Stage(before)) if before else None
        if here:
            last = here
            if station_of(Stage(after)) != here:
                left[here] = at
    here = station_of(stage)
    at_index = names.index(here or last)
    found = []
    for index, name in enumerate(names):
        label = str(wording.STATIONS[name])
        if index < at_index:
            found.append((label, "past", short_day(left.get(name))))
        elif index > at_index:
            found.append((label, "", ""))
        elif stage is Stage.CERTIFIED:
            found.append((label, "past", short_day(case.stage_since)))
        else:
            held = stage in FINAL or (stage in WITH_INSTITUTION and stage is not Stage.DRAFT)
            found.append((label, "held" if held else "now", _now_line(case, stage)))
    return found


def _now_line(case: Application, stage: Stage) -> str:
    if stage in FINAL:
        return f"{wording.STAGES[stage]} {short_day(case.stage_since)}"
    due = case.due_at or (case.round.closes_at if stage is Stage.DRAFT else None)
    if due is not None:
        return _("by %(when)s", when=f"{short_day(due)} {clock.in_china(due):%H:%M}")
    return _("since %(when)s", when=short_day(case.stage_since))


@dataclass
class _Told:
    """Deeds that are told as one entry: the newest event and what its row adds."""

    event: Event
    action: Action | None
    count: int = 1
    items: list[str] = field(default_factory=list)


def timeline(case: Application, *, role: Role = Role.APPLICANT,
             person: Person | None = None) -> list[tuple[str, Markup, str]]:
    """What happened, newest first, as (moment, words, kind) for the macro `timeline`; one or two queries.

    `role` is the one in which the page is read: without it the reader is a party, who learns no judge's name,
    score or progress. `person` is the reader, who always sees her own deeds.
    """
    side = _SIDES.get(role, Side.PARTY)
    events = db.session.scalars(
        select(Event).where(Event.application_id == case.id).options(joinedload(Event.actor))
        .order_by(Event.seq.desc()).limit(NEWEST)).all()
    told = _in_rows(event for event in events if _shown(event, side, person))
    experts = _names(told) if side is Side.BUREAU else {}
    return [(moment(one.event.at), _words(one, side, person, experts),
             "warn" if one.action in _WARN else "") for one in told]


def _action(event: Event) -> Action | None:
    return Action(event.action) if event.action in Action._value2member_map_ else None


def _own(event: Event, person: Person | None) -> bool:
    return person is not None and event.actor_id == person.id


def _shown(event: Event, side: Side, person: Person | None) -> bool:
    action = _action(event)
    if action is None:
        return side is Side.BUREAU
    return action not in _HIDDEN[side] or (side is Side.JUDGE and _own(event, person))


def _in_rows(events: Iterable[Event]) -> list[_Told]:
    told: list[_Told] = []
    for event in events:
        action = _action(event)
        items = [str(one) for one in (event.detail.get("item"), *(event.detail.get("items") or ())) if one]
        last = told[-1] if told else None
        joins = (last is not None and action in _IN_ROWS and last.action is action
                 and last.event.actor_id == event.actor_id)
        if joins and last is not None:
            last.count += 1
            entry = last
        else:
            entry = _Told(event=event, action=action)
            told.append(entry)
        entry.items += [item for item in items if item not in entry.items]
    return told


def _names(told: list[_Told]) -> dict[int, str]:
    """Names of the experts that events speak of; for the bureau only."""
    wanted = {int(one.event.detail["expert"]) for one in told if str(one.event.detail.get("expert", "")).isdigit()}
    if not wanted:
        return {}
    return {number: name for number, name in db.session.execute(
        select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def _words(one: _Told, side: Side, person: Person | None, experts: dict[int, str]) -> Markup:
    event = one.event
    role = Role(event.role) if event.role in Role._value2member_map_ else None
    who = str(wording.ROLES[role]) if role else _("the portal")
    known = event.actor is not None and (
        side is Side.BUREAU or _own(event, person) or (side is Side.PARTY and role in _OWN_SIDE))
    if known and event.actor is not None:
        who = _("%(name)s (%(role)s)", name=event.actor.name, role=who)
    deed = str(wording.ACTIONS[one.action]) if one.action else event.action
    text = Markup("<b>{}</b> {}").format(who, deed)
    for extra in _extras(one, side, experts):
        text += Markup('<br><span class="soft">{}</span>').format(extra)
    return text


def _extras(one: _Told, side: Side, experts: dict[int, str]) -> list[str]:
    event, found = one.event, []
    if one.items:
        shown = _(", ").join(sorted(one.items)[:12]) + ("…" if len(one.items) > 12 else "")
        found.append(_("Items: %(items)s", items=shown))
    elif one.count > 1:
        found.append(_("%(n)s times", n=one.count))
    number = str(event.detail.get("expert", ""))
    if side is Side.BUREAU and number.isdigit() and int(number) in experts and int(number) != event.actor_id:
        found.append(_("Expert: %(name)s", name=experts[int(number)]))
    if event.reason and not (side is Side.PARTY and one.action is Action.OBJECT):
        found.append(_("Reason: %(reason)s", reason=event.reason))
    return found
