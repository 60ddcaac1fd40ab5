"""Whoever draws numbers at the same instant: no gap, nothing doubled, and two who want the same thing get it once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.certificate import Certificate, NumberSeries
from portal.models.event import Event
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from tests.concurrency.crew import Crew
from tests.concurrency.crowd import Visitor, at_once, twice
from tests.make import Make
from tests.stages import late

Enter = Callable[..., Visitor]


def events(action: str) -> list[Event]:
    """The events of a deed."""
    db.session.rollback()
    return list(db.session.scalars(select(Event).where(Event.action == action)))


def last(series: str) -> int:
    """The last number drawn of a series, 0 for none."""
    db.session.rollback()
    row = db.session.get(NumberSeries, series)
    return row.last if row else 0


@pytest.mark.parametrize("name", ["certificate/water-saving/2026", "application:municipal:2026", "notice/2026",
                                  "objection/2026"])
def test_four_processes_draw_of_one_series(crew: Crew, name: str) -> None:
    came = crew.at_once_several([[("draw", {"name": name})] * 15] * 4)
    assert {one.how for one in came} == {"done"}
    assert sorted(one.what for one in came) == list(range(1, 61)) and last(name) == 60


def test_two_officers_issue_the_same_certificate(make: Make, visitor: Enter) -> None:
    officers = [make.person(Role.OFFICER), make.person(Role.OFFICER)]
    for n in range(1, 6):
        case = late.on_notice(make, over=True).entries[0].application_id
        done, refused = twice([visitor(one) for one in officers], lambda one, case=case: one.post(f"/certify/{case}/issue"))
        assert (done.status, refused.status) == (303, 409) and "该申报目前处于：已认定" in refused.words
        assert len(events("issue")) == n
    year = clock.today().year
    assert [one.serial for one in db.session.scalars(select(Certificate).order_by(Certificate.id))] == [1, 2, 3, 4, 5]
    assert last(f"certificate/water-saving/{year}") == 5


def test_officers_issue_different_certificates(make: Make, crew: Crew) -> None:
    officers = [make.person(Role.OFFICER).id for _n in range(4)]
    cases = [late.on_notice(make, over=True).entries[0].application_id for _n in range(12)]
    came = crew.at_once_several([[("issue", {"case": case, "by": officers[n]}) for case in cases[n::4]] for n in range(4)])
    assert [one.words for one in came if one.how != "done"] == []
    numbers = {one.what for one in came}
    assert len(numbers) == 12 and len(events("issue")) == 12
    serials = sorted(db.session.scalars(select(Certificate.serial)))
    assert serials == list(range(1, 13))


def test_one_institution_opens_its_application_twice_and_four_open_at_once(make: Make, crew: Crew) -> None:
    scheme = make.round().scheme
    for _n in range(5):
        round_, house = make.round(), make.institution()
        people = [make.applicant(house).id for _p in range(2)]
        came = crew.at_once(*(("open_case", {"round": round_.id, "house": house.id, "by": one}) for one in people))
        assert sorted((one.how, one.what if one.how == "refused" else "") for one in came) == [
            ("done", ""), ("refused", "AlreadyOpen")], [one.words for one in came]
    round_ = make.round()
    houses = [make.institution() for _n in range(4)]
    came = crew.at_once(*(("open_case", {"round": round_.id, "house": one.id, "by": make.applicant(one).id}) for one in houses))
    assert {one.how for one in came} == {"done"} and len({one.what for one in came}) == 4
    db.session.rollback()
    assert db.session.query(Application).count() == len(events("open")) == 9
    assert last(f"application:{scheme}:{clock.today().year}") == 9


def test_a_double_click_on_open_leads_to_the_one_application(make: Make, visitor: Enter) -> None:
    for _n in range(3):
        house, round_ = make.institution(), make.round()
        person = visitor(make.applicant(house))
        other = visitor(make.applicant(house))
        answers = at_once(*((one, lambda who, round_=round_.id, house=house.id: who.post(
            f"/apply/start/{round_}", {"institution": house})) for one in (person, other)))
        assert [one.status for one in answers] == [303, 303], [one.words for one in answers]
        assert len({one.location for one in answers}) == 1
    assert len(events("open")) == 3


def test_two_officers_publish_the_same_notice(make: Make, crew: Crew) -> None:
    officers = [make.person(Role.OFFICER).id, make.person(Role.OFFICER).id]
    for n in range(1, 6):
        cases = [late.decided(make).id for _n in range(3)]
        orders = [cases, cases[::-1]]
        came = crew.at_once(*(("publish_notice", {"cases": order, "by": by}) for order, by in zip(orders, officers, strict=True)))
        assert sorted(one.how for one in came) == ["done", "refused"], [one.words for one in came]
        db.session.rollback()
        assert db.session.query(PublicNotice).count() == n == last(f"notice/{clock.today().year}")
        assert db.session.query(NoticeEntry).count() == 3 * n == len(events("publish-notice"))


def test_objections_of_many_at_once_get_receipts_without_a_gap(make: Make, crew: Crew) -> None:
    entry = late.on_notice(make).entries[0]
    came = crew.at_once_several([[("object_to", {"entry": entry.id, "name": f"公民{n}-{m}"}) for m in range(4)] for n in range(4)])
    assert [one.words for one in came if one.how != "done"] == []
    assert sorted(int(one.what.split("-")[1]) for one in came) == list(range(1, 17))


def test_an_objection_sent_twice_is_one(make: Make, visitor: Enter) -> None:
    entry = late.on_notice(make).entries[0]
    form = {"entry": entry.id, "party": "person", "name": "示例公民", "phone": "13900000000", "address": "示例巷2号",
            "facts": "现场所见节水器具数量与名单所列申报不符，附照片为证。"}
    notice = entry.notice_id
    citizen = visitor()
    answers = at_once(*((one, lambda who: who.post(f"/notices/{notice}/object", form)) for one in (citizen, visitor(), visitor())))
    assert [one.status for one in answers] == [303] * 3 and len({one.location for one in answers}) == 1
    db.session.rollback()
    assert db.session.query(Objection).count() == len(events("object")) == last(f"objection/{clock.today().year}") == 1


def test_an_objection_or_the_certificate(make: Make, crew: Crew) -> None:
    """An objection that is in blocks issuing; one that comes after it is told that the case is certified."""
    officer = make.person(Role.OFFICER).id
    for _n in range(6):
        notice = late.on_notice(make, over=True)
        entry, case = notice.entries[0], notice.entries[0].application_id
        with transaction():
            notice.last_day = clock.today()
        came = crew.at_once(("object_to", {"entry": entry.id, "name": "示例公民"}), ("issue", {"case": case, "by": officer}))
        assert [came[0].how, came[1].what] == ["done", "NoticeRunning"], [one.words for one in came]
        with transaction():
            notice.last_day = clock.today() - timedelta(days=1)
        again = crew.at_once(("object_to", {"entry": entry.id, "name": "另一公民"}), ("issue", {"case": case, "by": officer}))
        assert [one.what for one in again] == ["NoticeOver", "ObjectionOpen"], [one.words for one in again]
    assert db.session.query(Application).filter_by(stage=Stage.CERTIFIED).count() == 0
