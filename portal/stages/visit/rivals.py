"""Two notes of one item: when two of the team wrote without seeing each other, both stay until somebody settles it."""

from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _

from portal import lifecycle
from portal.clock import now
from portal.db import transaction
from portal.domain.acceptance import Found
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.workflow import Action
from portal.models.application import Application
from portal.models.person import Person
from portal.models.visit import RivalNote, Visit
from portal.stages.visit import queries
from portal.stages.visit.inspecting import begin


class Settlement(StrEnum):
    """Which of two notes holds: the one on the record, the rival, or the record with both texts."""

    RECORD = "record"
    RIVAL = "rival"
    BOTH = "both"


def open_rivals(visit: Visit, item_id: str = "") -> list[RivalNote]:
    """The notes of an item (or of all) that nobody has settled yet."""
    return [one for one in visit.rivals if one.settled_at is None and item_id in ("", one.item_id)]


def keep(case: Application, item_id: str, *, found: Found, points: Decimal | None, not_applicable: bool, note: str,
         by: Person) -> RivalNote | None:
    """Keep a note that came too late beside the one on the record; the writer's earlier rival note is replaced.

    None when the record says the same.
    """
    with transaction() as session:
        lifecycle.lock(case)
        visit = queries.visit_of(case)
        row = next((one for one in visit.site_scores if one.item_id == item_id), None) if visit else None
        said = (found.value, None if not_applicable else points, not_applicable, note)
        if row is not None and (row.found, row.points, row.not_applicable, row.note) == said:
            return None
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": item_id, "rival": True, "found": found.value, "points": None if points is None else str(points),
            "not_applicable": not_applicable, "note": note})
        visit = begin(case, by=by)
        rival = next((one for one in open_rivals(visit, item_id) if one.noted_by_id == by.id), None)
        if rival is None:
            rival = RivalNote(visit=visit, item_id=item_id, noted_by_id=by.id)
            session.add(rival)
        rival.found, rival.points, rival.not_applicable, rival.note = said
        rival.noted_at = now()
        return rival


def settle(case: Application, number: int, how: Settlement, *, by: Person) -> RivalNote:
    """Settle which of two notes holds; what is set aside stays in the case's record. Raises ChangedMeanwhile."""
    with transaction():
        lifecycle.lock(case)
        visit = queries.visit_of(case)
        rival = next((one for one in open_rivals(visit) if one.id == number), None) if visit else None
        row = next((one for one in visit.site_scores if rival and one.item_id == rival.item_id),
                   None) if visit else None
        if rival is None or row is None:
            raise ChangedMeanwhile(_("This has been settled already."), instead=_("Open the item to see what holds."))
        lifecycle.advance(case, Action.INSPECT, by=by, detail={
            "item": rival.item_id, "settled": how.value, "record": row.note, "rival": rival.note})
        begin(case, by=by)
        if how is Settlement.RIVAL:
            row.found, row.points = rival.found, rival.points
            row.not_applicable, row.note = rival.not_applicable, rival.note
        elif how is Settlement.BOTH and rival.note.strip() not in row.note:
            row.note = "\n".join(filter(None, [row.note, rival.note]))
        if how is not Settlement.RECORD:
            row.noted_by_id, row.noted_at, row.revision = by.id, now(), row.revision + 1
        rival.settled_at = now()
        return rival
