"""The demonstration as it is made: a chain that holds, numbers that check, every stage, work at every desk."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import audit, clock, editions, filing, lifecycle
from portal.db import db
from portal.demo import answers, build, dossier, history, seasons, stories
from portal.demo.people import MAIL_DOMAIN
from portal.domain import certificate as rules
from portal.domain.scheme import InstitutionType
from portal.domain.scoring import score
from portal.domain.workflow import Action, Role, Stage, reachable
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.decision import Countersignature
from portal.models.event import Event
from portal.models.evidence import File
from portal.models.institution import Institution
from portal.models.job import Job, Message
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.person import Grant, Person
from portal.models.review import Sheet
from portal.stages.certify import actions as certifying
from tests.conftest import empty


@pytest.fixture(scope="module")
def demonstration(app: Flask):
    """One demonstration for all tests of this file; made once because it takes a while."""
    with app.app_context():
        said: list[str] = []
        build.build(seed=7, scale=1, say=said.append)
        yield said
    empty(app)


@pytest.fixture(autouse=True)
def _inside(app: Flask, demonstration):
    with app.app_context():
        yield
        db.session.rollback()


def test_the_chain_holds_and_runs_with_time():
    count, breaks = audit.breaks()
    assert not breaks
    assert count > 10_000
    moments = list(db.session.scalars(select(Event.at).where(Event.stage_before != Event.stage_after).order_by(Event.seq)))
    assert max(moments) <= clock.now()
    backwards = [(a, b) for a, b in pairwise(moments) if b < a]
    assert not backwards


def test_a_second_demonstration_is_refused():
    with pytest.raises(build.NotEmpty):
        build.build(seed=7, scale=1, say=lambda _line: None)


def test_the_directory_has_the_units_of_every_scheme():
    published = Counter(db.session.scalars(select(Certificate.scheme).where(Certificate.published_at.is_not(None))))
    assert published == history.CERTIFIED
    years = set(db.session.scalars(select(Certificate.year)))
    assert len(years) == seasons.PAST
    holders = db.session.execute(select(Certificate.scheme, Certificate.institution_id)).all()
    assert len(set(holders)) == len(holders)


def test_every_number_and_code_checks_and_every_standing_is_there():
    today = clock.today()
    seen = set()
    for row in db.session.scalars(select(Certificate)):
        number = rules.parse(row.number)
        assert (number.year, number.serial) == (row.year, row.serial)
        assert rules.parse_verify_code(row.verify_code) == row.verify_code
        ended = {row.ended_as: row.ended_on} if row.ended_as else {}
        seen.add(rules.standing(rules.CertificateDates(
            issued=row.issued_on, until=row.expires_on, revoked=ended.get("revoked"), cancelled=ended.get("cancelled"),
            reverification_opened=row.issued_on if row.reverifying else None), today))
    assert seen == set(rules.Standing) - {rules.Standing.UNKNOWN}


@pytest.mark.parametrize("scheme", sorted(seasons.EDITIONS))
def test_every_stage_of_a_scheme_has_a_case(scheme):
    found = set(db.session.scalars(select(Application.stage).where(Application.scheme == scheme)))
    wanted = reachable(editions.options(editions.get(seasons.EDITIONS[scheme])))
    if scheme == "water-saving":
        wanted.discard(Stage.EXPIRED)  # a title of five years cannot have run out within the five years shown
    assert found == wanted


WAITING = {
    "applicant": Action.SUBMIT, "applicant2": Action.RESUBMIT, "signatory": Action.SIGN_OFF, "signatory2": Action.SIGN_OFF,
    "district": Action.ENDORSE, "department": Action.ENDORSE, "officer": Action.ADMIT, "expert1": Action.SEAL,
    "expert2": Action.SEAL, "moderator": Action.PASS_REVIEW, "team-leader": Action.ACCEPT, "inspector": Action.INSPECT,
    "leader": Action.DECIDE,
}


@pytest.mark.parametrize(("sign_in", "action"), WAITING.items())
def test_every_desk_has_something_waiting(sign_in, action):
    person = db.session.scalars(select(Person).where(Person.sign_in == sign_in)).one()
    living = db.session.scalars(select(Application).where(Application.stage.not_in([Stage.CERTIFIED])))
    assert any(action in lifecycle.actions_open(case, person) for case in living)


def test_every_authority_has_a_decision_to_sign():
    waiting = set(db.session.scalars(select(Countersignature.authority).where(Countersignature.agreed.is_(None))))
    signers = set(db.session.scalars(select(Grant.authority).where(Grant.role == Role.COUNTERSIGNER)))
    assert waiting == signers == {"drc", "finance", "water", "water-office"}


def test_experts_have_fresh_sheets_begun_sheets_and_sealed_ones():
    sheets = db.session.scalars(select(Sheet)).all()
    assert {one.state for one in sheets} >= {"assigned", "sealed"}
    open_ones = [len(one.scores) for one in sheets if one.state == "assigned"]
    assert 0 in open_ones and any(open_ones)
    assert all(one.total is not None for one in sheets if one.state == "sealed")


def test_notices_run_have_ended_and_are_still_to_come():
    today = clock.today()
    notices = db.session.scalars(select(PublicNotice)).all()
    assert any(one.last_day >= today for one in notices)
    assert any(today - timedelta(days=40) < one.last_day < today for one in notices)
    assert {one.state for one in db.session.scalars(select(Objection))} == {"open", "dismissed", "upheld"}
    announced = select(NoticeEntry.application_id)
    signed = select(Countersignature.id).where(Countersignature.agreed.is_not(True))
    assert db.session.scalar(select(func.count()).select_from(Application).where(
        Application.stage == Stage.DECIDING, Application.id.not_in(announced)))
    assert db.session.scalar(select(func.count()).select_from(signed.subquery()))


def test_numbers_have_no_gaps():
    for scheme, edition in seasons.EDITIONS.items():
        serials: dict[int, set[int]] = {}
        for year, serial in db.session.execute(
                select(Certificate.year, Certificate.serial).where(Certificate.scheme == scheme)):
            serials.setdefault(year, set()).add(serial)
        assert all(given == set(range(1, len(given) + 1)) for given in serials.values()), edition


def test_the_evidence_is_there_with_its_pictures():
    files = db.session.scalars(select(File)).all()
    assert len(files) > 1000
    assert {one.preview for one in files} == {"ready", "none"}
    sample = Random(1).sample(files, k=12)
    for one in sample:
        with filing.open_file(one) as stream:
            assert len(stream.read()) == one.size
        assert bool(one.pictures) is (one.preview == "ready")


def test_nothing_is_left_for_the_worker_and_nobody_real_is_written_to(app):
    assert set(db.session.scalars(select(Job.state))) == {"done"}
    assert not db.session.scalar(select(func.count()).select_from(Message).where(Message.mailed_at.is_not(None)))
    unread = db.session.scalar(select(func.count()).select_from(Message).where(Message.read_at.is_(None)))
    assert unread
    assert all(one.endswith(f"@{MAIL_DOMAIN}") for one in db.session.scalars(select(Person.email)))


def test_the_printed_persons_can_sign_in(app):
    printed = build.persons()
    assert [sign_in for _desk, _name, sign_in, _password in printed] == [sign_in for _desk, sign_in in build.DESKS]
    for _desk, _name, sign_in, password in printed[:3]:
        client = app.test_client()
        answer = client.post("/sign-in", data={"sign_in": sign_in, "password": password})
        assert answer.status_code == 302
        assert client.get("/", follow_redirects=True).status_code == 200


def test_the_city_is_reported_for_every_year_that_a_round_asks_for():
    assert db.session.scalar(select(func.count()).select_from(Institution)) > 400
    for case in db.session.scalars(select(Application).where(Application.submitted_at.is_not(None))):
        assert case.figures["statistics"], case.number
        assert case.self_total is not None and case.self_total > 0


@pytest.mark.parametrize("edition", sorted(seasons.EDITIONS.values()))
def test_a_sheet_is_worth_what_the_rules_say(edition):
    scheme, rng = editions.get(edition), Random(3)
    used = dict.fromkeys(("electricity_kwh", "water_m3", "floor_area_m2", "headcount", "water_headcount"), Decimal(1000))
    for kind in InstitutionType:
        figures = dossier.frozen(kind, clock.today().year - 1, used)
        made = dossier.dossier(rng, scheme, figures=figures, headcount=400, strength=0.9)
        given = answers.sheet(rng, scheme, expected=made.expected, lean=-0.1)
        said = {key: dict(value) for key, value in made.answers.items()}
        for key, one in given.items():
            said.setdefault(key, {})["points"] = str(one.points)
        by_rule = score(scheme, institution_type=kind.value, statistics=figures["statistics"], averages=figures["averages"],
                        answers=said, factors=editions.factors())
        assert made.total_of(given) == by_rule.total


def test_every_ending_has_its_pace_and_every_scheme_its_share():
    assert {end for ends in stories.ENDS.values() for end in ends} == set(stories.PACES)
    assert sum(len(ends) for ends in stories.ENDS.values()) >= 45


def test_the_next_certificate_takes_the_next_number():
    case = db.session.scalars(
        select(Application).join(NoticeEntry).join(PublicNotice).where(
            Application.stage == Stage.ANNOUNCED, PublicNotice.last_day < clock.today(),
            Application.id.not_in(select(Objection.application_id).where(Objection.state == "open")))).first()
    assert case is not None
    officer = db.session.scalars(select(Person).where(Person.sign_in == "officer")).one()
    last = db.session.scalar(select(func.max(Certificate.serial)).where(
        Certificate.scheme == case.scheme, Certificate.year == clock.today().year)) or 0
    assert certifying.issue(case, by=officer).serial == last + 1
