"""The bureau's dashboard, the list behind its numbers, and the export; everything here only reads."""

from flask import Response, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from portal import clock
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Application
from portal.reports import board, months, queries, workbook
from portal.web.filters import endpoint_url
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

desk = Desk("reports", __name__, prefix="/reports", serves={Role.OFFICER, Role.LEADER, Role.AUDITOR},
            label=_l("Dashboard"), home="reports.dashboard", links=[
                (_l("Dashboard"), "reports.dashboard"), (_l("List of cases"), "reports.cases")])

A_YEAR_OF_MONTHS = 13
ROUNDS = 12
"""How many rounds the dashboard tells what holds them up; the others are in the list of cases."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_url(*, scheme: str = "", stage: Stage | None = None, state: str = "", round: int | None = None) -> str:
    """Where a number leads: an officer to the bureau's own desk, a reader to the list here; states always here."""
    if not state and round is None and Role.OFFICER in me().roles:
        desk = endpoint_url("screen.queue", tab="all", scheme=scheme or None, stage=stage.value if stage else None)
        if desk:
            return desk
    return url_for("reports.cases", scheme=scheme or None, stage=stage.value if stage else None, state=state or None,
                   round=round)


def case_url(case: Application) -> str:
    """An officer's page of a case; empty for others, who read the list only."""
    return (endpoint_url("screen.case", number=case.id) or "") if Role.OFFICER in me().roles else ""


@desk.get("/")
def dashboard() -> ResponseReturnValue:
    """Where everything stands: counts, what is late, what blocks each round, days at a stage, the year's course."""
    at = clock.now()
    counted = queries.counts(at)
    rows, totals = board.matrix(counted)
    waiting = queries.waiting(counted, most=ROUNDS)
    rounds = {one.round for one in counted if one.stage in queries.OPEN}
    span = months.back(clock.today(), A_YEAR_OF_MONTHS)
    course = queries.course(span)
    lines = board.late_lines(queries.late(at), queries.late_sheets(at))
    objections = queries.open_objections()
    bars = board.bars(queries.stays(at), board.limits(one.round for one in waiting))
    return render_template(
        "reports/dashboard.html", at=at, rows=rows, totals=totals, schemes=board.schemes(), short=board.short,
        open=sum(totals.values()), late=sum(one.late for one in counted), soon=sum(one.soon for one in counted),
        objections=objections, objections_url=endpoint_url("announce.queue") if Role.OFFICER in me().roles else "",
        certified=sum(one.cases for one in counted if one.stage is Stage.CERTIFIED),
        ended=sum(one.cases for one in counted if one.stage not in (*queries.OPEN, Stage.CERTIFIED)),
        lines=lines, days_late=board.days_late, waiting=[(one, board.blocks(one, at)) for one in waiting],
        more_rounds=len(rounds) - len(waiting),
        bars=bars, bars_top=max([max(value, limit or 0) for _name, value, limit, _text in bars], default=1) * 1.05,
        course=course, series=[course[action] for action in queries.COURSE],
        series_names=[pgettext("series", "Submitted"), pgettext("series", "Recommended"),
                      pgettext("series", "Certified")],
        top=board.top_of(number for numbers in course.values() for number in numbers),
        months=[board.month_name(month) for month in span], list_url=list_url, Action=Action, Stage=Stage)


def wanted() -> queries.Wanted:
    """The filter in the address bar; what is no stage, round or state is left out. `due=late` is an older address."""
    args = request.args
    stages = tuple(Stage(one) for one in args.getlist("stage") if one in Stage._value2member_map_)
    state = args.get("state") or args.get("due") or ("all" if stages else "open")
    return queries.Wanted(
        scheme=args.get("scheme", "") if args.get("scheme") in board.schemes() else "", stages=stages,
        round=args.get("round", type=int), state=state if state in queries.STATES else "open",
        words=args.get("q", "").strip(), sort=args.get("sort", ""))


def addressed(asked: queries.Wanted, **changed: str | None) -> str:
    """The address of the list with something else chosen; the page number is left behind."""
    return url_for("reports.cases", **(arguments(asked) | changed))  # type: ignore[arg-type]


def arguments(asked: queries.Wanted) -> dict[str, object]:
    """What the address bar holds for a filter."""
    return {"state": asked.state, "scheme": asked.scheme or None, "stage": [one.value for one in asked.stages] or None,
            "round": asked.round, "q": asked.words or None, "sort": asked.sort or None}


def sorting(asked: queries.Wanted, key: str) -> tuple[str, str]:
    """(address, present direction) of a column's head: sort by it, or the other way round."""
    column, down = asked.order
    if column != key:
        return addressed(asked, sort=f"-{key}" if key == "submitted" else key), ""
    return addressed(asked, sort=key if down else f"-{key}"), "desc" if down else "asc"


@desk.get("/cases")
def cases() -> ResponseReturnValue:
    """The cases behind a number, those due first."""
    asked, at = wanted(), clock.now()
    tabs = queries.states(asked, at)
    page = page_of(queries.cases(asked, at), scalars=False, total=tabs[asked.state])
    return render_template(
        "reports/cases.html", page=page, asked=asked, at=at, tabs=tabs, schemes=board.schemes(),
        rounds=queries.rounds(), stages=[stage for stage in Stage if stage is not Stage.DRAFT], short=board.short,
        case_url=case_url, days_late=board.days_late, open=queries.OPEN, args=arguments(asked),
        addressed=addressed, sorting=sorting)


@desk.get("/cases.xlsx")
def cases_xlsx() -> ResponseReturnValue:
    """The same cases as a spreadsheet."""
    at = clock.now()
    return send_file(workbook.cases(queries.every_case(wanted(), at), at), mimetype=XLSX, as_attachment=True,
                     download_name=f"cases-{clock.today():%Y%m%d}.xlsx", max_age=0)


@desk.get("/cases.csv")
def cases_csv() -> ResponseReturnValue:
    """The same cases as text, sent while they are read."""
    at = clock.now()
    lines = workbook.lines(queries.every_case(wanted(), at), at)
    return Response(stream_with_context(lines), mimetype="text/csv", headers={
        "Content-Disposition": f"attachment; filename=cases-{clock.today():%Y%m%d}.csv"})
