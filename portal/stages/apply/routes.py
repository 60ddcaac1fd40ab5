"""The institution's pages: its applications, one application's task list, and (in the modules named below) the rest."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import editions, scorecards
from portal.clock import now
from portal.domain.indicators import AVERAGES_UNITS
from portal.domain.outliers import outliers
from portal.domain.workflow import EDITABLE, FINAL, Role, Stage
from portal.models.application import Application
from portal.models.institution import Institution
from portal.models.round import Round
from portal.models.statistics import QUANTITIES
from portal.stages.apply import (
    actions,
    answer_routes,
    deed_routes,
    file_routes,
    handing_in,
    lacking,
    queries,
    upload_routes,
)
from portal.stages.apply.desk import case_or_404, desk, may
from portal.stages.apply.forms import Nothing, Reply, Start
from portal.stages.apply.progress import Progress
from portal.web import case as life
from portal.web.visitor import me

# the modules that add their pages to the desk
__all__ = ["answer_routes", "deed_routes", "desk", "file_routes", "upload_routes"]


@desk.get("/")
def index() -> ResponseReturnValue:
    """My applications, what waits in them, and rounds to enter."""
    from portal.web.paging import page_of

    page = page_of(queries.mine(me()), size=20)
    houses = queries.institutions(me())
    rounds = queries.rounds()
    entered = queries.entered(house.id for house in houses)
    return render_template(
        "apply/index.html", page=page, houses=houses, rounds=rounds, entered=entered,
        schemes=queries.editions_of([*rounds, *(case.round for case in page.rows)]), moment=now(),
        questions=queries.waiting_questions(page.rows), running=queries.running_totals(page.rows),
        may_open=queries.houses_of(me(), Role.APPLICANT),
        form=Nothing())


@desk.route("/start/<int:number>", methods=["GET", "POST"])
def start(number: int) -> ResponseReturnValue:
    """Open an application in a round, after saying what that means."""
    round_ = queries.round_(number) or abort(404)
    house = _house()
    form = Start()
    if form.institution.data:
        own = {str(one.id): one for one in queries.institutions(me())}
        house = own.get(form.institution.data) or abort(404)
    earlier = queries.earlier(house, round_)
    if form.validate_on_submit():
        known = queries.entered([house.id]).get((round_.id, house.id))
        if known is not None:
            return redirect(url_for("apply.case", number=known.id), 303)
        try:
            made = actions.open_case(round_, house, by=me(), carry=earlier if form.carry.data else None)
        except actions.AlreadyOpen as taken:  # pressed twice, or by two at once: both get to the one application
            return redirect(url_for("apply.case", number=taken.case.id), 303)
        flash(_("Application %(number)s is open. Nothing is sent before you submit it.", number=made.number), "done")
        return redirect(url_for("apply.case", number=made.id), 303)
    page = render_template("apply/start.html", round=round_, scheme=queries.editions_of([round_])[round_.id],
                           house=house, earlier=earlier, form=form, open=round_.is_open(now()))
    return page, 422 if form.errors else 200


def _house() -> Institution:
    """The first institution for which the visitor applies."""
    own = queries.houses_of(me(), Role.APPLICANT)
    houses = [one for one in queries.institutions(me()) if one.id in own]
    return houses[0] if houses else abort(403)


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """The task list while the case is with the institution; afterwards where it stands."""
    found = case_or_404(number)
    return task_list(found) if found.stage in EDITABLE else standing(found)


def task_list(found: Application) -> ResponseReturnValue:
    """Everything that is to be filled in, with its state."""
    state, allowed, heads = queries.progress_of(found), may(found), queries.signatories(found)
    late = _late(found)
    return render_template(
        "apply/tasks.html", case=found, scheme=state.scheme, state=state, stations=life.stations(found, state.scheme),
        deadline=deadline(found), late=late, may=allowed, missing=lacking.lacking(found, state), signatories=heads,
        step=None if late else lacking.next_step(found, state, may=allowed, heads=heads), begun=lacking.begun(found),
        body=queries.body_of(found), warned=out_of_line(found, state), timeline=life.timeline(found, person=me()),
        reply=Reply(), deed=handing_in.HANDS_IN[Stage(found.stage)].value)


def out_of_line(found: Application, state: Progress) -> tuple[int, int]:
    """How many figures of the three years are out of line, and how many of them are explained."""
    average = editions.average_of(found.institution.type, found.round.statistics_year)
    warned = outliers({year: {key: getattr(row, key) for key in QUANTITIES} for year, row in state.years.items()},
                      averages={key: getattr(average, key) for key in AVERAGES_UNITS} if average else {},
                      factors=editions.factors())
    return len(warned), sum(bool(state.years[one.year].acknowledged.get(one.name)) for one in warned)


def standing(found: Application) -> ResponseReturnValue:
    """Where a case stands that is with others, and what they ask."""
    stage = Stage(found.stage)
    scheme, visits = scorecards.scheme_of(found), queries.visits(found)
    certificate = queries.certificate(found) if stage in CERTIFIED else None
    rectified = {one.id: done for one, done in handing_in.rectifications(visits)} if stage is Stage.RECTIFYING else {}
    return render_template(
        "apply/standing.html", case=found, scheme=scheme, stations=life.stations(found, scheme),
        deadline=deadline(found), may=may(found), questions=queries.clarifications(found), visits=visits,
        rectified=rectified, next_rounds=queries.next_rounds(found) if stage in CARRIED else [],
        certificate=certificate, notice=queries.notice(found) if stage in PUBLIC else None,
        body=queries.body_of(found), timeline=life.timeline(found, person=me()), reply=Reply(), form=Nothing(),
        final=stage in FINAL)


CERTIFIED = frozenset({Stage.CERTIFIED, Stage.REVERIFYING, Stage.EXPIRED, Stage.REVOKED, Stage.CANCELLED})
CARRIED = frozenset({Stage.NOT_PASSED, Stage.NOT_RECOMMENDED, Stage.WITHDRAWN, Stage.INELIGIBLE,
                     Stage.OBJECTION_UPHELD})
PUBLIC = CERTIFIED | {Stage.ANNOUNCED, Stage.OBJECTION_UPHELD}


def deadline(found: Application) -> tuple[str, object] | None:
    """What is due from the institution and when, for the page's one deadline."""
    round_: Round = found.round
    match Stage(found.stage):
        case Stage.DRAFT:
            return _("Applications close"), round_.closes_at
        case Stage.CORRECTING | Stage.SUPPLEMENTING:
            return _("To be handed in again by"), found.due_at or round_.recommend_by
        case Stage.CANDIDATE:
            return _("Creation period ends"), found.due_at or round_.review_by
        case Stage.RECTIFYING:
            return _("Rectification due"), found.due_at or round_.visit_by
        case _:
            return None


def _late(found: Application) -> bool:
    return found.stage == Stage.DRAFT and not found.round.is_open(now())
