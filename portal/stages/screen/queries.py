"""What the bureau's officer reads: queues, the formal checklist, lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from portal import editions
from portal.db import db
from portal.domain import credit_code
from portal.domain.scheme import EvidenceRequest
from portal.domain.self_report import unwritten
from portal.domain.workflow import Action, Stage
from portal.dossier import YEARS, Dossier
from portal.models.application import Application
from portal.models.event import Event
from portal.models.institution import Division, Institution
from portal.models.person import Person
from portal.models.recommendation import Recommendation
from portal.models.review import Sheet
from portal.models.round import Round

TABS = ("check", "assign", "candidates", "supplementing", "all")

_WITH_FACTS = (joinedload(Application.institution).joinedload(Institution.division),
               joinedload(Application.institution).joinedload(Institution.department), joinedload(Application.round))


def active_sheets() -> Select[int]:
    """How many experts a case has, recused ones left out; to be put into a query of cases."""
    return select(func.count(Sheet.id)).where(
        Sheet.application_id == Application.id, Sheet.state != "recused").correlate(Application)


def _experts_needed() -> ColumnElement[int]:
    return case(*((Application.edition == one.edition, one.process.experts) for one in editions.every()), else_=0)


def _of_tab(tab: str) -> Select[Application]:
    wanted = select(Application).join(Application.institution).join(Application.round)
    match tab:
        case "check":
            return wanted.where(Application.stage == Stage.SCREENING)
        case "assign":
            return wanted.where(Application.stage == Stage.REVIEWING,
                                active_sheets().scalar_subquery() < _experts_needed())
        case "candidates":
            return wanted.where(Application.stage == Stage.CANDIDATE)
        case "supplementing":
            return wanted.where(Application.stage == Stage.SUPPLEMENTING)
        case _:
            return wanted.where(Application.stage != Stage.DRAFT, Application.submitted_at.is_not(None))


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the address bar asks for; empty means all."""

    scheme: str = ""
    stage: str = ""
    division: str = ""
    words: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.scheme or self.stage or self.division or self.words)


def queue(tab: str, wanted: Filter) -> Select[Application]:
    """The cases of one tab, the most urgent first; all cases newest first."""
    found = _of_tab(tab)
    if wanted.scheme:
        found = found.where(Application.scheme == wanted.scheme)
    if wanted.stage:
        found = found.where(Application.stage == wanted.stage)
    if wanted.division == "departments":
        found = found.where(Institution.department_id.is_not(None))
    elif wanted.division:
        found = found.where(Institution.division_code == wanted.division, Institution.department_id.is_(None))
    if wanted.words:
        found = found.where(or_(Institution.name.icontains(wanted.words, autoescape=True),
                                Institution.short_name.icontains(wanted.words, autoescape=True),
                                Application.number.icontains(wanted.words, autoescape=True)))
    if tab == "all":
        return found.options(*_WITH_FACTS).order_by(Application.stage_since.desc(), Application.id.desc())
    due = case((Application.stage == Stage.REVIEWING, func.coalesce(Application.due_at, Round.review_by)),
               else_=func.coalesce(Application.due_at, Application.stage_since))
    return found.options(*_WITH_FACTS).order_by(due, Application.id)


def counts() -> dict[str, int]:
    """How many cases each tab holds, in one query."""
    parts = [select(func.count()).select_from(_of_tab(tab).with_only_columns(Application.id).subquery())
             .scalar_subquery().label(tab) for tab in TABS]
    return dict(db.session.execute(select(*parts)).one()._mapping)


def seats(cases: Sequence[Application]) -> dict[int, int]:
    """How many experts each of these cases has."""
    return {key: number for key, number in db.session.execute(
        select(Sheet.application_id, func.count()).where(
            Sheet.application_id.in_([one.id for one in cases]), Sheet.state != "recused")
        .group_by(Sheet.application_id))}


def divisions() -> list[Division]:
    """Every division, for the filter."""
    return list(db.session.scalars(select(Division).order_by(Division.code)))


def case_of(number: int) -> Application | None:
    """One submitted case with what its page shows."""
    return db.session.scalar(_of_tab("all").where(Application.id == number).options(
        *_WITH_FACTS, joinedload(Application.signed_by), joinedload(Application.operator)))


def sheets(one: Application) -> list[Sheet]:
    """The sheets of a case with their experts."""
    return list(db.session.scalars(
        select(Sheet).where(Sheet.application_id == one.id).options(joinedload(Sheet.expert)).order_by(Sheet.id)))


def sheet(one: Application, number: int) -> Sheet | None:
    """One sheet of this case; None when it is another's."""
    return db.session.scalar(select(Sheet).where(Sheet.id == number, Sheet.application_id == one.id)
                             .options(joinedload(Sheet.expert), joinedload(Sheet.application)))


def opinion(one: Application) -> tuple[Recommendation, str] | None:
    """The recommendation with which a case came, and the name of who gave it."""
    row = db.session.execute(
        select(Recommendation, Person.name).join(Person, Person.id == Recommendation.recommender_id)
        .where(Recommendation.application_id == one.id, Recommendation.outcome == "endorsed")
        .order_by(Recommendation.id.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the formal checklist: what, whether it holds, in words; `bars`: it cannot be waived."""

    what: str
    holds: bool
    say: str
    bars: bool = False
    place: str = ""


def checklist(one: Application, file: Dossier, said: Recommendation | None) -> list[Check]:
    """The formal check as far as rows can answer it; `said` is the recommendation with which the case came."""
    house, scheme = one.institution, file.scheme
    year = one.round.statistics_year
    unreported = sorted(set(range(year - YEARS + 1, year + 1)) - {each.year for each in file.years})
    denied = [each for each in file.conditions if each.met is False]
    unanswered = [row.item.id for row in file.rows if row.score is None or row.score.state == "missing"]
    unscored = [row.item.id for row in file.rows if not row.preliminary or (
        row.preliminary.points is None and not row.preliminary.not_applicable)]
    zero = [row.item.id for row in file.rows if row.item.star and row.score and row.score.points == 0
            and row.score.state != "na"]
    missing = file.missing
    unwritten_chapters = [each.title.say(str(get_locale() or "zh")) for each in unwritten(one.report, scheme.id)]
    unchanged = file.digest == one.dossier_digest
    codes = credit_code.is_valid(house.credit_code)
    return [
        Check(what=_("Recommendation"), holds=said is not None,
              say=_("%(body)s, rank %(rank)s", body=said.body, rank=said.rank or "—") if said
              else _("No recommendation is recorded")),
        Check(what=_("Credit code"), holds=codes, say=house.credit_code if codes
              else _("%(code)s fails its check character", code=house.credit_code)),
        Check(what=_("Type of institution"), holds=house.type in scheme.eligible_types,
              say=_("May apply for this scheme") if house.type in scheme.eligible_types
              else _("This scheme is not for institutions of this type"), bars=house.type not in scheme.eligible_types),
        Check(what=_("Sign-off"), holds=one.signed_at is not None and one.signed_by_id != one.operator_id,
              say=_("Signed by %(name)s", name=one.signed_by.name) if one.signed_by
              else _("The head's sign-off is missing")),
        Check(what=_("Basic conditions"), holds=not denied and all(each.met for each in file.conditions),
              say=_("Answered with no: %(items)s", items=_(", ").join(each.condition.id for each in denied)) if denied
              else _("All %(n)s answered with yes", n=len(file.conditions))
              if all(each.met for each in file.conditions) else _("Not all are answered"),
              bars=bool(denied), place="#conditions"),
        Check(what=_("Answers"), holds=not unanswered,
              say=_("Without answer or figures: %(items)s", items=_(", ").join(unanswered)) if unanswered
              else _("All %(n)s items answered", n=len(file.rows)),
              place=f"#item-{unanswered[0]}" if unanswered else ""),
        Check(what=_("Evidence"), holds=not missing,
              say=_("Missing: %(names)s", names=_named(missing)) if missing
              else _("Complete: %(n)s files for every document asked for", n=file.files),
              place=f"#item-{missing[0][0]}" if missing else ""),
        Check(what=_("Dossier"), holds=unchanged,
              say=_("The files are those of the submission") if unchanged
              else _("The files differ from those of the submission")),
        Check(what=_("Statistics"), holds=not unreported,
              say=_("Not reported: %(years)s", years=_(", ").join(map(str, unreported))) if unreported
              else _("%(first)s to %(last)s reported", first=year - YEARS + 1, last=year)
              + (_("; ") + ngettext("%(num)s unusual figure explained", "%(num)s unusual figures explained",
                                    len(file.explained)) if file.explained else ""), place="#statistics"),
        Check(what=_("Self-report"), holds=not unwritten_chapters,
              say=_("Chapters missing: %(names)s", names=_(", ").join(unwritten_chapters)) if unwritten_chapters
              else _("All chapters are written")),
        Check(what=_("Preliminary scores"), holds=not unscored,
              say=_("Not scored: %(items)s", items=_(", ").join(unscored)) if unscored
              else _("All %(n)s items scored", n=len(file.rows))),
        Check(what=_("Star items"), holds=not zero,
              say=_("At zero in the self-score: %(items)s", items=_(", ").join(zero)) if zero
              else _("None at zero in the self-score")),
    ]


def _named(missing: list[tuple[str, EvidenceRequest]]) -> str:
    """The first missing documents, each with its item."""
    chinese = str(get_locale() or "zh").startswith("zh")
    names = [f"{place} {request.name if chinese else request.name_en or request.name}" for place, request in missing]
    return _("; ").join(names[:6]) + ("…" if names[6:] else "")


def candidates(round: Round) -> list[Application]:
    """The cases of a round that were put on the candidate list and are not at an end before the review."""
    listed = exists().where(Event.application_id == Application.id, Event.action == Action.LIST_CANDIDATE)
    return list(db.session.scalars(
        select(Application).join(Application.institution).where(
            and_(Application.round_id == round.id, listed,
                 Application.stage.not_in([Stage.WITHDRAWN, Stage.INELIGIBLE])))
        .options(*_WITH_FACTS).order_by(Application.id)))


def round_of(number: int) -> Round | None:
    """A round."""
    return db.session.get(Round, number)


def rounds_with_candidates() -> list[Round]:
    """Rounds that have a candidate list."""
    listed = select(Application.round_id).join(Event, Event.application_id == Application.id).where(
        Event.action == Action.LIST_CANDIDATE)
    return list(db.session.scalars(select(Round).where(Round.id.in_(listed)).order_by(Round.id.desc())))
