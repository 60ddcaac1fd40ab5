"""An institution keeps its own facts and reports its years; what was signed before is not signed any more."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import lifecycle, seen
from portal.clock import now
from portal.db import lock, transaction
from portal.domain.refusal import ChangedMeanwhile, Refused
from portal.domain.workflow import EDITABLE, Action, Role
from portal.models.application import Application
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.statistics import QUANTITIES, YearlyStatistics
from portal.registry import queries
from portal.registry.forms import StatisticsSheet, Year
from portal.web.fields import shown


class NotYours(Refused):
    """Only the operator of an institution changes what it reports."""

    status = 403


def save_statistics(house: Institution, sheet: StatisticsSheet, *, by: Person) -> list[int]:
    """Store the years that changed; gives them. ChangedMeanwhile when a year was saved elsewhere since it was read."""
    with transaction() as session:
        cases = _taken(house, by)
        rows = {row.year: row for row in session.scalars(
            select(YearlyStatistics).where(YearlyStatistics.institution_id == house.id,
                                           YearlyStatistics.year.in_([one.year for one in sheet.years])))}
        changed = []
        for one in sheet.reported:
            row = rows.get(one.year)
            if row is not None and _same(row, one):
                continue
            if queries.seen(row) != one.seen:
                raise ChangedMeanwhile(
                    _("Somebody saved these statistics in another window after you opened them. "
                      "Nothing was overwritten."),
                    instead=_("What you typed is still here: save again to keep yours, "
                              "or reload to see what is stored."))
            if row is None:
                row = YearlyStatistics(institution_id=house.id, year=one.year)
                session.add(row)
            for key in QUANTITIES:
                setattr(row, key, one.values[key])
            row.costs, row.acknowledged = _costs(one), dict(one.reasons)
            row.updated_at, row.updated_by_id = now(), by.id
            changed.append(one.year)
        if changed:
            lifecycle.record("reported-statistics", by=by, detail={"institution": house.id, "years": changed})
            _unsign(cases, by=by, detail={"statistics": changed})
        return changed


def _costs(one: Year) -> dict[str, str]:
    return {key: shown(value) for key, value in one.costs.items()}


def _same(row: YearlyStatistics, one: Year) -> bool:
    return (all(getattr(row, key) == one.values[key] for key in QUANTITIES)
            and row.costs == _costs(one) and row.acknowledged == one.reasons)


def facts_of(house: Institution) -> list[Any]:
    """What an institution keeps itself, as it stands."""
    return [house.short_name, house.address, house.postcode, house.phone, house.headcount, shown(house.floor_area_m2)]


def change_institution(house: Institution, facts: Mapping[str, Any], *, read: str = "", by: Person) -> None:
    """Set the facts that an institution keeps itself: short name, address, postcode, phone, headcount, floor area.

    `read` is the mark of what was shown; ChangedMeanwhile when another window has saved since.
    """
    with transaction():
        cases = _taken(house, by)
        changed = {key for key, value in facts.items() if getattr(house, key) != value}
        if not changed:
            return
        seen.refuse_changed(read, *facts_of(house))
        for key in changed:
            setattr(house, key, facts[key])
        lifecycle.record("changed-institution", by=by, detail={"institution": house.id, "fields": sorted(changed)})
        _unsign(cases, by=by, detail={"institution": sorted(changed)})


def _may(house: Institution, by: Person) -> None:
    if not any(grant.role == Role.APPLICANT and grant.institution_id == house.id for grant in by.grants):
        raise NotYours(_("Only the operator of the institution changes what it reports."),
                       instead=_("Ask the operator, or the bureau if nobody holds that role."))


def _taken(house: Institution, by: Person) -> list[Application]:
    """Take the institution and its cases that may still be signed: nobody signs what is being changed. NotYours."""
    lock(house)
    _may(house, by)
    cases = queries.open_cases(house)
    lifecycle.lock_all(cases)
    return cases


def _unsign(cases: Sequence[Application], *, by: Person, detail: Mapping[str, Any]) -> None:
    """What the head signed has changed: the signature on open cases is void, and each case records why."""
    for case in cases:
        if case.signed_at is None or case.stage not in EDITABLE:
            continue
        lifecycle.advance(case, Action.ANSWER, by=by, detail={**detail, "sign_off_cancelled": True})
        case.signed_at = case.signed_by_id = None
