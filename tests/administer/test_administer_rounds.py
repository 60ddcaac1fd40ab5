"""Rounds: created and changed, what is used stays; editions with their use."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock, editions
from portal.administer import actions, queries
from portal.db import db, transaction
from portal.domain.scheme import Provenance
from portal.domain.timetable import DATES
from portal.domain.workflow import Role
from portal.models.event import Event
from portal.models.person import Person
from portal.models.round import Round
from tests.make import Make

As = Callable[[Person], FlaskClient]
NEW = "/administer/rounds/new"


@pytest.fixture
def admin(make: Make) -> Person:
    return make.person(Role.ADMINISTRATOR)


def typed(moment: datetime) -> str:
    return clock.in_china(moment).strftime("%Y-%m-%dT%H:%M")


def data(**values: str) -> dict[str, str]:
    start = clock.now()
    return {"edition": "water-saving-2013", "year": "2030", "name": "第一批", "statistics_year": "2029", "quota": ""} | {
        name: typed(start + timedelta(days=1 + 20 * n)) for n, name in enumerate(DATES)} | values


def test_a_round_is_created_under_the_digest_of_its_edition(admin: Person, as_: As) -> None:
    client = as_(admin)
    assert client.get(NEW).status_code == 200
    answer = client.post(NEW, data=data(quota="3", opens_at="2030-01-01T09:00", closes_at="2030-02-01T18:00",
                                        recommend_by="2030-02-10T18:00", review_by="2030-03-01T18:00",
                                        visit_by="2030-04-01T18:00"))
    assert answer.status_code == 303
    row = db.session.scalars(select(Round)).one()
    assert (row.scheme, row.edition_digest) == ("water-saving", editions.digest_of("water-saving-2013"))
    assert row.quota == 3
    assert row.opens_at.isoformat() == "2030-01-01T01:00:00+00:00", "what is typed is China's wall clock"
    event = db.session.scalars(select(Event).where(Event.action == "created-round")).one()
    assert (event.actor_id, event.detail["round"], event.detail["edition"]) == (admin.id, row.id, row.edition)
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(("values", "field"), [
    ({"edition": "nonsense-1999"}, "edition"), ({"name": ""}, "name"), ({"year": "x"}, "year"), ({"year": "1800"}, "year"),
    ({"quota": "0"}, "quota"), ({"closes_at": ""}, "closes_at"), ({"closes_at": "soon"}, "closes_at"),
    ({"opens_at": "2029-01-01T00:00", "closes_at": "2028-01-01T00:00"}, "closes_at"),
    ({"visit_by": "2001-01-01T00:00"}, "visit_by"),
])
def test_a_wrong_round_is_shown_again(admin: Person, as_: As, values: dict[str, str], field: str) -> None:
    answer = as_(admin).post(NEW, data=data(**values))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Round)) == 0


def test_no_two_rounds_of_one_name(admin: Person, as_: As) -> None:
    client = as_(admin)
    assert client.post(NEW, data=data()).status_code == 303
    assert client.post(NEW, data=data()).status_code == 422
    assert client.post(NEW, data=data(name="第二批")).status_code == 303
    second = db.session.scalars(select(Round).where(Round.name == "第二批")).one()
    assert client.post(f"/administer/rounds/{second.id}", data=data()).status_code == 422
    assert client.post(NEW, data=data(edition="municipal-2016")).status_code == 303, "another scheme has its own names"


def test_an_unused_round_changes_altogether(admin: Person, as_: As) -> None:
    client = as_(admin)
    client.post(NEW, data=data())
    row = db.session.scalars(select(Round)).one()
    url = f"/administer/rounds/{row.id}"
    assert client.post(url, data=data(edition="municipal-2016", name="改名")).status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Round, row.id)
    assert (row.scheme, row.edition, row.name) == ("municipal", "municipal-2016", "改名")
    assert row.edition_digest == editions.digest_of("municipal-2016")
    event = db.session.scalars(select(Event).where(Event.action == "changed-round")).one()
    assert event.detail["before"] == {"edition": "water-saving-2013", "name": "第一批"}
    assert event.detail["after"] == {"edition": "municipal-2016", "name": "改名"}
    assert client.post(url, data=data(edition="municipal-2016", name="改名")).status_code == 303
    assert db.session.scalar(select(func.count()).where(Event.action == "changed-round")) == 1, "no change, no entry"


def test_used_parts_have_no_field_and_cannot_be_smuggled_in(admin: Person, make: Make, as_: As) -> None:
    row = make.round()
    make.application(round=row)
    closes = row.closes_at.replace(second=0, microsecond=0)
    before, opened, client, url = row.name, row.opens_at, as_(admin), f"/administer/rounds/{row.id}"
    page = client.get(url).text
    assert 'name="edition"' not in page and 'name="opens_at"' not in page and 'name="closes_at"' in page
    later = {name: typed(getattr(row, name) + timedelta(days=2)) for name in DATES}
    answer = client.post(url, data=data(name="别的", edition="municipal-2016", quota="5", **later))
    assert answer.status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Round, row.id)
    assert (row.name, row.edition, row.opens_at, row.quota) == (before, "water-saving-2013", opened, 5)
    assert row.closes_at == closes + timedelta(days=2)


def test_dates_that_are_not_touched_keep_their_seconds(admin: Person, make: Make, as_: As) -> None:
    row = make.round()
    before = {name: getattr(row, name) for name in DATES}
    values = {name: typed(before[name]) for name in DATES}
    answer = as_(admin).post(f"/administer/rounds/{row.id}", data=data(
        edition=row.edition, year=str(row.year), name="改名", statistics_year=str(row.statistics_year), **values))
    assert answer.status_code == 303
    db.session.expire_all()
    row = db.session.get_one(Round, row.id)
    assert {name: getattr(row, name) for name in DATES} == before
    event = db.session.scalars(select(Event).where(Event.action == "changed-round")).one()
    assert set(event.detail["after"]) == {"name"}


def test_a_date_is_not_moved_into_the_past_once_there_are_cases(admin: Person, make: Make, as_: As) -> None:
    row = make.round()
    make.application(round=row)
    values = {name: typed(getattr(row, name)) for name in DATES[1:]}
    values["closes_at"] = typed(clock.now() - timedelta(days=1))
    answer = as_(admin).post(f"/administer/rounds/{row.id}", data=values)
    assert answer.status_code == 422
    assert 'href="#closes_at"' in answer.text


def test_a_part_that_was_used_meanwhile_is_refused(admin: Person, make: Make) -> None:
    row = make.round()
    make.application(round=row)
    dates = {name: getattr(row, name) for name in DATES}
    with pytest.raises(actions.PartUsed):
        actions.change_round(row, by=admin, dates=dates, name="太迟了")
    with pytest.raises(actions.PartUsed):
        actions.change_round(row, by=admin, dates={**dates, "closes_at": clock.now() - timedelta(days=2)})
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_unknown_rounds_are_not_found(admin: Person, as_: As) -> None:
    assert as_(admin).get("/administer/rounds/999999").status_code == 404


def test_the_list_asks_no_more_for_more_rounds(admin: Person, make: Make, as_: As, count_queries) -> None:
    client = as_(admin)
    make.application()
    with count_queries() as few:
        assert client.get("/administer/rounds").status_code == 200
    for _n in range(20):
        make.application(round=make.round("municipal-2016"))
    with count_queries() as many:
        client.get("/administer/rounds")
    assert len(many) == len(few) <= 15


def test_editions_tell_how_sure_their_texts_are_and_who_uses_them(admin: Person, make: Make, as_: As) -> None:
    make.application()
    found = {one.scheme.edition: one for one in queries.edition_list()}
    assert set(found) == {path.stem for path in editions.files()}
    for one in found.values():
        texts = len(one.scheme.items()) + len(one.scheme.prerequisites)
        assert sum(one.provenance.values()) == texts and set(one.provenance) == set(Provenance)
        assert one.digest == editions.digest_of(one.scheme.edition) and not one.changed
    used = found["water-saving-2013"]
    assert (used.rounds, used.cases) == (1, 1)
    page = as_(admin).get("/administer/editions").text
    assert used.digest[:16] in page
    for factor in editions.factors().by_energy.values():
        assert str(factor.kgce_per_unit) in page
    for average in editions.averages():
        assert average.source in page


def test_a_used_edition_whose_file_changed_is_shown_in_red(admin: Person, make: Make, as_: As) -> None:
    row = make.round()
    with transaction():
        row.edition_digest = "f" * 64
    assert [one.scheme.edition for one in queries.edition_list() if one.changed] == ["water-saving-2013"]
    assert "note-stop" in as_(admin).get("/administer/editions").text
