"""What a district or department does to a case: score it, hand it back, recommend it, decline it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from flask_babel import gettext as _

from portal import lifecycle, scorecards, workcalendar
from portal.clock import CHINA, now, today
from portal.db import transaction
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.scoring import InputErrors
from portal.domain.workdays import add_workdays
from portal.domain.workflow import Action, Stage
from portal.models.application import Application, Correction
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.stages.recommend import queries
from portal.stages.recommend.queries import Given, given

CORRECTION_DAYS = 5
SCREENING_DAYS = 5


class QuotaUsed(Refused):
    """The body has recommended as many institutions as the round allows it."""


class RankTaken(Refused):
    """Two institutions of one body cannot have the same rank in a round."""


class WrongScore(Refused):
    """A score that the standard does not know: too many points, a wrong step, or n/a where there is no such case."""


class WrongDay(Refused):
    """A deadline in the past."""


def revision(rows: Iterable[PreliminaryScore]) -> str:
    """What the scores of a case say at present, as a short token: a page that shows something older is refused."""
    said = sorted([row.item_id, "" if row.points is None else format(row.points.normalize(), "f"),
                   row.not_applicable, row.note] for row in rows)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def open_to(case: Application, *, by: Person) -> frozenset[Action]:
    """The deeds that this person may do on this case now."""
    return frozenset(lifecycle.actions_open(case, by))


def score(case: Application, values: Mapping[str, Given], *, seen: str, by: Person) -> str:
    """Keep a batch of preliminary scores; gives the new revision. Nothing is written when nothing changed.

    `values` by item id; items left out keep what they have. Raises ChangedMeanwhile when `seen` is not the present
    revision, WrongScore naming every mistake.
    """
    with transaction() as session:
        lifecycle.lock(case)
        rows = {row.item_id: row for row in queries.preliminary(case)}
        changed = {key: value for key, value in values.items() if value != given(rows.get(key))}
        if not changed:
            return revision(rows.values())
        if seen != revision(rows.values()):
            raise ChangedMeanwhile(
                _("Somebody else of your office, or you in another tab, has saved scores of this case meanwhile."),
                instead=_("Your input is still on the page: note it down, reload the page and enter it again."))
        _check_scores(case, {key: given(row) for key, row in rows.items()} | changed)
        lifecycle.advance(case, Action.SCORE_PRELIMINARY, by=by, detail={"items": sorted(changed)})
        for key, value in changed.items():
            row = rows.get(key)
            if row is None:
                row = rows[key] = PreliminaryScore(application_id=case.id, item_id=key)
                session.add(row)
            row.points = None if value.not_applicable else value.points
            row.not_applicable, row.note = value.not_applicable, value.note
            row.scored_by_id, row.scored_at = by.id, now()
        session.flush()
        case.preliminary_total = total(case, rows.values())
        return revision(rows.values())


def _check_scores(case: Application, all_given: Mapping[str, Given]) -> None:
    own = {item.id for item in scorecards.scheme_of(case).items(case.institution.type)}
    if strange := set(all_given) - own:
        raise WrongScore(_("This scheme has no item %(item)s.", item=_(", ").join(sorted(strange))))
    try:
        scorecards.score_by(case, {key: (one.points, one.not_applicable) for key, one in all_given.items()
                                   if one.scored})
    except InputErrors as error:
        raise WrongScore(
            _("A score does not fit the standard: %(mistakes)s",
              mistakes="; ".join(f"{one.path.split('.')[-2]} {one.message}" for one in error.mistakes)),
            instead=_("Correct the named items and save again; nothing was saved.")) from error


def total(case: Application, rows: Iterable[PreliminaryScore]) -> Decimal | None:
    """The preliminary total under the standard's rule for items that are not applicable; None while items are open."""
    scores = {row.item_id: (row.points, row.not_applicable) for row in rows
              if row.points is not None or row.not_applicable}
    if unscored(case, scores):
        return None
    return scorecards.score_by(case, scores).total


def unscored(case: Application, scored: Iterable[str]) -> list[str]:
    """Ids of the items without a preliminary score, in the order of the checklist."""
    known = set(scored)
    return [item.id for item in scorecards.scheme_of(case).items(case.institution.type) if item.id not in known]


def return_for_correction(case: Application, reasons: Mapping[str, str], *, by: Person, summary: str,
                          due_on: date | None = None) -> None:
    """Hand a case back with a reason for each item, all at once, and the day by which it is to be corrected.

    `reasons` by the id of an item or a basic condition; "" stands for the application as a whole.
    """
    asked = {key: text.strip() for key, text in reasons.items() if text.strip()}
    if not asked:
        raise Incomplete(_("Nothing to correct is named."),
                         instead=_("Give a reason for every item that has to be corrected."))
    due = _end_of(due_on or default_due())
    with transaction() as session:
        lifecycle.advance(case, Action.RETURN, by=by, reason=summary, detail={"items": sorted(asked)})
        case.due_at = due
        body = queries.body_of(case.institution)
        session.add_all(Correction(application_id=case.id, desk="recommend", item_id=key, reason=text,
                                   asked_by_id=by.id, asked_at=now()) for key, text in asked.items())
        session.add(Recommendation(application_id=case.id, recommender_id=by.id, body=body.name, outcome="returned",
                                   opinion=summary, given_at=now()))


def endorse(case: Application, *, by: Person, opinion: str, rank: int) -> None:
    """Recommend a case to the bureau with an opinion and its rank among the body's own; within the round's quota.

    Raises Incomplete while items are unscored, QuotaUsed, RankTaken. A recommendation after the round's date is
    taken, because the case could move no other way, and the record says by how many days it is late.
    """
    if not opinion.strip():
        raise Incomplete(_("The opinion is missing."), instead=_("Write why this institution is recommended."))
    body = queries.body_of(case.institution)
    late = (today() - case.round.recommend_by.astimezone(CHINA).date()).days
    with transaction() as session:
        lifecycle.lock(case)
        rows = queries.preliminary(case)
        scored = {row.item_id for row in rows if row.points is not None or row.not_applicable}
        missing = unscored(case, scored)
        if missing and case.stage == Stage.RECOMMENDING:
            raise Incomplete(_("These items have no preliminary score yet: %(items)s", items=_(", ").join(missing)),
                             instead=_("Score them, then recommend."))
        # the event takes the chain's lock: recommendations of one body are decided one after another from here on
        lifecycle.advance(case, Action.ENDORSE, by=by, detail={"rank": rank, "late_days": max(0, late)})
        already = queries.ranks(case.round_id, body)
        quota = case.round.quota
        if quota is not None and len(already) >= quota:
            raise QuotaUsed(_("%(body)s has used its quota of %(quota)s for this round.", body=body.name, quota=quota),
                            instead=_("Decline this application, or ask the bureau for a larger quota."))
        if rank in already:
            raise RankTaken(_("Rank %(rank)s is already given in this round.", rank=rank),
                            instead=_("Choose another rank; the next free one is %(rank)s.", rank=next_rank(already)))
        case.preliminary_total = total(case, rows)
        case.due_at = _end_of(add_workdays(today(), SCREENING_DAYS, is_workday=workcalendar.is_workday))
        session.add(Recommendation(application_id=case.id, recommender_id=by.id, body=body.name, outcome="endorsed",
                                   opinion=opinion.strip(), rank=rank, given_at=now()))


def decline(case: Application, *, by: Person, reason: str) -> None:
    """Do not recommend a case; its end, with a reason that the institution reads."""
    with transaction() as session:
        lifecycle.advance(case, Action.DECLINE, by=by, reason=reason)
        session.add(Recommendation(application_id=case.id, recommender_id=by.id,
                                   body=queries.body_of(case.institution).name, outcome="declined", opinion=reason,
                                   given_at=now()))


def next_rank(taken: Iterable[int]) -> int:
    """The lowest rank that is free."""
    used = set(taken)
    return next(rank for rank in range(1, len(used) + 2) if rank not in used)


def default_due() -> date:
    """The day by which a correction is asked for unless another is named."""
    return add_workdays(today(), CORRECTION_DAYS, is_workday=workcalendar.is_workday)


def _end_of(day: date) -> datetime:
    if day < today():
        raise WrongDay(_("The day by which to answer has passed already."), instead=_("Name a day from today on."))
    return datetime.combine(day, time(18), CHINA)
