"""The instance that is attacked: a city with a case at every stage, its people signed in, and everything undone after each try."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock, editions, intake, jobs, uploads, works
from portal.db import db, transaction
from portal.domain.acceptance import Found
from portal.domain.workflow import Role, Stage
from portal.models.application import Application, Correction
from portal.models.job import Message
from portal.models.person import Person
from portal.models.review import Clarification
from portal.stages.announce import actions as announcing
from portal.stages.visit import actions as visiting
from portal.stages.visit import inspecting, rivals, signing
from portal.stages.visit import queries as visit_queries
from tests.browser.city import settle
from tests.journeys.life import Life
from tests.make import PASSWORD, Make
from tests.papers import picture
from tests.stages import late
from tests.stages.visit_cases import scene


@dataclass
class World:
    """The app, the keys of its people by desk, and what of the city has to be addressed by number."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    doors: list[tuple[str, str]] = field(default_factory=list)
    """(who, address): pages to which only a message, a paper or a script leads."""

    def client(self, who: str) -> FlaskClient:
        """A browser of its own for somebody; `public` is not signed in."""
        client = self.app.test_client()
        if who in self.cookies:
            client.set_cookie("session", self.cookies[who])
        return client

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is written inside is gone afterwards: every commit of the portal ends in a savepoint of ours."""
        with self.app.app_context():
            db.session.remove()
            engines = db._app_engines[self.app]
            engine = engines[None]
            connection = engine.connect()
        whole = connection.begin()
        connection.begin_nested()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield
        finally:
            engines[None] = engine
            whole.rollback()
            connection.close()


def more(app: Flask, make: Make, people: dict[str, Person]) -> list[tuple[str, str]]:
    """What the city lacks for every form to be on some page: people half-way in, questions, corrections, notes, photos, work."""
    people["newcomer"], gone = make.person(Role.OFFICER), make.person(Role.OFFICER)
    with transaction():
        people["newcomer"].first_password, gone.active = True, False
    make.round(open=False)
    _questions(make, people)
    overdue = _on_site(make, people)
    full, token, item = _ready(app, make, people)
    late.decided(make, edition="national-2017", shares=("0.95",) * 5)
    notice = late.on_notice(make)
    shot = io.BytesIO(picture("JPEG", "objection"))
    said = announcing.object_to(notice.entries[0], party="person", name="示例公民", phone="13900000000", email="", address="示例巷2号",
                         facts="现场器具与申报不符。", files=[(intake.examine(shot, "附图.jpg"), shot)])
    works.start("certificates-issue", [works.Row(subject=1, label="一", url="")], by=people["officer"])
    return [
        ("administrator", f"/administer/people/{gone.id}"), ("expert", f"/review/{full}/seal"),
        ("officer", f"/visit/{overdue}/overdue"), ("applicant", item), ("applicant", token), ("public", f"/notices/objections/{said.receipt}"),
        ("public", "/api/v1/editions"), ("public", "/api/v1/editions/water-saving-2013"), ("public", "/did.json"),
        ("public", "/healthz"), ("public", "/verify/status/1"), ("public", f"/notices/{notice.number}"),
        *(("inspector", f"/visit/{address}") for address in ("offline", "pass", "worker.js"))]


def first(stage: Stage) -> Application:
    """The oldest case at a stage."""
    return db.session.query(Application).filter_by(stage=stage).order_by(Application.id).first()


def _questions(make: Make, people: dict[str, Person]) -> None:
    asked, correcting = first(Stage.REVIEWING), first(Stage.CORRECTING)
    people |= {"asked": asked.operator, "holder": first(Stage.CERTIFIED).operator}
    with transaction() as session:
        session.add(Clarification(application_id=asked.id, sheet_id=None, item_id="T1", question="请补充说明。",
                                  asked_by_id=people["moderator"].id, asked_at=clock.now()))
        for item in ("T1", ""):
            session.add(Correction(application_id=correcting.id, desk="recommend", item_id=item, reason="照片不清晰。",
                                   asked_by_id=people["recommender"].id, asked_at=clock.now()))
        session.add(Message(person_id=people["officer"].id, text="to-screen", values={"institution": "示例", "number": "1"},
                            url="/screen/", created_at=clock.now()))


def _on_site(make: Make, people: dict[str, Person]) -> int:
    """A visit with a photo, a signature and two notes of one item; cases to rectify, late, and to accept on documents."""
    busy = next(one for one in db.session.query(Application).filter_by(stage=Stage.VISITING).order_by(Application.id.desc())
                if visit_queries.visit_of(one))
    by = people["inspector"]
    shot = io.BytesIO(picture("JPEG", "site"))
    inspecting.add_photo(busy, shot, examined=intake.examine(shot, "现场.jpg"), taken_at=None, by=by)
    signing.sign(busy, name=by.name, drawing=None, for_unit=False, by=by)
    rivals.keep(busy, "T1", found=Found.FALSE, points=None, not_applicable=True, note="另一记录", by=by)
    for late_by in (0, 30):
        other = scene(make, drawn_for_visit=True)
        other.leader, other.member = people["team-leader"], by
        row = other.ready().find()
        shot = io.BytesIO(picture("JPEG", f"before {late_by}"))
        inspecting.add_photo(other.case, shot, examined=intake.examine(shot, "整改前.jpg"), taken_at=None, finding_id=row.id, by=by)
        visiting.require_rectification(other.case, reason="请整改。", by=other.leader)
        people["rectifier"] = people.get("rectifier") or other.case.operator
        with transaction():
            other.case.due_at = clock.now() + timedelta(days=9 - late_by)
            if not late_by:
                row.report, row.reported_at = "已更换阀芯。", clock.now()
    make.application(stage=Stage.VISITING, edition="municipal-2016", review_result=Decimal(92), drawn_for_visit=False)
    return other.case.id


def _ready(app: Flask, make: Make, people: dict[str, Person]) -> tuple[int, str, str]:
    """Cases that only wait for a button: to hand in, to sign off, to seal; and an upload under way."""
    def life(stage: Stage, **more: Any) -> Life:
        return Life.at_stage(app, make, "water-saving-2013", lambda **_step: None, stage, **more)

    people["ready"] = life(Stage.DRAFT).people["applicant"]
    people["head"] = life(Stage.DRAFT, signed_at=None, signed_by_id=None).people["signatory"]
    sheet = make.sheet(make.application(stage=Stage.REVIEWING), expert=people["expert"], sealed=True)
    draft = first(Stage.DRAFT)
    item = next(one for one in editions.get(draft.edition).items(draft.institution.type) if one.evidence)
    half, _new = uploads.begin(draft, item_id=item.id, request_id=item.evidence[0].id, name="在途.pdf", size=9, modified="1",
                  by=people["applicant"])
    with transaction():
        sheet.state, sheet.sealed_at, sheet.total = "assigned", None, None
    return sheet.application_id, f"/apply/{draft.id}/uploads/{half.token}", f"/apply/{draft.id}/items/{item.id}"


def people_world(app: Flask) -> World:
    """Build the city in an empty database and sign its people in, each through the door."""
    world = World(app)
    with app.app_context():
        make = Make()
        people = settle(make)
        world.doors = more(app, make, people)
        jobs.work_off()
        world.people = {desk: one.id for desk, one in people.items()}
        names = {desk: one.sign_in for desk, one in people.items()}
        db.session.remove()
    for desk, name in names.items():
        client = app.test_client()
        assert client.post("/sign-in", data={"sign_in": name, "password": PASSWORD}).status_code == 302
        cookie = client.get_cookie("session")
        assert cookie is not None
        world.cookies[desk] = cookie.value
    return world
