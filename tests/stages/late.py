"""Makers for the late stages: cases that are decided, countersigned, on notice or certified, as rows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal import clock, editions
from portal.db import transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.models.decision import Countersignature, Decision, Nomination
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.models.person import Person
from portal.models.visit import Visit
from tests.make import Make


def deciding(make: Make, *, shares: tuple[str, ...] = ("0.95", "0.95", "1"), edition: str = "water-saving-2013",
             visited: bool = True, stage: Stage = Stage.DECIDING, **values: Any) -> Application:
    """A case that awaits the decision: sealed sheets, result, accepted on site."""
    case = make.application(stage=stage, edition=edition, **values)
    totals = [make.sheet(case, sealed=True, share=share).total or Decimal() for share in shares]
    with transaction() as session:
        case.review_result = sum(totals, Decimal()) / len(totals)
        case.review_spread = max(totals) - min(totals)
        if visited:
            case.site_total = Decimal("94")
            officer = make.person(Role.OFFICER)
            session.add(Visit(application_id=case.id, turn=1, planned_on=clock.today(), place="示例路1号", verdict="accepted",
                              appointed_by_id=officer.id, appointed_at=clock.now(), verdict_at=clock.now()))
    return case


def decided(make: Make, *, agreed: bool | None = True, **values: Any) -> Application:
    """A case that is decided to pass, with every countersignature as given."""
    case = deciding(make, **values)
    leader = make.person(Role.LEADER)
    with transaction() as session:
        made = Decision(application_id=case.id, leader_id=leader.id, outcome="pass", result=case.review_result,
                        grounds={}, decided_at=clock.now())
        for body in editions.get(case.edition).process.countersigners:
            made.countersignatures.append(Countersignature(
                authority=body.id, agreed=agreed, signed_at=clock.now() if agreed is not None else None))
        session.add(made)
    return case


def nominated(make: Make, *, outcome: str = "named", **values: Any) -> Application:
    """A national case that was sent up, with its result."""
    case = decided(make, edition="national-2017", shares=("0.95",) * 5, stage=Stage.NOMINATED, **values)
    with transaction() as session:
        session.add(Nomination(application_id=case.id, sent_at=clock.now(), outcome=outcome,
                               document="示例〔2026〕1号" if outcome else ""))
    return case


def on_notice(make: Make, *, over: bool = False, cases: tuple[Application, ...] = (), **values: Any) -> PublicNotice:
    """A notice with its cases, running or over since yesterday."""
    announced = cases or (decided(make, stage=Stage.ANNOUNCED, **values),)
    officer = make.person(Role.OFFICER)
    today = clock.today()
    start, last = (today - timedelta(days=9), today - timedelta(days=1)) if over else (
        today - timedelta(days=2), today + timedelta(days=6))
    with transaction() as session:
        count = session.query(PublicNotice).count()
        notice = PublicNotice(
            number=f"渝机管公示〔{today.year}〕{900 + count}号", scheme=announced[0].scheme, title="关于示例名单的公示",
            basis="根据示例，现将名单予以公示。", contact_office="节能管理处", contact_phone="023-00000000",
            contact_address="示例路1号", published_on=start, published_at=clock.now(), workdays=5, last_day=last,
            published_by_id=officer.id)
        for position, case in enumerate(announced, start=1):
            notice.entries.append(NoticeEntry(application_id=case.id, position=position))
        session.add(notice)
    return notice


def objection(notice: PublicNotice, *, name: str = "示例公民") -> Objection:
    """An open objection to the first unit of a notice."""
    with transaction() as session:
        count = session.query(Objection).count()
        row = Objection(receipt=f"2026-{900 + count}-ABCD", notice_id=notice.id,
                        application_id=notice.entries[0].application_id, party="person", name=name, phone="13900000000",
                        email="citizen@example.invalid", address="示例巷2号", facts="现场器具与申报不符，附照片。",
                        received_at=clock.now())
        session.add(row)
    return row


def certified(make: Make, *, stage: Stage = Stage.CERTIFIED, published: bool = True, expires: date | None = None,
              issued: date | None = None, **values: Any) -> Certificate:
    """A certificate in force, with its case."""
    case = decided(make, stage=stage, **values)
    scheme, house, day = editions.get(case.edition), case.institution, issued or clock.today() - timedelta(days=400)
    with transaction() as session:
        serial = session.query(Certificate).count() + 501
        from portal.domain import certificate as rules
        row = Certificate(
            number=rules.number(scheme.certificate.number_pattern, year=day.year, serial=serial),
            verify_code=rules.verify_code(f"seed of {serial} for tests".encode()), scheme=scheme.id,
            edition=case.edition, year=day.year, serial=serial, application_id=case.id, institution_id=house.id,
            holder=house.name, holder_short=house.short_name, institution_type=house.type,
            division_code=house.division_code, division=house.division.name, title=scheme.certificate.title,
            issued_on=day, expires_on=expires or rules.validity_end(day, years=scheme.process.validity_years),
            published_at=clock.now() if published else None, reverifying=stage is Stage.REVERIFYING)
        session.add(row)
    return row


def countersigner(make: Make, authority: str = "water") -> Person:
    """Somebody who countersigns for an authority."""
    return make.person(Role.COUNTERSIGNER, authority=authority)
