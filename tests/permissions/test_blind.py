"""Blind review and private people, proven by reading all that each role can reach, page by page, paper by paper."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from portal import clock, jobs, lifecycle
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.person import Person
from portal.models.review import Clarification, Sheet, SheetScore
from tests.journeys.life import Life
from tests.make import Make
from tests.permissions import crawl
from tests.stages import late

WATER = "water-saving-2013"
NAMES = {"expert0": "甲申佰", "expert1": "乙酉仟", "expert2": "丙戌廿"}
WORDS = {name: f"印记{name}的理由" for name in NAMES}
QUESTION = "印记：请说明雨水利用情况"
OUTSIDE = ("applicant", "recommender", "inspector", "water")

Travel = Callable[..., None]


@pytest.fixture(autouse=True)
def _on_sqlite(app: Flask) -> Iterator[None]:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("what a page says does not depend on the database; read on SQLite")
    yield


def marks(*names: str) -> list[str]:
    """What tells of these experts in words; that their figures do not show is proven by changing them."""
    return [one[name] for name in names for one in (NAMES, WORDS)]


def reviewed(app: Flask, make: Make, travel: Travel, stage: Stage = Stage.REVIEWING, **more: object) -> Life:
    """A life with the marked experts, at a moment that stands still: pages tell the time."""
    travel(days=0)
    life = Life.at_stage(app, make, WATER, travel, stage, **more)
    with transaction() as session:
        for name, called in NAMES.items():
            session.get_one(Person, life.people[name].id).name = called
    jobs.work_off()  # the previews
    return life


def judge(life: Life, *names: str) -> None:
    """These experts score every item with their mark and seal; the record says so, as when they do it themselves."""
    with transaction() as session:
        case = session.get_one(Application, life.number)
        for name in names:
            expert = session.get_one(Person, life.people[name].id)
            sheet = session.query(Sheet).filter_by(application_id=case.id, expert_id=expert.id).one()
            sheet.scores[:] = [SheetScore(item_id=item.id, points=Decimal("1.5"), reason=WORDS[name], updated_at=clock.now())
                               for item in life.items]
            sheet.state, sheet.sealed_at, sheet.total, sheet.comment = "sealed", clock.now(), Decimal("18"), WORDS[name]
            for action in ("score", "seal"):
                lifecycle.append(action, by=expert, role="expert", case=case, before="reviewing", after="reviewing",
                                 detail={"sheet": sheet.id, "points": "1.5", "total": "18", "reason": WORDS[name]})


def shift(life: Life, one: str, other: str) -> None:
    """Two experts differ by a point at every item, now one above, now the other: no mean, no total, no spread changes."""
    with transaction() as session:
        for name, sign in ((one, 1), (other, -1)):
            sheet = session.query(Sheet).filter_by(application_id=life.number, expert_id=life.people[name].id).one()
            for n, score in enumerate(sorted(sheet.scores, key=lambda row: row.item_id)):
                score.points = Decimal("1.5") + sign * (Decimal("0.5") if n % 2 else Decimal("-0.5"))


def stand_back(life: Life, name: str) -> None:
    """An expert hands the sheet back with a reason, another one is assigned."""
    with transaction() as session:
        case, expert = session.get_one(Application, life.number), session.get_one(Person, life.people[name].id)
        sheet = session.query(Sheet).filter_by(application_id=case.id, expert_id=expert.id).one()
        sheet.state, sheet.recused_reason = "recused", WORDS[name]
        lifecycle.append("recuse", by=expert, role="expert", case=case, reason=WORDS[name], detail={"expert": expert.id})
    life.make.sheet(life.case, expert=life.make.person(Role.EXPERT, name="丁亥卅"))


def reads(life: Life, who: str) -> dict[str, str]:
    """All that one person of the life (or nobody) can read."""
    public = who == "public"
    client = life.stranger().client if public else life.at(who).client
    numbers = {"number": life.number, "case": life.number, "asked": "x", "evidence": 1, "evidence_id": 1, "round": life.round.id, "page": 1,
               "at": 1, "item": life.items[0].id, "item_id": life.items[0].id, "file": 1, "file_id": 1, "body": "v500112", "finding": 1,
               "photo": 1, "signature": 1, "edition": WATER, "deed": "revoke"}
    begin = ["/"] if public else ["/desk", "/messages"]
    return crawl.everything(life.app, client, [*begin, *crawl.addresses(life.app, numbers, public=public)], public=public)


def test_the_others_sheets_change_nothing_that_an_expert_or_anybody_outside_reads(
        app: Flask, make: Make, travel: Travel) -> None:
    life = reviewed(app, make, travel, sealed=False)
    readers = ("expert0", *OUTSIDE, "public")
    before = {who: reads(life, who) for who in readers}
    judge(life, "expert1", "expert2")
    stand_back(life, "expert2")
    jobs.work_off()
    for who in readers:
        after = reads(life, who)
        assert after.keys() == before[who].keys(), who
        assert [url for url, text in after.items() if text != before[who][url]] == [], who  # no count, no order, no trace
        assert crawl.found(after, [*marks("expert1", "expert2"), "丁亥卅"]) == [], who
    saved = life.at("expert0").client.post(f"/review/{life.number}/items/G1", headers={"Accept": "application/json"}, data={
        "choice": "other", "points": "5", "reason": "核对。", "revision": "0"})
    assert saved.status_code == 200 and not [one for one in marks("expert1", "expert2") if one in saved.text]
    assert NAMES["expert1"] in reads_of(life, "officer", f"/screen/{life.number}")
    bench = reads_of(life, "moderator", f"/moderate/{life.number}")
    assert all(one in bench for one in (NAMES["expert1"], WORDS["expert1"]))


def reads_of(life: Life, who: str, url: str) -> str:
    """One page of one person."""
    return life.at(who).client.get(url).get_data(as_text=True)


def test_whoever_has_two_roles_learns_nothing_of_the_others_through_the_second(
        app: Flask, make: Make, travel: Travel) -> None:
    life = reviewed(app, make, travel, sealed=False)
    judge(life, "expert1", "expert2")
    for n, role in enumerate((Role.OFFICER, Role.MODERATOR, Role.LEADER, Role.ADMINISTRATOR)):
        life.people[f"two{n}"] = make.person(Role.EXPERT, role)
        make.sheet(life.case, expert=life.people[f"two{n}"])
        said = reads(life, f"two{n}")
        for url in [url for url in said if url.startswith("/administer/people")]:
            said.pop(url)  # who has an account is no secret of the review
        assert crawl.found(said, [one for one in marks("expert1", "expert2") if one not in NAMES.values()]) == [], role
        assert not {f"/screen/{life.number}", f"/moderate/{life.number}"} & set(said), role


def test_a_question_reaches_the_institution_without_the_name_of_who_asks(
        app: Flask, make: Make, travel: Travel) -> None:
    life = reviewed(app, make, travel, sealed=False)
    with transaction() as session:
        case, expert = session.get_one(Application, life.number), session.get_one(Person, life.people["expert1"].id)
        sheet = session.query(Sheet).filter_by(application_id=case.id, expert_id=expert.id).one()
        session.add(Clarification(application_id=case.id, sheet_id=sheet.id, item_id=life.items[0].id, question=QUESTION,
                                  asked_by_id=expert.id, asked_at=clock.now()))
        lifecycle.advance(case, lifecycle.Action.ASK_CLARIFICATION, by=expert, detail={"item": life.items[0].id})
    jobs.work_off()
    said = reads(life, "applicant")
    assert crawl.found(said, [QUESTION]) and crawl.found(said, NAMES.values()) == []
    for who in ("expert0", "recommender", "water", "public"):
        assert crawl.found(reads(life, who), [QUESTION, NAMES["expert1"]]) == [], who
    mails = [path.read_text("utf-8", "replace") for path in (Path(app.config["PORTAL"].data) / "mail").glob("*.eml")]
    assert not [one for one in mails for name in NAMES.values() if name in one]


@pytest.mark.parametrize("stage", [Stage.DECIDING, Stage.CERTIFIED])
def test_after_the_review_nobody_outside_the_bureau_reads_a_name_or_a_single_score(
        app: Flask, make: Make, travel: Travel, stage: Stage) -> None:
    life = reviewed(app, make, travel, sealed=False)
    judge(life, *NAMES)
    with transaction() as session:
        case = session.get_one(Application, life.number)
        case.review_result, case.review_spread, case.site_total = Decimal("18"), Decimal("0"), Decimal("18")
    life = moved(life, stage)
    outside = (*OUTSIDE, "signatory") if stage is Stage.DECIDING else ("applicant", "water", "public")
    readers, leader = ("expert0", *outside), reads_of(life, "leader", f"/decide/{life.number}")
    before = {who: reads(life, who) for who in readers}
    shift(life, "expert1", "expert2")
    for who in readers:
        after = reads(life, who)
        assert [url for url in after.keys() | before[who].keys() if after.get(url) != before[who].get(url)] == [], who
        assert crawl.found(after, marks(*NAMES) if who != "expert0" else marks("expert1", "expert2")) == [], who
    assert crawl.found(before["expert0"], [WORDS["expert0"]])
    assert reads_of(life, "leader", f"/decide/{life.number}") != leader  # the bureau sees what each gave


def moved(life: Life, stage: Stage) -> Life:
    """The case with its team, its decision and what follows, as rows."""
    from portal.models.certificate import Certificate
    from portal.models.decision import Countersignature, Decision
    from portal.models.visit import Visit, VisitMember

    with transaction() as session:
        case = session.get_one(Application, life.number)
        # the rows of a later stage, as the makers of the late stages write them
        session.execute(db.update(Application).where(Application.id == case.id).values(stage=stage))
        people = life.people
        session.add(Visit(application_id=case.id, turn=1, planned_on=clock.today(), place="示例路1号", verdict="accepted",
                          members=[VisitMember(person_id=people["team-leader"].id, leads=True), VisitMember(person_id=people["inspector"].id)],
                          appointed_by_id=people["officer"].id, appointed_at=clock.now(), verdict_at=clock.now()))
        made = Decision(application_id=case.id, leader_id=people["leader"].id, outcome="pass", result=Decimal(90), grounds={}, decided_at=clock.now())
        made.countersignatures = [Countersignature(authority=body.id, agreed=None if stage is Stage.DECIDING else True)
                                  for body in life.scheme.process.countersigners]
        session.add(made)
    if stage is Stage.CERTIFIED:
        model = late.certified(life.make)
        with transaction() as session:
            row = session.get_one(Certificate, model.id)
            house = life.institution
            row.application_id, row.institution_id, row.holder, row.holder_short = life.number, house.id, house.name, house.short_name
    return life


def test_no_person_is_named_in_public_in_an_export_or_in_the_log(
        app: Flask, make: Make, travel: Travel, caplog: pytest.LogCaptureFixture) -> None:
    life = reviewed(app, make, travel, sealed=False)
    judge(life, *NAMES)
    life = moved(life, Stage.CERTIFIED)
    objection = late.objection(late.on_notice(make), name="未央某")
    private = ["未央某", objection.phone, objection.email, objection.address, *NAMES.values()]
    with transaction() as session:
        for n, person in enumerate(session.query(Person)):
            person.name = person.name if person.name in NAMES.values() else f"隐名{n}氏"
            person.email, person.phone = f"secret{n}@private.invalid", f"1390000{n:04d}"
            private += [person.email, person.phone] + ([person.name] if "隐名" in person.name else [])
        receipt = objection.receipt
    public = crawl.everything(app, life.stranger().client, ["/", "/units", "/lists", "/notices", "/open-data", f"/notices/objections/{receipt}",
                                                       "/units.csv", "/units.json", "/units.jsonld", "/units.atom"], public=True)
    assert len(public) > 15 and crawl.found(public, private) == []
    life.people |= {"administrator": make.person(Role.ADMINISTRATOR), "auditor": make.person(Role.AUDITOR)}
    exports = {f"{who} {url}": crawl.plain(life.at(who).client.get(url)) for who, url in (
        ("officer", "/certify/register.csv"), ("officer", "/reports/cases.xlsx"), ("auditor", "/reports/cases.csv?state=all"), ("leader", "/reports/cases.xlsx?state=all"),
        ("auditor", "/administer/record.csv"), ("administrator", "/administer/record.csv"),
        ("officer", f"/certify/{life.number}/paper.pdf"), ("officer", f"/certify/{life.number}/plaque.pdf"))}
    assert all(len(text) > 20 for text in exports.values())
    assert crawl.found(exports, private) == []
    assert not [one for one in private if one in caplog.text]
