"""The bureau's dashboard, the list behind its numbers, and the export; everything here only reads."""

from flask import render_template, request, send_file, url_for
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
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_url(*, scheme: str = "", stage: Stage | None = None, due: str = "") -> str:
    """Where a number leads: an officer to the bureau's own desk, a reader to the list here; late ones always here."""
    if not due and Role.OFFICER in me().roles:
        desk = endpoint_url("screen.queue", tab="all", scheme=scheme or None, stage=stage.value if stage else None)
        if desk:
            return desk
    return url_for("reports.cases", scheme=scheme or None, stage=stage.value if stage else None, due=due or None)


def case_url(case: Application) -> str:
    """An officer's page of a case; empty for others, who read the list only."""
    return (endpoint_url("screen.case", number=case.id) or "") if Role.OFFICER in me().roles else ""


@desk.get("/")
def dashboard() -> ResponseReturnValue:
    """Where everything stands: counts, what is late, what blocks each round, days at a stage, the year's course."""
    at = clock.now()
    counted = queries.counts(at)
    rows, totals = board.matrix(counted)
    waiting = queries.waiting(counted)
    span = months.back(clock.today(), A_YEAR_OF_MONTHS)
    course = queries.course(span)
    lines = board.late_lines(queries.late(at), queries.late_sheets(at))
    objections = sum(one.objections for one in waiting)
    bars = board.bars(queries.stays(at), board.limits(one.round for one in waiting))
    return render_template(
        "reports/dashboard.html", at=at, rows=rows, totals=totals, schemes=board.schemes(), short=board.short,
        open=sum(totals.values()), late=sum(one.late for one in counted), soon=sum(one.soon for one in counted),
        objections=objections, objections_url=endpoint_url("announce.queue") if Role.OFFICER in me().roles else "",
        certified=sum(one.cases for one in counted if one.stage is Stage.CERTIFIED),
        ended=sum(one.cases for one in counted if one.stage not in (*queries.OPEN, Stage.CERTIFIED)),
        lines=lines, days_late=board.days_late, waiting=[(one, board.blocks(one, at)) for one in waiting],
        bars=bars, bars_top=max([max(value, limit or 0) for _name, value, limit, _text in bars], default=1) * 1.05,
        course=course, series=[course[action] for action in queries.COURSE],
        series_names=[pgettext("series", "Submitted"), pgettext("series", "Recommended"),
                      pgettext("series", "Certified")],
        top=board.top_of(number for numbers in course.values() for number in numbers),
        months=[board.month_name(month) for month in span], list_url=list_url, Action=Action, Stage=Stage)


def wanted() -> queries.Wanted:
    """The filter in the address bar; what is no stage, round or state is left out."""
    args = request.args
    return queries.Wanted(
        scheme=args.get("scheme", "") if args.get("scheme") in board.schemes() else "",
        stages=tuple(Stage(one) for one in args.getlist("stage") if one in Stage._value2member_map_),
        round=args.get("round", type=int), due=args.get("due", "") if args.get("due") in {"late", "soon"} else "",
        words=args.get("q", "").strip())


@desk.get("/cases")
def cases() -> ResponseReturnValue:
    """The cases behind a number, those due first."""
    asked, at = wanted(), clock.now()
    page = page_of(queries.cases(asked, at), scalars=False)
    return render_template(
        "reports/cases.html", page=page, asked=asked, at=at, schemes=board.schemes(), rounds=queries.rounds(),
        stages=[stage for stage in Stage if stage is not Stage.DRAFT], short=board.short, case_url=case_url,
        days_late=board.days_late, open=queries.OPEN,
        args={"scheme": asked.scheme or None, "stage": [one.value for one in asked.stages] or None,
              "round": asked.round, "due": asked.due or None, "q": asked.words or None})


@desk.get("/cases.xlsx")
def cases_xlsx() -> ResponseReturnValue:
    """The same cases as a spreadsheet."""
    at = clock.now()
    return send_file(workbook.cases(queries.every_case(wanted(), at), at), mimetype=XLSX, as_attachment=True,
                     download_name=f"cases-{clock.today():%Y%m%d}.xlsx", max_age=0)
