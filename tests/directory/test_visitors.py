"""What a visitor leaves behind (nothing) and costs (little), on every public page there is."""

from datetime import timedelta

import pytest
from flask import g
from werkzeug.routing import AnyConverter, IntegerConverter

from portal import clock
from portal.db import transaction
from portal.domain.workflow import Role, Stage
from portal.models.notice import NoticeEntry, Objection, PublicNotice
from portal.web.guard import Desk

# Forms that are sent to us are protected by a cookie, the language chosen is kept in one; the privacy page says so.
WITH_COOKIE = {"accounts.sign_in", "notices.object_form", "home.language"}
KEPT = {"directory", "notices"}


@pytest.fixture
def city(make, certified):
    """One of everything that a public page shows; gives the values that addresses are made of."""
    row = certified(ended_as="revoked", ended_on=clock.today(), ended_reason="x")
    case = make.application(stage=Stage.ANNOUNCED)
    notice = PublicNotice(number="示〔2026〕1号", scheme="water-saving", title="关于拟认定名单的公示", workdays=5,
                          published_on=clock.today() - timedelta(days=1), published_at=clock.now(),
                          last_day=clock.today() + timedelta(days=6), published_by_id=make.person(Role.OFFICER).id)
    notice.entries = [NoticeEntry(application_id=case.id, position=1)]
    with transaction() as session:
        session.add(notice)
        session.flush()
        session.add(Objection(receipt="2026-0001-K3M9", notice_id=notice.id, application_id=case.id, party="person",
                              name="异议某甲", phone="1", facts="x" * 20, received_at=clock.now()))
    numbers = {"directory.unit": row.institution_id, "directory.archived": row.application.round_id,
               "directory.archived_csv": row.application.round_id}
    return {"number": lambda endpoint: numbers.get(endpoint, notice.id), "asked": row.number, "edition": row.edition,
            "name": "public", "receipt": "2026-0001-K3M9", "text": notice.number}


def addresses(app, city) -> dict[str, str]:
    """One address of every public GET page, by its view."""
    found = {}
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rsplit(".", 1)[0])
        if not (isinstance(desk, Desk) and desk.public and "GET" in rule.methods):
            continue
        values = {}
        for name, converter in rule._converters.items():
            value = city.get(name, "1" if isinstance(converter, IntegerConverter) else "x")
            value = value(rule.endpoint) if callable(value) else value
            values[name] = sorted(converter.items)[0] if isinstance(converter, AnyConverter) else value
        found[rule.endpoint] = app.url_map.bind("localhost").build(rule.endpoint, values)
    return found


def test_no_public_page_sets_a_cookie(app, client, city):
    pages = addresses(app, city)
    assert set(pages) >= {"directory.front", "directory.units", "directory.verification", "directory.archived",
                          "notices.notice", "notices.objection", "directory.guide_page", "directory.privacy", "home.health"}
    for endpoint, address in pages.items():
        if endpoint not in WITH_COOKIE:
            with app.test_client().get(address) as answer:
                assert "Set-Cookie" not in answer.headers, address
                assert answer.status_code in {200, 301, 302, 303, 404}, (address, answer.status_code)
    for endpoint in ("accounts.sign_in", "notices.object_form"):
        app.config["WTF_CSRF_ENABLED"] = True
        g.pop("csrf_token", None)  # the test's own context would keep it
        try:
            assert app.test_client().get(pages[endpoint]).headers["Set-Cookie"].startswith("session=")
        finally:
            app.config["WTF_CSRF_ENABLED"] = False
    said = client.get("/privacy").text
    assert "session" in said and "language" in said


def test_every_public_page_needs_few_queries(app, client, city, count_queries):
    for address in addresses(app, city).values():
        with count_queries() as seen, client.get(address):
            pass
        assert len(seen) <= 15, (address, len(seen))


def test_public_pages_are_asked_for_again_by_their_tag(app, city):
    fresh = {"directory.verify", "directory.verification", "notices.object_form", "notices.find_objection",
             "notices.objection", "notices.by_number"}
    for endpoint, address in addresses(app, city).items():
        if endpoint.partition(".")[0] not in KEPT:
            continue
        with app.test_client().get(address) as answer:
            if endpoint in fresh:
                assert "public" not in answer.headers.get("Cache-Control", ""), address
            elif answer.status_code == 200 and endpoint not in {"directory.units_csv", "notices.paper"}:  # these flow
                assert "ETag" in answer.headers, address
                again = app.test_client().get(address, headers={"If-None-Match": answer.headers["ETag"]})
                assert again.status_code == 304 and not again.data, address


def test_a_notice_and_its_objection_name_nobody(client, city):
    for address in ("/notices", f"/notices/{city['number']('')}", "/notices/objections/2026-0001-K3M9"):
        assert "异议某甲" not in client.get(address).text


@pytest.mark.parametrize("typed", ["2026-0001-k3m9", " 2026－0001－Ｋ3Ｍ9 ", "2026 - 0001 – K3M9"])
def test_a_receipt_number_is_read_however_it_is_typed(client, city, typed):
    answer = client.get("/notices/objections", query_string={"receipt": typed}, follow_redirects=True)
    assert answer.status_code == 200 and "2026-0001-K3M9" in answer.text and "正在核查" in answer.text


def test_an_unknown_receipt_number_is_said(client, context):
    assert client.get("/notices/objections?receipt=2026-0001-XXXX").status_code == 404


def test_the_form_of_an_objection_opens_with_the_unit_chosen(client, city):
    from portal.db import db
    from portal.models.notice import NoticeEntry as Entry

    entry = db.session.query(Entry).one()
    page = client.get(f"/notices/{entry.notice_id}").text
    assert f'action="/notices/{entry.notice_id}/object"' in page and "还剩 6 天" in page
    assert f'<option selected value="{entry.id}">' in client.get(f"/notices/{entry.notice_id}/object?unit={entry.id}").text
