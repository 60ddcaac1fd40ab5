"""Decide, reject, countersign, object, nominate and record what came back: one verb, one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from portal import lifecycle, seen
from portal.clock import now
from portal.db import db, transaction
from portal.domain import notices
from portal.domain.assignment import ConflictOfInterest
from portal.domain.refusal import ChangedMeanwhile, Incomplete, Refused
from portal.domain.workflow import Action, ActionNotAllowed
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.person import Person
from portal.stages.decide import queries
from portal.stages.decide.outcome import Basis, basis


class DoesNotPass(Refused):
    """The rules of the edition do not let this case pass; the sentence gives the reasons."""


class NotAccepted(Incomplete):
    """The acceptance of a case that was drawn for a visit is missing."""


class NotDecided(Incomplete):
    """Nothing to countersign yet."""


class NotCountersigned(Incomplete):
    """A co-authority has not agreed yet."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of one case of a bulk deed: `problem` is empty when it was done."""

    case: Application
    problem: str


def decide(case: Application, *, by: Person, remark: str = "", read: str = "") -> Decision:
    """Decide that a case passes, keep result and grounds, and ask every co-authority.

    A decision that a co-authority objected to may be taken anew: then all are asked again. `read` is the mark of the
    decision that was shown. Raises DoesNotPass, NotAccepted, ChangedMeanwhile.
    """
    with transaction() as session:
        lifecycle.lock(case)
        ground = basis(case)
        event = lifecycle.advance(case, Action.DECIDE, by=by, detail={
            "outcome": "pass", "result": ground.grounds()["result"], "remark": remark})
        _refuse_failing(case, ground)
        earlier = queries.decision(case.id)
        _refuse_other(earlier, read)
        if earlier is not None:
            if not any(one.agreed is False for one in earlier.countersignatures):
                raise ChangedMeanwhile(_("This case has been decided already."),
                                       instead=_("The co-authorities are asked; open the case to see who has agreed."))
            _keep(earlier, ground, by=by, remark=remark, outcome="pass")
            for one in earlier.countersignatures:
                one.agreed, one.remark, one.signed_by_id, one.signed_at = None, "", None, None
            return earlier
        made = Decision(application_id=case.id, decided_at=event.at)
        _keep(made, ground, by=by, remark=remark, outcome="pass")
        session.add(made)
        session.flush()
        session.add_all(Countersignature(decision_id=made.id, authority=body.id)
                        for body in ground.scheme.process.countersigners)
        return made


def decide_each(cases: Sequence[Application], *, by: Person, remark: str = "") -> list[Done]:
    """Decide several cases, each in a transaction of its own; a case that is refused says why and stops no other."""
    done = []
    for case in cases:
        problem = ""
        try:
            decide(case, by=by, remark=remark)
        except Refused as error:
            problem = str(error.sentence)
        except ConflictOfInterest:
            problem = _("You are tied to this institution and cannot decide on it.")
        except ActionNotAllowed:
            problem = _("The case is no longer at this stage.")
        done.append(Done(case=case, problem=problem))
    return done


def reject(case: Application, *, by: Person, reason: str, read: str = "") -> None:
    """Decide that a case does not pass; the institution reads the reason. Raises ChangedMeanwhile as `decide` does."""
    with transaction() as session:
        lifecycle.lock(case)
        ground = basis(case)
        lifecycle.advance(case, Action.REJECT, by=by, reason=reason,
                          detail={"outcome": "reject", "result": ground.grounds()["result"]})
        made = queries.decision(case.id)
        _refuse_other(made, read)
        if made is None:
            made = Decision(application_id=case.id)
            session.add(made)
        _keep(made, ground, by=by, remark=reason, outcome="reject")


def countersign(case: Application, *, authority: str, by: Person, remark: str = "", read: str = "") -> None:
    """Agree to a decision for one's authority; with the last agreement it becomes the officers' turn."""
    with transaction():
        lifecycle.lock(case)
        made, own = _open_signature(case, authority=authority, by=by)
        last = own is not None and made is not None and all(
            one.agreed for one in made.countersignatures if one.id != own.id)
        lifecycle.advance(case, Action.COUNTERSIGN, by=by, detail={"authority": authority, "remark": remark},
                          tell=(notices.LAST_COUNTERSIGNATURE,) if last else ())
        _sign(own, authority=authority, agreed=True, by=by, remark=remark)
        _refuse_other(made, read)


def object_to_decision(case: Application, *, authority: str, by: Person, reason: str, read: str = "") -> None:
    """Refuse to countersign for one's authority, with a reason; the bureau's leaders are told."""
    with transaction():
        lifecycle.lock(case)
        made, own = _open_signature(case, authority=authority, by=by)
        lifecycle.advance(case, Action.OBJECT_TO_DECISION, by=by, reason=reason, detail={"authority": authority})
        _sign(own, authority=authority, agreed=False, by=by, remark=reason)
        _refuse_other(made, read)


def nominate(case: Application, *, by: Person) -> Nomination:
    """Send a decided and countersigned case to the national authorities."""
    with transaction() as session:
        event = lifecycle.advance(case, Action.NOMINATE, by=by)
        if not db.session.scalar(select(Application.id).where(Application.id == case.id, queries.countersigned())):
            raise NotCountersigned(_("Not every co-authority has agreed to the decision yet."),
                                   instead=_("Wait for the countersignatures; the case page shows who is missing."))
        made = Nomination(application_id=case.id, sent_at=event.at)
        session.add(made)
        return made


def record_national_result(case: Application, *, by: Person, document: str, remark: str = "") -> None:
    """Record that the national authorities named the unit, with the number of their document."""
    with transaction():
        lifecycle.advance(case, Action.RECORD_NATIONAL_RESULT, by=by, detail={"outcome": "named", "document": document})
        _result(case, outcome="named", document=document, remark=remark)


def reject_nationally(case: Application, *, by: Person, document: str, reason: str) -> None:
    """Record that the national authorities did not name the unit; the case ends with their reason."""
    with transaction():
        lifecycle.advance(case, Action.REJECT_NATIONALLY, by=by, reason=reason,
                          detail={"outcome": "refused", "document": document})
        _result(case, outcome="refused", document=document, remark=reason)


def _refuse_failing(case: Application, ground: Basis) -> None:
    failing = [one.line(str(get_locale() or "zh")) for one in ground.outcome.reasons if one.fails]
    if failing:
        raise DoesNotPass(
            _("%(institution)s does not pass: %(reasons)s", institution=case.institution.name,
              reasons="；".join(failing)),
            instead=_("A leader can reject it with this reason; scores can only be changed by the experts."))
    accepted = ground.visit is not None and ground.visit.verdict == "accepted"
    if case.drawn_for_visit and not accepted and case.site_total is None:
        raise NotAccepted(_("The acceptance of %(institution)s has no verdict.", institution=case.institution.name),
                          instead=_("The acceptance team records its verdict first."))


def mark_of(made: Decision | None) -> str:
    """The mark of a decision as a page shows it; a decision taken anew has another."""
    return seen.mark(made.outcome, made.decided_at.isoformat()) if made else seen.mark()


def _refuse_other(made: Decision | None, read: str) -> None:
    if read not in ("", mark_of(made)):
        raise ChangedMeanwhile(_("A leader has decided on this case after you opened the page."),
                               instead=_("Open the case to read the decision; nothing of yours was recorded."))


def _keep(made: Decision, ground: Basis, *, by: Person, remark: str, outcome: str) -> None:
    made.leader_id, made.outcome, made.remark = by.id, outcome, remark
    made.result, made.grounds, made.decided_at = ground.outcome.total or Decimal(), ground.grounds(), now()


def _open_signature(case: Application, *, authority: str,
                    by: Person) -> tuple[Decision | None, Countersignature | None]:
    """The decision and the signature that waits; whether this person may sign is asked by the table afterwards."""
    made = queries.decision(case.id)
    if authority not in queries.authorities(by):
        return made, None
    return made, next((one for one in made.countersignatures if one.authority == authority), None) if made else None


def _sign(own: Countersignature | None, *, authority: str, agreed: bool, by: Person, remark: str) -> None:
    if own is None:
        if authority not in queries.authorities(by):
            raise Refused(_("You do not countersign for this authority."),
                          instead=_("Only its own countersigner can; an administrator gives that role."))
        raise NotDecided(_("There is no decision to countersign yet."),
                         instead=_("You will be told when a bureau leader has decided."))
    if own.agreed is not None:
        raise ChangedMeanwhile(_("Your authority has given its word on this decision already."),
                               instead=_("Open the case to see it."))
    own.agreed, own.remark, own.signed_by_id, own.signed_at = agreed, remark, by.id, now()


def _result(case: Application, *, outcome: str, document: str, remark: str) -> None:
    sent = db.session.scalars(select(Nomination).where(Nomination.application_id == case.id)).one()
    if sent.outcome:
        raise ChangedMeanwhile(_("The national result has been recorded already."),
                               instead=_("Open the case to see it."))
    sent.outcome, sent.document, sent.remark, sent.recorded_at = outcome, document, remark, now()
