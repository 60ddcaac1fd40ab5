"""The visit desk's pages: who sees which, what they say, what posting to them does, how many queries they take."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.db import db, transaction
from portal.domain.workflow import Action, Role, Stage
from portal.models.person import Person
from portal.models.visit import SiteScore, VisitPhoto
from portal.stages.visit import actions, queries
from tests.make import Make
from tests.stages.visit_cases import Scene, scene

Enter = Callable[[Person], FlaskClient]
JSON = {"Accept": "application/json"}


def jpeg(*, taken: str = "2026:11:23 14:35:07", size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo as a telephone takes it: with time and place."""
    picture, exif = Image.new("RGB", size, "teal"), Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 33.0, 46.8), 3: "E", 4: (106.0, 33.0, 5.6)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "HEIF")
    return out.getvalue()


PAGES = ("", "/site", "/items/T1", "/findings/new", "/recheck", "/record", "/sign")


def test_every_page_of_a_team_opens(make: Make, as_: Enter) -> None:
    here = scene(make, sheets=3).ready()
    row = here.find()
    client = as_(here.leader)
    for page in (*PAGES, "/plan", "/conclude", f"/findings/{row.id}"):
        answer = client.get(f"/visit/{here.case.id}{page}")
        assert answer.status_code == 200, page
        assert here.case.institution.name in answer.text, page
    assert client.get("/visit/").status_code == 200
    paper = client.get(f"/visit/{here.case.id}/record.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")


@pytest.mark.parametrize("page", [*PAGES, "/plan", "/conclude", "/team", "/record.pdf", "/accept-on-documents", "/overdue"])
def test_a_team_sees_its_own_cases_only(make: Make, as_: Enter, page: str) -> None:
    here, there = scene(make).ready(), scene(make).ready()
    assert as_(there.leader).get(f"/visit/{here.case.id}{page}").status_code == 404


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.RECOMMENDER, Role.EXPERT, Role.MODERATOR, Role.LEADER,
                                  Role.ADMINISTRATOR])
def test_the_desk_is_closed_to_other_roles(make: Make, as_: Enter, role: Role) -> None:
    here = scene(make).ready()
    person = make.person(role, institution=here.case.institution, division="500112")
    assert as_(person).get("/visit/").status_code == 403
    assert as_(person).get(f"/visit/{here.case.id}").status_code == 403


def test_nobody_enters_without_signing_in(make: Make, client: FlaskClient) -> None:
    here = scene(make).ready()
    assert client.get(f"/visit/{here.case.id}/site").status_code == 302
    assert client.post(f"/visit/{here.case.id}/samples").status_code == 401


def test_an_officer_looks_on_but_does_not_write(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    client = as_(here.officer)
    assert client.get(f"/visit/{here.case.id}").status_code == 200
    assert client.get(f"/visit/{here.case.id}/record").status_code == 200
    for page in ("/site", "/items/T1", "/findings/new", "/recheck", "/plan", "/conclude"):
        assert client.get(f"/visit/{here.case.id}{page}").status_code == 403, page
    assert client.post(f"/visit/{here.case.id}/samples", data={"place": "x", "sound": "1"}).status_code == 403


def test_a_member_neither_plans_nor_concludes_nor_appoints(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    client = as_(here.member)
    for page in ("/plan", "/conclude", "/team", "/overdue", "/accept-on-documents"):
        assert client.get(f"/visit/{here.case.id}{page}").status_code == 403, page
        assert client.post(f"/visit/{here.case.id}{page}", data={"outcome": "accept"}).status_code == 403, page


def test_who_left_the_team_no_longer_sees_the_case(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    actions.appoint(here.case, leader=here.leader, members=[make.person(Role.INSPECTOR)], by=here.officer)
    assert as_(here.member).get(f"/visit/{here.case.id}").status_code == 404


# --- queue


def test_the_queue_opens_on_what_waits(make: Make, as_: Enter) -> None:
    waiting, planned = scene(make), scene(make).appoint()
    officer = as_(waiting.officer).get("/visit/").text
    assert waiting.case.institution.name in officer and planned.case.institution.name not in officer
    team = as_(planned.member).get("/visit/").text
    assert planned.case.institution.name in team and waiting.case.institution.name not in team
    assert "tab=appoint" not in team


def test_a_case_moves_from_tab_to_tab(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    here.find()
    assert queries.tabs(here.leader) == {"visits": 1, "recheck": 0, "rectify": 0, "done": 0}
    actions.require_rectification(here.case, reason="x", by=here.leader)
    assert queries.tabs(here.leader)["rectify"] == 1
    _report(here)
    assert queries.tabs(here.leader) == {"visits": 0, "recheck": 1, "rectify": 0, "done": 0}
    client = as_(here.leader)
    assert here.case.institution.name in client.get("/visit/").text
    actions.reject(here.case, reason="x", by=here.leader)
    assert here.case.institution.name in client.get("/visit/?tab=done").text
    assert queries.tabs(here.officer)["done"] == 1


def test_the_queue_is_searched_by_name(make: Make, as_: Enter) -> None:
    one = scene(make, institution=make.institution(name="重庆市示例甲中学"))
    two = scene(make, institution=make.institution(name="重庆市示例乙中学"))
    text = as_(one.officer).get("/visit/?tab=appoint&q=甲").text
    assert one.case.institution.name in text and two.case.institution.name not in text


def test_an_empty_queue_says_why(make: Make, as_: Enter) -> None:
    answer = as_(make.person(Role.INSPECTOR, language="en")).get("/visit/")
    assert "No visit waits for you" in answer.text


@pytest.mark.parametrize("tab", ["appoint", "visits", "rectify"])
def test_the_queue_takes_as_many_queries_for_twenty_cases_as_for_one(make: Make, as_: Enter, count_queries,  # type: ignore[no-untyped-def]
                                                                     tab: str) -> None:
    def one() -> Scene:
        here = scene(make)
        if tab != "appoint":
            here.appoint()
        if tab == "rectify":
            here.find()
            actions.require_rectification(here.case, reason="x", by=here.leader)
        return here

    client = as_(one().officer)
    client.get(f"/visit/?tab={tab}")
    with count_queries() as few:
        client.get(f"/visit/?tab={tab}")
    for _ in range(19):
        one()
    with count_queries() as many:
        assert client.get(f"/visit/?tab={tab}").status_code == 200
    assert len(many) == len(few) <= 15, "\n".join(many)


# --- case pages: queries


@pytest.mark.parametrize("page", ["", "/site", "/items/T1", "/recheck", "/record", "/conclude", "/sign", "/findings/new"])
def test_a_page_takes_as_many_queries_however_much_is_recorded(make: Make, as_: Enter, count_queries,  # type: ignore[no-untyped-def]
                                                               page: str) -> None:
    here = scene(make, sheets=3).appoint().plan().check().sample(1)
    row = here.find()
    client = as_(here.leader)
    _send(client, here, finding=row.id)
    url = f"/visit/{here.case.id}{page}"
    client.get(url)
    db.session.expire_all()
    with count_queries() as few:
        client.get(url)
    here.sample(19)
    for n in range(19):
        each = here.find(f"问题{n}")
        _send(client, here, finding=each.id, size=(64 + n, 48))
    db.session.expire_all()
    with count_queries() as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few) <= 15, [one[:200] for one in many if one not in few] or [one for one in many if many.count(one) != few.count(one)]


def test_the_team_page_takes_as_many_queries_for_twenty_people(make: Make, as_: Enter, count_queries) -> None:  # type: ignore[no-untyped-def]
    here = scene(make)
    client = as_(here.officer)
    url = f"/visit/{here.case.id}/team"
    client.get(url)
    db.session.expire_all()
    with count_queries() as few:
        client.get(url)
    for _ in range(20):
        make.person(Role.INSPECTOR)
    db.session.expire_all()
    with count_queries() as many:
        client.get(url)
    assert len(many) == len(few) <= 15, "\n".join(many)


# --- officer and leader


def test_an_officer_appoints_on_the_page(make: Make, as_: Enter) -> None:
    here = scene(make)
    theirs = make.person(Role.INSPECTOR, name="本校人员", employer=here.case.institution)
    client = as_(here.officer)
    page = client.get(f"/visit/{here.case.id}/team").text
    assert theirs.name in page and f'value="{theirs.id}"' not in page
    nobody = client.post(f"/visit/{here.case.id}/team", data={"leader": here.leader.id})
    assert nobody.status_code == 422 and queries.visit_of(here.case) is None
    tied = client.post(f"/visit/{here.case.id}/team", data={"leader": here.leader.id, "members": [theirs.id]})
    assert tied.status_code == 422 and queries.visit_of(here.case) is None
    done = client.post(f"/visit/{here.case.id}/team", data={"leader": here.leader.id, "members": [here.member.id]})
    assert done.status_code == 303
    assert client.get(done.location).status_code == 200


def test_a_plan_is_kept_on_refusal_and_saved(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client, url = as_(here.leader), f"/visit/{here.case.id}/plan"
    wrong = client.post(url, data={"on": "2020-01-01", "place": "综合楼 305"})
    assert wrong.status_code == 422 and "综合楼 305" in wrong.text
    day = clock.today() + timedelta(days=4)
    assert client.post(url, data={"on": day.isoformat(), "place": "综合楼 305"}).status_code == 303
    visit = queries.visit_of(here.case)
    assert visit is not None and (visit.planned_on, visit.place) == (day, "综合楼 305")


def test_the_verdict_page_names_what_is_missing_and_refuses(make: Make, as_: Enter) -> None:
    here = scene(make).appoint().plan().check(leave=["T4"])
    client, url = as_(here.leader), f"/visit/{here.case.id}/conclude"
    page = client.get(url + "?language=en").text
    assert "T4" in page and "10 more points to sample" in page
    assert client.post(url, data={"outcome": "accept"}).status_code == 409
    assert client.post(url, data={"outcome": "reject", "reason": " "}).status_code == 422
    assert client.post(url, data={}).status_code == 422
    assert here.case.stage == Stage.VISITING


def test_a_verdict_is_given_on_the_page(make: Make, as_: Enter) -> None:
    here = scene(make, sheets=3).ready()
    client = as_(here.leader)
    done = client.post(f"/visit/{here.case.id}/conclude", data={"outcome": "accept", "summary": "符合要求"})
    assert done.status_code == 303
    db.session.expire_all()
    assert here.case.stage == Stage.DECIDING and here.case.site_total is not None
    again = client.post(f"/visit/{here.case.id}/conclude", data={"outcome": "accept"})
    assert again.status_code == 409


def test_officers_accept_on_documents_and_close_overdue_cases(make: Make, as_: Enter) -> None:
    here = scene(make, edition="municipal-2016", drawn_for_visit=False)
    client = as_(here.officer)
    assert client.get(f"/visit/{here.case.id}/accept-on-documents").status_code == 200
    assert client.post(f"/visit/{here.case.id}/accept-on-documents", data={}).status_code == 303
    late = scene(make).appoint()
    late.find()
    actions.require_rectification(late.case, reason="x", by=late.leader)
    assert client.post(f"/visit/{late.case.id}/overdue", data={"reason": "逾期"}).status_code == 409
    with transaction():
        late.case.due_at = clock.now() - timedelta(hours=1)
    assert "/overdue" in client.get(f"/visit/{late.case.id}").text
    assert client.post(f"/visit/{late.case.id}/overdue", data={"reason": ""}).status_code == 422
    assert client.post(f"/visit/{late.case.id}/overdue", data={"reason": "逾期"}).status_code == 303
    db.session.expire_all()
    assert late.case.stage == Stage.NOT_PASSED


# --- on site


def test_an_item_saves_itself_and_says_so(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client, url = as_(here.member), f"/visit/{here.case.id}/items/T4"
    said = client.post(url, data={"found": "partly", "points": "4", "note": "一处滴漏", "revision": "0"}, headers=JSON)
    assert said.status_code == 200 and said.json["revision"] == 1 and said.json["out"]["checked"] == "1"
    stale = client.post(url, data={"found": "true", "points": "", "revision": "0"}, headers=JSON)
    assert stale.status_code == 409 and "error" in stale.json
    wrong = client.post(url, data={"found": "true", "points": "99", "revision": "1"}, headers=JSON)
    assert wrong.status_code == 422 and wrong.json["message"]
    row = db.session.scalar(select(SiteScore).where(SiteScore.item_id == "T4"))
    assert row is not None and (row.found, row.note) == ("partly", "一处滴漏")


def test_an_item_is_saved_without_scripts_and_leads_on(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client = as_(here.member)
    next_one = client.post(f"/visit/{here.case.id}/items/T4", data={"found": "true", "revision": "0", "next": "1"})
    assert next_one.status_code == 303 and next_one.location.endswith("/items/T5")
    wrong = client.post(f"/visit/{here.case.id}/items/T4", data={"note": "没有选择", "revision": "1"})
    assert wrong.status_code == 422 and "没有选择" in wrong.text
    assert client.get(f"/visit/{here.case.id}/items/X1").status_code == 404


def test_points_are_recorded_and_corrected(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client, url = as_(here.member), f"/visit/{here.case.id}/samples"
    empty = client.post(url, data={"fixture": "感应水嘴"})
    assert empty.status_code == 422 and "感应水嘴" in empty.text
    assert client.post(url, data={"place": "门诊楼一楼", "fixture": "感应水嘴", "sound": "1"}).status_code == 303
    sample = queries.visit_of(here.case).samples[0]  # type: ignore[union-attr]
    said = client.post(f"{url}/{sample.id}", data={"sound": "0", "note": "滴漏"}, headers=JSON)
    assert said.status_code == 200 and said.json["out"]["sound"] == "0"
    assert f"point={sample.id}" in client.get(f"/visit/{here.case.id}/site").text
    assert "门诊楼一楼" in client.get(f"/visit/{here.case.id}/findings/new?point={sample.id}").text
    assert client.post(f"{url}/{sample.id}/drop").status_code == 303
    assert client.post(f"{url}/{sample.id}/drop").status_code == 409


def test_a_problem_takes_its_photos_along(make: Make, as_: Enter, app: Flask) -> None:
    here = scene(make).appoint()
    client, url = as_(here.member), f"/visit/{here.case.id}/findings/new"
    due = (clock.today() + timedelta(days=20)).isoformat()
    sent = client.post(url, data={
        "what": "脚踏阀滴漏", "item": "T4", "owner": "后勤科", "due_on": due, "demand": "更换阀芯",
        "photos": [(io.BytesIO(jpeg()), "IMG_1.jpg"), (io.BytesIO(heic()), "IMG_2.heic"),
                 (io.BytesIO(b"<html>"), "x.jpg")]})
    assert sent.status_code == 303
    photos = list(db.session.scalars(select(VisitPhoto).order_by(VisitPhoto.id)))
    assert [(one.phase, one.item_id, one.file.mime) for one in photos] == [
        ("before", "T4", "image/jpeg"), ("before", "T4", "image/heic")]
    assert clock.in_china(photos[0].taken_at).strftime("%F %T") == "2026-11-23 14:35:07"  # type: ignore[arg-type]
    assert photos[0].place == "29.56300, 106.55156" and photos[0].file.institution_id is None
    page = client.get(f"/visit/{here.case.id}/site")
    assert "脚踏阀滴漏" in page.text and "x.jpg" in page.text
    original = client.get(f"/visit/{here.case.id}/photos/{photos[0].id}", buffered=True)
    assert original.status_code == 200 and "attachment" in original.headers["Content-Disposition"]
    assert client.get(f"/visit/{here.case.id}/photos/{photos[0].id}/pages/0").status_code == 404
    from portal import jobs

    jobs.work_off()
    small = client.get(f"/visit/{here.case.id}/photos/{photos[0].id}/pages/0", buffered=True)
    assert small.status_code == 200 and small.mimetype == "image/webp"


def test_an_unfinished_problem_is_kept_on_the_page(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    answer = as_(here.member).post(f"/visit/{here.case.id}/findings/new", data={"what": "滴漏", "due_on": "2020-01-01"})
    assert answer.status_code == 422 and "滴漏" in answer.text
    assert not queries.visit_of(here.case).findings  # type: ignore[union-attr]


def test_photos_of_other_cases_are_not_shown(make: Make, as_: Enter) -> None:
    here, there = scene(make).appoint(), scene(make).appoint()
    _send(as_(here.member), here, item="T1")
    photo = db.session.scalar(select(VisitPhoto))
    assert photo is not None
    stranger = as_(there.leader)
    assert stranger.get(f"/visit/{here.case.id}/photos/{photo.id}").status_code == 404
    assert stranger.get(f"/visit/{there.case.id}/photos/{photo.id}").status_code == 404
    assert stranger.post(f"/visit/{there.case.id}/photos/{photo.id}/drop").status_code == 404
    assert as_(here.officer).get(f"/visit/{here.case.id}/photos/{photo.id}", buffered=True).status_code == 200
    assert as_(here.member).post(f"/visit/{here.case.id}/photos/{photo.id}/drop").status_code == 303
    assert db.session.scalar(select(VisitPhoto)) is None


@pytest.mark.parametrize(("data", "name"), [(b"", "a.jpg"), (b"%PDF-1.7", "a.pdf"), (b"GIF89a", "a.gif")])
def test_what_is_no_photo_is_refused_with_its_reason(make: Make, as_: Enter, data: bytes, name: str) -> None:
    here = scene(make).appoint()
    answer = as_(here.member).post(f"/visit/{here.case.id}/photos", headers=JSON,
                                   data={"photos": (io.BytesIO(data), name)})
    assert answer.status_code == 422 and name in answer.json["message"]
    assert db.session.scalar(select(VisitPhoto)) is None


def test_what_a_telephone_kept_is_answered_for_a_script(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client, url = as_(here.member), f"/visit/{here.case.id}"
    point = client.post(f"{url}/samples", data={"place": "一楼", "sound": "1"}, headers=JSON)
    assert point.status_code == 201 and point.json["page"].endswith("/site#add-point")
    assert client.post(f"{url}/samples", data={"place": ""}, headers=JSON).status_code == 422
    due = (clock.today() + timedelta(days=9)).isoformat()
    problem = client.post(f"{url}/findings/new", headers=JSON, data={"what": "滴漏", "demand": "更换", "due_on": due})
    assert problem.status_code == 201 and "#problem-" in problem.json["page"]
    assert client.post(f"{url}/findings/new", headers=JSON, data={"what": ""}).status_code == 422
    photos = client.post(f"{url}/photos", headers=JSON, data={
        "item": "T1", "photos": [(io.BytesIO(jpeg()), "a.jpg"), (io.BytesIO(b"x"), "b.jpg")]})
    assert photos.status_code == 201 and photos.json["page"].endswith("/items/T1#photos")
    assert "b.jpg" in client.get(f"{url}/items/T1").text


def test_a_recheck_is_recorded_problem_by_problem(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    first, second = here.find("甲处"), here.find("乙处")
    actions.require_rectification(here.case, reason="x", by=here.leader)
    _report(here)
    client = as_(here.member)
    page = client.get(f"/visit/{here.case.id}/recheck").text
    assert "已更换" in page and "甲处" in page
    _send(client, here, finding=first.id)
    assert db.session.scalar(select(VisitPhoto.phase)) == "after"
    url = f"/visit/{here.case.id}/findings"
    assert client.post(f"{url}/{first.id}/recheck", data={"recheck": "passed"}).status_code == 303
    assert client.post(f"{url}/{second.id}/recheck", data={"recheck": "failed"}).status_code == 422
    assert client.post(f"{url}/{second.id}/recheck", data={}, headers=JSON).status_code == 422
    said = client.post(f"{url}/{second.id}/recheck", data={"recheck": "failed", "recheck_note": "仍漏"}, headers=JSON)
    assert said.status_code == 200
    db.session.expire_all()
    assert (first.recheck, second.recheck, second.recheck_note) == ("passed", "failed", "仍漏")
    assert client.post(f"{url}/999999/recheck", data={"recheck": "passed"}).status_code == 404


def test_a_problem_is_corrected_and_taken_out(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    row = here.find()
    client, url = as_(here.member), f"/visit/{here.case.id}/findings/{row.id}"
    due = (clock.today() + timedelta(days=9)).isoformat()
    data = {"what": "水嘴滴漏", "item": "", "owner": "", "due_on": due, "demand": "更换"}
    assert client.post(url, data=data, headers=JSON).status_code == 200
    assert client.post(url, data=data | {"demand": ""}, headers=JSON).status_code == 422
    assert client.post(url, data=data).status_code == 303
    assert client.post(f"{url}/drop").status_code == 303
    assert client.get(url).status_code == 404


def test_a_large_photo_passes_the_door_only_for_the_team(make: Make, as_: Enter, app: Flask) -> None:
    here = scene(make).appoint()
    big, usual = jpeg() + b"\0" * (300 * 1024), app.config["MAX_CONTENT_LENGTH"]
    app.config.update(WTF_CSRF_ENABLED=True, MAX_CONTENT_LENGTH=200 * 1024)
    try:
        client = _with_token(app, here.member)
        bare = client.post(f"/visit/{here.case.id}/photos", data={"photos": (io.BytesIO(big), "a.jpg")})
        assert bare.status_code == 400
        token = _token(client, f"/visit/{here.case.id}/site")
        kept = client.post(f"/visit/{here.case.id}/photos", data={"csrf_token": token, "photos": (io.BytesIO(big), "a.jpg")})
        assert kept.status_code == 303
    finally:
        app.config.update(WTF_CSRF_ENABLED=False, MAX_CONTENT_LENGTH=usual)
    assert db.session.scalar(select(VisitPhoto)) is not None


def _with_token(app: Flask, person: Person) -> FlaskClient:
    from tests.make import PASSWORD

    client = app.test_client()
    client.post("/sign-in", data={"sign_in": person.sign_in, "password": PASSWORD,
                                  "csrf_token": _token(client, "/sign-in")})
    return client


def _token(client: FlaskClient, path: str) -> str:
    import re

    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def _send(client: FlaskClient, here: Scene, *, item: str = "", finding: int | None = None,
          size: tuple[int, int] = (64, 48)) -> None:
    data = {"item": item, "finding": finding or "", "photos": (io.BytesIO(jpeg(size=size)), "p.jpg")}
    assert client.post(f"/visit/{here.case.id}/photos", data=data).status_code == 303


def _report(here: Scene) -> None:
    """The institution reports all problems and hands the case back, as its own desk does."""
    from portal import lifecycle

    visit = queries.visit_of(here.case)
    assert visit is not None
    with transaction():
        lifecycle.advance(here.case, Action.REPORT_RECTIFICATION, by=here.case.operator)
        for row in visit.findings:
            row.report, row.reported_at = "已更换", clock.now()
        lifecycle.advance(here.case, Action.FINISH_RECTIFICATION, by=here.case.operator)
