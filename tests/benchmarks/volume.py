"""Fill a migrated database with as many cases as asked for, three sealed or open sheets each, in bulk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal import clock, editions, scorecards
from portal.db import db, transaction
from portal.domain import certificate, credit_code
from portal.domain.workflow import Role, Stage
from portal.models.application import Answer, Application
from portal.models.certificate import Certificate
from portal.models.event import ChainHead, Event
from portal.models.institution import Division, Institution
from portal.models.person import Person
from portal.models.review import Sheet, SheetScore
from portal.models.visit import Visit
from tests.make import Make

EDITION = "water-saving-2013"
ROUND = 50
"""How many cases a round has."""
EXPERTS = 12
CHUNK = 5000
WORDS = ("清泉", "榆涧", "若溪", "青禾", "景澜", "墨屿", "苍屿", "梧岭", "荷坞", "浅溪", "棠溪", "栖岭", "崇岚", "素溪", "云麓", "松鹤")
KINDS = ("中学校", "小学校", "人民医院", "图书馆", "事务管理办公室", "职业教育中心", "综合行政执法支队", "文化馆")
AREAS = 38


@dataclass(frozen=True)
class City:
    """Whom to sign in as, and which addresses to ask for."""

    officer: str
    leader: str
    expert: str
    round: int
    open_case: int
    item: str
    points: str
    certificate: str
    rare: str
    """A name that one unit alone has."""


def fill(*, cases: int, institutions: int = 0) -> City:
    """Make `cases` cases in rounds of fifty and at least as many institutions; gives what a benchmark asks for.

    Of every round three fifths are certified, so that a page of fifty is full at 200 cases too; the first round is to be decided, the second under review by the first expert.
    """
    make = Make()
    officer, leader = make.person(Role.OFFICER, Role.MODERATOR), make.person(Role.LEADER)
    experts = [make.person(Role.EXPERT) for _ in range(EXPERTS)]
    model = make.institution()
    operator = make.applicant(model)
    rounds = [make.round(EDITION, open=False) for _ in range(max(2, -(-cases // ROUND)))]
    with transaction() as session:
        areas = [f"5002{n:02d}" for n in range(AREAS)]
        put(session, Division, ({"code": code, "name": f"第{n}示例区", "kind": "district"} for n, code in enumerate(areas)))
        houses = put(session, Institution, _houses(max(cases, institutions), areas))
        figures = scorecards.freeze(model, rounds[0].statistics_year)
        made = put(session, Application, _cases(cases, rounds, houses, operator, figures))
        put(session, Answer, _answers(make, made, operator))
        sheets = put(session, Sheet, _sheets(made, experts, officer))
        put(session, SheetScore, _scores(sheets))
        put(session, Visit, _visits(made, officer))
        put(session, Certificate, _certificates(made, houses, officer))
        put(session, Event, _events(made, operator))
        session.merge(ChainHead(id=1, seq=5 * cases, digest="0" * 64))
        _let_keys_go_on(session)
    opened = db.session.scalars(select(Sheet).where(Sheet.expert_id == experts[0].id, Sheet.state == "assigned")
                                .order_by(Sheet.id)).first()
    assert opened is not None
    blank = editions.get(EDITION).items("school")[-1]
    code = db.session.scalars(select(Certificate.number).order_by(Certificate.id)).first()
    rare = db.session.scalars(select(Certificate.holder_short).order_by(Certificate.id.desc())).first()
    return City(officer=officer.sign_in, leader=leader.sign_in, expert=experts[0].sign_in, round=rounds[0].id,
                open_case=opened.application_id, item=blank.id, points=str(blank.points), certificate=code or "",
                rare=rare or "")


def put(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert rows in chunks under ids of our own; gives them with their `id` (a key of text keeps its own)."""
    start = 0
    if "id" in model.__table__.c:
        start = session.scalar(select(db.func.max(model.id))) or 0
    kept: list[dict[str, Any]] = []
    source: Iterator[dict[str, Any]] = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        if "id" in model.__table__.c:
            chunk = [{"id": start + len(kept) + n, **row} for n, row in enumerate(chunk, 1)]
        session.execute(insert(model), chunk)
        kept += chunk
    return kept


def _let_keys_go_on(session: Session) -> None:
    """Rows that came with keys of their own leave PostgreSQL's sequences where they were."""
    if session.connection().dialect.name == "postgresql":
        for model in (Institution, Application, Answer, Sheet, SheetScore, Visit, Certificate, Event):
            session.execute(text(f"select setval(pg_get_serial_sequence('{model.__tablename__}', 'id'), max(id)) from {model.__tablename__}"))


def _houses(count: int, areas: list[str]) -> Iterator[dict[str, Any]]:
    for n in range(count):
        org = f"{n:08d}"
        first = "12500000" + org + credit_code.org_check(org)
        area = areas[n % AREAS]
        yield {"name": f"重庆市第{n % AREAS}示例区{WORDS[n % 16]}{n}{KINDS[n // 16 % 8]}", "short_name": f"{WORDS[n % 16]}{n}",
               "credit_code": first + credit_code.check_character(first), "type": "school", "division_code": area,
               "address": "示例路1号", "headcount": 500, "floor_area_m2": Decimal(20000), "created_at": clock.now()}


def _stage(n: int, batch: int) -> Stage:
    if batch == 0:
        return Stage.DECIDING
    if batch == 1:
        return Stage.REVIEWING
    return Stage.CERTIFIED if n % 5 < 3 else (Stage.DECIDING, Stage.VISITING, Stage.SCREENING)[n % 3]


def _cases(count: int, rounds: list[Any], houses: list[dict[str, Any]], operator: Person, figures: dict[str, Any],
           ) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for n in range(count):
        batch = n // ROUND
        row = rounds[batch]
        yield {"number": f"节申〔{row.year}〕{n:06d}", "round_id": row.id, "institution_id": houses[n]["id"], "scheme": row.scheme,
               "edition": EDITION, "edition_digest": row.edition_digest, "stage": _stage(n, batch),
               "stage_since": now - timedelta(days=n % 30), "operator_id": operator.id, "report": {}, "created_at": now,
               "submitted_at": now - timedelta(days=40), "dossier_digest": "0" * 64, "figures": figures,
               "self_total": Decimal(93), "preliminary_total": Decimal(92), "review_result": Decimal(85) + n % 15,
               "review_spread": Decimal(3), "site_total": Decimal(94)}


def _answers(make: Make, cases: list[dict[str, Any]], operator: Person) -> Iterator[dict[str, Any]]:
    model = [{"item_id": one.item_id, "not_applicable": False, "points": one.points, "met": one.met, "counts": one.counts,
              "updated_at": one.updated_at, "updated_by_id": operator.id} for one in make.answers(EDITION, "school", operator)]
    for case in cases:
        for one in model:
            yield {"application_id": case["id"], **one}


def _sheets(cases: list[dict[str, Any]], experts: list[Person], officer: Person) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for n, case in enumerate(cases):
        is_open = case["stage"] == Stage.REVIEWING
        for place in range(3):
            expert = experts[0] if is_open and place == 0 else experts[(n + place) % (EXPERTS - 1) + 1 if is_open else
                                                                       (n + place * 4) % EXPERTS]
            sealed = not is_open
            yield {"application_id": case["id"], "expert_id": expert.id, "assigned_by_id": officer.id, "assigned_at": now,
                   "due_at": now + timedelta(days=9), "state": "sealed" if sealed else "assigned",
                   "sealed_at": now if sealed else None, "total": case["review_result"] - 1 + place if sealed else None}


def _scores(sheets: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    now, items = clock.now(), editions.get(EDITION).items("school")
    for sheet in sheets:
        for item in items[:len(items) if sheet["state"] == "sealed" else 3]:
            yield {"sheet_id": sheet["id"], "item_id": item.id, "points": item.points, "reason": "", "updated_at": now}


def _visits(cases: list[dict[str, Any]], officer: Person) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for case in cases:
        if case["stage"] in {Stage.DECIDING, Stage.CERTIFIED}:
            yield {"application_id": case["id"], "turn": 1, "planned_on": clock.today(), "place": "示例路1号",
                   "verdict": "accepted", "appointed_by_id": officer.id, "appointed_at": now, "verdict_at": now}


def _certificates(cases: list[dict[str, Any]], houses: list[dict[str, Any]], officer: Person) -> Iterator[dict[str, Any]]:
    day, pattern = clock.today() - timedelta(days=200), editions.get(EDITION).certificate.number_pattern
    holders = {house["id"]: house for house in houses[:len(cases)]}
    serial = 0
    for case in cases:
        if case["stage"] == Stage.CERTIFIED:
            serial += 1
            house = holders[case["institution_id"]]
            yield {"number": certificate.number(pattern, year=day.year, serial=serial),
                   "verify_code": certificate.verify_code(serial.to_bytes(16, "big")),
                   "scheme": case["scheme"], "edition": EDITION, "year": day.year, "serial": serial, "application_id": case["id"],
                   "institution_id": house["id"], "holder": house["name"], "holder_short": house["short_name"],
                   "institution_type": "school", "division_code": house["division_code"], "division": "示例区",
                   "title": "重庆市公共机构节水型单位", "issued_on": day, "expires_on": day + timedelta(days=1460),
                   "issued_by_id": officer.id, "published_at": clock.now()}


def _events(cases: list[dict[str, Any]], operator: Person) -> Iterator[dict[str, Any]]:
    """Five deeds a case; not chained, as nobody verifies a benchmark."""
    steps = (("submit", "draft", "recommending"), ("endorse", "recommending", "screening"),
             ("admit", "screening", "reviewing"), ("conclude-review", "reviewing", "visiting"),
             ("accept", "visiting", "deciding"))
    for n, case in enumerate(cases):
        for step, (action, before, after) in enumerate(steps):
            seq = n * len(steps) + step + 1
            yield {"seq": seq, "application_id": case["id"], "actor_id": operator.id, "role": "officer", "action": action,
                   "stage_before": before, "stage_after": after, "detail": {}, "reason": "",
                   "at": case["created_at"] - timedelta(days=50 - step * 9), "previous": "", "digest": f"{seq:064d}"}
