"""The dashboard: counts, what is late, what blocks a round, stays, the year's course; the list and its export."""

import csv
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import inspect

from portal import clock, editions, lifecycle
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.application import Application
from portal.models.decision import Countersignature, Decision
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.person import Person
from portal.reports import board, months, queries
from tests.make import Make

As = Callable[[Person], FlaskClient]
PAGES = ("/reports/", "/reports/cases", "/reports/cases.xlsx", "/reports/cases.csv")
DAY = timedelta(days=1)


@pytest.fixture
def officer(make: Make) -> Person:
    return make.person(Role.OFFICER)


@pytest.mark.parametrize(("role", "status"), [
    (Role.OFFICER, 200), (Role.LEADER, 200), (Role.AUDITOR, 200), (Role.EXPERT, 403), (Role.ADMINISTRATOR, 403),
    (Role.MODERATOR, 403), (Role.TEAM_LEADER, 403)])
def test_whom_it_serves(make: Make, as_: As, role: Role, status: int) -> None:
    client = as_(make.person(role))
    assert {client.get(page).status_code for page in PAGES} == {status}


def test_strangers_are_sent_to_the_door(context: None, client: FlaskClient) -> None:
    assert {client.get(page).status_code for page in PAGES} == {302}


def test_an_empty_portal_has_a_dashboard(officer: Person, as_: As) -> None:
    page = as_(officer).get("/reports/?language=en").text
    assert "Nothing is late." in page and "No round has open cases." in page and "No stay yet" in page


def test_every_open_case_is_counted_once(make: Make, officer: Person, as_: As) -> None:
    water, municipal = make.round(), make.round("municipal-2016")
    for round, stage, number in ((water, Stage.DRAFT, 3), (water, Stage.SCREENING, 2), (municipal, Stage.SCREENING, 1),
                                 (municipal, Stage.NOMINATED, 1), (water, Stage.CERTIFIED, 4),
                                 (water, Stage.NOT_PASSED, 2)):
        for _n in range(number):
            make.application(round=round, edition=round.edition, stage=stage)
    counted = queries.counts(clock.now())
    rows, totals = board.matrix(counted)
    assert totals == {"national": 0, "municipal": 2, "water-saving": 5}
    numbers = {row.stage: {cell.scheme: cell.cases for cell in row.cells} for row in rows}
    assert numbers[Stage.SCREENING] == {"national": 0, "municipal": 1, "water-saving": 2}
    assert Stage.NOMINATED in numbers and Stage.CANDIDATE not in numbers and Stage.DECIDING in numbers
    assert sum(row.total for row in rows) == 7
    page = as_(officer).get("/reports/?language=en").text
    assert "4 certified" in page and "2 ended otherwise" in page


def test_numbers_lead_an_officer_to_the_desk_and_others_to_the_list(make: Make, officer: Person, as_: As) -> None:
    make.application(stage=Stage.SCREENING)
    assert "/screen/?tab=all&amp;scheme=water-saving&amp;stage=screening" in as_(officer).get("/reports/").text
    for role in (Role.LEADER, Role.AUDITOR):
        client = as_(make.person(role))
        page = client.get("/reports/").text
        assert "/reports/cases?scheme=water-saving&amp;stage=screening" in page
        assert 'href="/screen/?' not in page and client.get(
            "/reports/cases?scheme=water-saving&stage=screening").status_code == 200


def test_the_link_of_an_officer_shows_as_many_cases(make: Make, officer: Person, as_: As) -> None:
    for stage in (Stage.SCREENING, Stage.SCREENING, Stage.VISITING):
        make.application(stage=stage)
    client = as_(officer)
    links = set(re.findall(r'href="(/screen/\?tab=all[^"]+)"', client.get("/reports/").text))
    assert len(links) == 2
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_shades_grow_with_the_number() -> None:
    assert [board.shade(number, 184) for number in (0, 1, 9, 40, 110, 184)] == [0, 1, 1, 2, 4, 4]
    assert board.shade(1, 1) == 4


@pytest.mark.parametrize(("stage", "due", "late", "soon"), [
    (Stage.RECOMMENDING, -1, 1, 0), (Stage.RECOMMENDING, 3, 0, 1), (Stage.RECOMMENDING, 9, 0, 0),
    (Stage.CORRECTING, -2, 1, 0), (Stage.DRAFT, None, 0, 0), (Stage.SCREENING, None, 0, 0),
    (Stage.CERTIFIED, -3, 0, 0), (Stage.WITHDRAWN, -3, 0, 0)])
def test_late_and_soon(make: Make, stage: Stage, due: int | None, late: int, soon: int) -> None:
    now = clock.now()
    make.application(stage=stage, due_at=now + DAY * due if due is not None else None)
    counted = queries.counts(now)
    assert (sum(one.late for one in counted), sum(one.soon for one in counted)) == (late, soon)
    assert len(queries.late(now)) == late


@pytest.mark.parametrize(("stage", "date_of_round"), [
    (Stage.RECOMMENDING, "recommend_by"), (Stage.REVIEWING, "review_by"), (Stage.VISITING, "visit_by")])
def test_without_a_deadline_of_its_own_the_rounds_date_counts(make: Make, stage: Stage, date_of_round: str) -> None:
    case = make.application(stage=stage)
    due: datetime = getattr(case.round, date_of_round)
    assert sum(one.late for one in queries.counts(due - DAY)) == 0
    assert sum(one.soon for one in queries.counts(due - DAY)) == 1
    assert sum(one.late for one in queries.counts(due + DAY)) == 1


def test_late_lines_name_the_body_or_the_expert_by_number(make: Make, app: Flask) -> None:
    now = clock.now()
    department = make.department()
    for house in (make.institution(), make.institution(), make.institution(department=department)):
        make.application(stage=Stage.RECOMMENDING, institution=house, due_at=now - 4 * DAY)
    expert = make.person(Role.EXPERT, name="不可见")
    sheet = make.sheet(make.application(stage=Stage.REVIEWING), expert=expert)
    with transaction():
        sheet.due_at = now - 2 * DAY
    with app.test_request_context("/?language=en"):
        lines = board.late_lines(queries.late(now), queries.late_sheets(now))
        words = [line.words for line in lines]
    assert sorted(words[:2]) == ["市教育委员会: 1 case to recommend", "渝北区: 2 cases to recommend"]
    assert words[2] == f"Expert no. {expert.id}: 1 sheet not sealed"
    assert board.days_late(lines[0].since, now) == 4


def decided(make: Make, case: Application, *, agreed: int) -> None:
    now, leader = clock.now(), make.person(Role.LEADER)
    with transaction() as session:
        row = Decision(application_id=case.id, leader_id=leader.id, outcome="pass", result=Decimal(93), decided_at=now)
        session.add(row)
        session.flush()
        for number, body in enumerate(editions.get(case.edition).process.countersigners):
            session.add(Countersignature(decision_id=row.id, authority=body.id, agreed=True if number < agreed else None))


def announced(make: Make, case: Application, *, objections: int) -> None:
    now, officer = clock.now(), make.person(Role.OFFICER)
    with transaction() as session:
        notice = PublicNotice(number=f"n{case.id}", scheme=case.scheme, title="t", published_on=clock.today(),
                              published_at=now, workdays=7, last_day=date(2030, 5, 9), published_by_id=officer.id)
        session.add(notice)
        session.flush()
        session.add(NoticeEntry(notice_id=notice.id, application_id=case.id, position=1))
        for number in range(objections):
            session.add(Objection(receipt=f"r{case.id}-{number}", notice_id=notice.id, application_id=case.id,
                                  party="person", name="x", phone="1", facts="f", received_at=now,
                                  state="open" if number else "dismissed"))


def test_what_blocks_a_round_is_said_from_its_end_back(make: Make, app: Flask) -> None:
    round = make.round()

    def case(stage: Stage) -> Application:
        return make.application(stage=stage, round=round)

    announced(make, case(Stage.ANNOUNCED), objections=3)
    decided(make, case(Stage.DECIDING), agreed=1)
    case(Stage.DECIDING)
    reviewed, half = case(Stage.REVIEWING), case(Stage.REVIEWING)
    case(Stage.REVIEWING)
    make.sheet(reviewed, sealed=True)
    make.sheet(half, sealed=True)
    make.sheet(half)
    make.sheet(half)
    for stage in (Stage.VISITING, Stage.RECTIFYING, Stage.SCREENING, Stage.RECOMMENDING, Stage.CORRECTING,
                  Stage.SUPPLEMENTING, Stage.DRAFT, Stage.CERTIFIED):
        case(stage)
    at = clock.now()
    [one] = queries.waiting(queries.counts(at))
    with app.test_request_context("/?language=en"):
        said = board.blocks(one, at)
        bodies = editions.get(round.edition).process.countersigners
        awaited = "Countersignature awaited: " + ", ".join(body.name_en for body in bodies[1:])
        assert said[:9] == [
            "2 objections are open", "Public notice runs until 9 May", awaited, "1 case awaits the decision",
            "1 institution rectifies", "1 case awaits acceptance", "1 case has no expert yet",
            "2 sheets are not sealed", "1 case awaits the formal check"]
        assert said[9] == "Not recommended yet: 渝北区" and said[10] == "2 cases are being corrected"
        assert said[11].startswith("1 draft, window until ") and len(said) == 12
        assert board.blocks(one, round.closes_at + DAY)[-1].startswith("1 draft was not submitted by ")


def test_sealed_sheets_wait_for_the_conclusion(make: Make, app: Flask) -> None:
    make.sheet(make.application(stage=Stage.REVIEWING), sealed=True)
    at = clock.now()
    with app.test_request_context("/?language=en"):
        assert [board.blocks(one, at) for one in queries.waiting(queries.counts(at))] == [
            ["1 review awaits its conclusion"]]


def move(case: Application, action: Action, before: Stage, after: Stage, at: datetime) -> None:
    with transaction():
        lifecycle.append(action.value, by=None, case=case, before=before.value, after=after.value, at=at)


def test_stays_are_ended_ones_of_a_year_and_running_ones(make: Make) -> None:
    now = clock.now()
    done = make.application(stage=Stage.CERTIFIED)
    move(done, Action.SUBMIT, Stage.DRAFT, Stage.RECOMMENDING, now - 30 * DAY)
    move(done, Action.SCORE_PRELIMINARY, Stage.RECOMMENDING, Stage.RECOMMENDING, now - 25 * DAY)
    move(done, Action.ENDORSE, Stage.RECOMMENDING, Stage.SCREENING, now - 20 * DAY)
    old = make.application(stage=Stage.CERTIFIED)
    move(old, Action.SUBMIT, Stage.DRAFT, Stage.RECOMMENDING, now - 900 * DAY)
    move(old, Action.ENDORSE, Stage.RECOMMENDING, Stage.SCREENING, now - 400 * DAY)
    make.application(stage=Stage.RECOMMENDING, stage_since=now - 4 * DAY)
    make.application(stage=Stage.DRAFT, stage_since=now - 50 * DAY)
    stays = queries.stays(now)
    assert set(stays) == {Stage.RECOMMENDING}
    mean, number = stays[Stage.RECOMMENDING]
    assert number == 2 and mean == pytest.approx(7.0, abs=0.01)


def test_bars_carry_the_limit_of_the_rounds(make: Make, app: Flask) -> None:
    limits = board.limits([make.round(), make.round("municipal-2016")])
    assert {stage: round(days) for stage, days in limits.items()} == {
        Stage.RECOMMENDING: 10, Stage.REVIEWING: 20, Stage.VISITING: 30}
    with app.test_request_context("/?language=en"):
        bars = board.bars({Stage.RECOMMENDING: (12.34, 5), Stage.SCREENING: (2, 1), Stage.NOMINATED: (9, 1)}, limits)
    assert [(mean, limit and round(limit), text) for _name, mean, limit, text in bars] == [
        (12.34, 10, "12.3 of 10 days"), (2, None, "2.0 days")]


def test_the_course_counts_in_chinese_months(make: Make) -> None:
    case = make.application(stage=Stage.SCREENING)
    move(case, Action.SUBMIT, Stage.DRAFT, Stage.RECOMMENDING, datetime.fromisoformat("2026-02-28T16:30:00+00:00"))
    move(case, Action.SUBMIT, Stage.DRAFT, Stage.RECOMMENDING, datetime.fromisoformat("2026-02-28T15:30:00+00:00"))
    move(case, Action.ENDORSE, Stage.RECOMMENDING, Stage.SCREENING, datetime.fromisoformat("2026-03-31T15:59:00+00:00"))
    span = months.back(date(2026, 3, 9), 3)
    assert span == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert queries.course(span) == {
        Action.SUBMIT: [0, 1, 1], Action.ENDORSE: [0, 0, 1], Action.ISSUE: [0, 0, 0]}
    assert months.back(date(2026, 1, 31), 13)[0] == date(2025, 1, 1)
    assert months.bounds(date(2025, 12, 1))[1] == months.bounds(date(2026, 1, 1))[0]


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (184, 200), (201, 400), (801, 2000)])
def test_the_axis_ends_on_a_round_number(most: int, top: int) -> None:
    assert board.top_of([0, most]) == top


def listed(client: FlaskClient, query: str) -> set[str]:
    return set(re.findall(r'<span class="nb">(测[^<]+)</span>', client.get("/reports/cases?" + query).text))


def test_the_list_and_its_export_follow_the_filters(make: Make, officer: Person, as_: As) -> None:
    now, client = clock.now(), as_(officer)
    late = make.application(stage=Stage.CORRECTING, due_at=now - DAY, institution=make.institution(name="=寻找小学"))
    other = make.application(stage=Stage.SCREENING, edition="municipal-2016")
    make.application(stage=Stage.DRAFT)
    assert listed(client, "") == {late.number, other.number}, "drafts are the institutions' own"
    assert listed(client, "due=late") == listed(client, "stage=correcting") == {late.number}
    assert listed(client, "stage=correcting&stage=screening") == {late.number, other.number}
    assert listed(client, "scheme=municipal") == listed(client, f"round={other.round_id}") == {other.number}
    assert listed(client, "due=soon") == set()
    assert listed(client, "q=寻找") == {late.number}
    assert listed(client, f"q={other.number}") == {other.number}
    assert listed(client, "state=late") == {late.number} and listed(client, "state=ended") == set()
    assert listed(client, "stage=nonsense&scheme=nonsense&due=x&round=y") == {late.number, other.number}

    answer = client.get("/reports/cases.xlsx?due=late")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    sheet = load_workbook(BytesIO(answer.data)).active
    rows = [[cell for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2 and len(rows[0]) == len(rows[1]) == 21
    values = [cell.value for cell in rows[1]]
    assert values[0] == late.number and values[1] == "=寻找小学"
    assert rows[1][1].data_type == "s", "a name is no formula"
    assert values[14] == 1 and values[15] == 93
    text = " ".join(str(cell.value) for row in rows for cell in row)
    assert late.operator.name not in text and late.operator.email not in text


def test_a_case_leads_officers_to_its_page(make: Make, officer: Person, as_: As) -> None:
    case = make.application(stage=Stage.SCREENING)
    assert f'href="/screen/{case.id}"' in as_(officer).get("/reports/cases").text
    assert "/screen/" not in as_(make.person(Role.AUDITOR)).get("/reports/cases").text.split("<main")[1]


def populate(make: Make, number: int) -> None:
    for _n in range(number):
        department = make.department(f"第{make.institution().id}委")
        round = make.round()
        now = clock.now()
        for stage in (Stage.DRAFT, Stage.RECOMMENDING, Stage.CORRECTING, Stage.SCREENING, Stage.VISITING):
            case = make.application(stage=stage, round=round, institution=make.institution(department=department),
                                    due_at=now - DAY)
            move(case, Action.SUBMIT, Stage.DRAFT, Stage.RECOMMENDING, now - 9 * DAY)
        make.sheet(make.application(stage=Stage.REVIEWING, round=round))
        decided(make, make.application(stage=Stage.DECIDING, round=round), agreed=0)
        announced(make, make.application(stage=Stage.ANNOUNCED, round=round), objections=2)


def test_no_page_asks_more_for_more_cases(make: Make, officer: Person, as_: As, count_queries) -> None:
    client = as_(officer)
    populate(make, 1)
    few = {}
    for page in PAGES:
        with count_queries() as seen:
            answer = client.get(page)
            assert answer.status_code == 200 and answer.data
        few[page] = len(seen)
    populate(make, 5)
    for page in PAGES:
        with count_queries() as seen:
            assert client.get(page).data
        assert len(seen) == few[page] <= 15, (page, seen)


def in_order(client: FlaskClient, query: str) -> list[str]:
    return re.findall(r'<span class="nb">(测[^<]+)</span>', client.get("/reports/cases?" + query).text)


def test_the_list_is_sorted_and_the_address_holds_it_all(make: Make, officer: Person, as_: As) -> None:
    now, client = clock.now(), as_(officer)
    one, two, three = (make.application(stage=Stage.SCREENING, due_at=now + due * DAY, submitted_at=now - sent * DAY,
                                        stage_since=now - since * DAY)
                       for due, sent, since in ((3, 9, 1), (1, 8, 2), (2, 7, 3)))
    undated = make.application(stage=Stage.SCREENING, submitted_at=now - 6 * DAY, stage_since=now - 4 * DAY)
    titled = make.application(stage=Stage.CERTIFIED, submitted_at=now - 5 * DAY)
    cases = {"one": one, "two": two, "three": three, "undated": undated, "titled": titled}
    names = {case.number: name for name, case in cases.items()}

    def order(query: str) -> list[str]:
        return [names[number] for number in in_order(client, query)]

    assert order("") == ["two", "three", "one", "undated"]
    assert order("sort=-due") == ["one", "three", "two", "undated"], "no deadline comes last, whichever way"
    assert order("sort=since") == ["undated", "three", "two", "one"]
    assert order("state=all") == ["titled", "undated", "three", "two", "one"]
    assert order("state=all&sort=submitted") == ["one", "two", "three", "undated", "titled"]
    assert order("state=all&sort=due") == order("state=all") == order("state=all&sort=nonsense")
    page = client.get("/reports/cases?scheme=water-saving&q=测&sort=since").text
    assert 'href="/reports/cases?state=titled&amp;scheme=water-saving&amp;q=测"' in unquote(page)
    assert "/reports/cases.xlsx?state=open&amp;scheme=water-saving&amp;q=测&amp;sort=since" in unquote(page)


def test_the_tabs_count_what_they_hold(make: Make, officer: Person, as_: As) -> None:
    now = clock.now()
    for stage, due in ((Stage.SCREENING, -DAY), (Stage.SCREENING, DAY), (Stage.CERTIFIED, DAY), (Stage.EXPIRED, DAY)):
        make.application(stage=stage, due_at=now + due)
    page = re.sub(r"<[^>]+>", " ", as_(officer).get("/reports/cases?language=en").text.split('class="tabs"')[1].split("</nav>")[0])
    assert re.sub(r"\s+", " ", page).split(">")[1].strip() == (
        "In progress 2 Late 1 Due within 7 days 1 Certified 1 Ended otherwise 1 All 4")


@pytest.mark.parametrize(("query", "says"), [
    ("", "No case yet"), ("state=late", "Nothing is late"), ("state=soon", "Nothing is due within 7 days"),
    ("q=nobody", "No case fits")])
def test_an_empty_list_says_why(officer: Person, as_: As, query: str, says: str) -> None:
    assert says in as_(officer).get(f"/reports/cases?language=en&{query}").text


def test_the_export_has_typed_cells_and_widths(make: Make, officer: Person, as_: As) -> None:
    make.application(stage=Stage.SCREENING, due_at=clock.now() + DAY)
    sheet = load_workbook(BytesIO(as_(officer).get("/reports/cases.xlsx").data)).active
    head, row = list(sheet.iter_rows())
    assert all(cell.font.bold for cell in head) and sheet.freeze_panes == "C2"
    assert {cell.data_type for cell in row} - {"s", "inlineStr"} == {"d", "n"}
    assert all(isinstance(cell.value, datetime) for cell in row if cell.data_type == "d")
    assert sheet.column_dimensions["B"].width > 30


def test_the_text_export_has_the_same_rows(make: Make, officer: Person, as_: As) -> None:
    late = make.application(stage=Stage.CORRECTING, due_at=clock.now() - DAY, institution=make.institution(name="=寻找小学"))
    make.application(stage=Stage.SCREENING)
    client = as_(officer)
    answer = client.get("/reports/cases.csv?due=late")
    assert answer.mimetype == "text/csv" and answer.data.startswith("\ufeff".encode())
    head, row = csv.reader(answer.get_data(as_text=True).removeprefix("\ufeff").splitlines())
    sheet = load_workbook(BytesIO(client.get("/reports/cases.xlsx?due=late").data)).active
    assert head == [cell.value for cell in sheet[1]]
    assert row[0] == late.number and row[1] == "'=寻找小学", "a name is no formula"
    assert row[14] == "1" and row[15] == "93"


def test_each_order_of_the_long_list_has_an_index(make: Make) -> None:
    indexed = {tuple(one["column_names"]) for one in inspect(db.engine).get_indexes("application")}
    assert {("submitted_at", "id"), ("stage_since", "id")} <= indexed
