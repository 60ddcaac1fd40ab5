"""On site without a signal: once and only once, two notes of one item, drawn points, signatures, the worker's script."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from portal.db import db
from portal.domain.acceptance import Found, drawn, inventory, seed_of
from portal.domain.refusal import ChangedMeanwhile, Incomplete
from portal.domain.workflow import ActionNotAllowed, Role
from portal.models.person import Person
from portal.models.visit import Finding, RivalNote, SamplePoint, SiteScore, VisitSignature
from portal.stages.visit import actions, inspecting, queries, rivals, signing
from portal.stages.visit.rivals import Settlement
from tests.make import Make
from tests.stages.visit_cases import Scene, scene

Enter = Callable[[Person], FlaskClient]
JSON = {"Accept": "application/json"}
KEY = "3f0c6f5e-8b1f-4a86-9a43-2c1f1c0a7d11"


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def stroke(colour: str = "black") -> io.BytesIO:
    """A drawn signature as a canvas sends it."""
    picture, out = Image.new("RGB", (600, 200), "white"), io.BytesIO()
    ImageDraw.Draw(picture).line([(40, 150), (200, 40), (320, 160), (560, 60)], fill=colour, width=8)
    picture.save(out, "PNG")
    out.seek(0)
    return out


# --- once


def test_the_same_key_is_taken_once_and_answered_alike(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    client, url = as_(here.member), f"/visit/{here.case.id}"
    for _twice in range(2):
        said = client.post(f"{url}/samples", headers=JSON, data={"place": "泵房", "sound": "1", "key": KEY})
        assert said.status_code == 201 and said.json["page"].endswith("#add-point")
    assert rows(SamplePoint) == 1
    client.post(f"{url}/samples", headers=JSON, data={"place": "泵房", "sound": "1", "key": KEY.replace("3", "4")})
    assert rows(SamplePoint) == 2


def test_a_refusal_leaves_no_receipt_and_another_persons_key_is_another_key(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    member, leader, url = as_(here.member), as_(here.leader), f"/visit/{here.case.id}/findings/new"
    data = {"what": "滴漏", "demand": "更换", "due_on": "2020-01-01", "key": KEY}
    assert member.post(url, headers=JSON, data=data).status_code == 422
    good = data | {"due_on": "2099-01-01"}
    assert [one.post(url, headers=JSON, data=good).status_code for one in (member, member, leader)] == [201] * 3
    assert rows(Finding) == 2


def test_the_pass_names_the_person_and_gives_a_token(make: Make, as_: Enter, client: FlaskClient) -> None:
    here = scene(make).appoint()
    said = as_(here.member).get("/visit/pass")
    assert said.json["person"] == here.member.id and said.json["token"]
    assert client.get("/visit/pass").status_code == 302
    assert as_(make.person(Role.EXPERT)).get("/visit/pass").status_code == 403


def test_only_marked_pages_may_be_kept_and_for_their_reader(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    client = as_(here.member)
    for page in ("/site", "/items/T4", "/findings/new", "/recheck", "/sign"):
        assert client.get(f"/visit/{here.case.id}{page}").headers["Visit-Kept-For"] == str(here.member.id)
    for page in ("/record", "/record.pdf", "/plan", "/items/none"):
        assert "Visit-Kept-For" not in client.get(f"/visit/{here.case.id}{page}").headers
    assert "Visit-Kept-For" not in client.get("/desk", follow_redirects=True).headers


def test_the_worker_is_served_for_its_desk_only(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    answer = as_(here.member).get("/visit/worker.js")
    assert answer.mimetype == "text/javascript" and answer.headers["Service-Worker-Allowed"] == "/visit/"
    assert answer.headers["Cache-Control"] == "no-cache" and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.text.startswith("const DIGEST = ") and "js/visit-store.js" in answer.text.split("\n")[1]


# --- two notes


def two_notes(make: Make) -> tuple[Scene, RivalNote]:
    here = scene(make).appoint()
    inspecting.note_item(here.case, "T4", found=Found.TRUE, points=None, note="一楼完好", revision=0, by=here.leader)
    rival = rivals.keep(here.case, "T4", found=Found.PARTLY, points=None, not_applicable=False, note="三楼滴漏", by=here.member)
    assert rival is not None
    return here, rival


def test_a_note_that_came_too_late_is_kept_beside_the_first(make: Make, as_: Enter) -> None:
    here = scene(make).appoint()
    leader, member, url = as_(here.leader), as_(here.member), f"/visit/{here.case.id}/items/T4"
    assert leader.post(url, headers=JSON, data={"found": "true", "note": "一楼完好", "revision": "0"}).status_code == 200
    late = member.post(url, headers=JSON, data={"found": "partly", "note": "三楼滴漏", "revision": "0"})
    assert late.status_code == 409 and late.json["kept"] is True
    for client in (leader, member):
        page = client.get(url).text
        assert "一楼完好" in page and "三楼滴漏" in page
    plain = member.post(url, data={"found": "partly", "note": "三楼两处", "revision": "0"}, follow_redirects=True)
    assert "三楼两处" in plain.text and rows(RivalNote) == 1 and rows(SiteScore) == 1


@pytest.mark.parametrize(("how", "found", "note"), [
    (Settlement.RECORD, "true", "一楼完好"), (Settlement.RIVAL, "partly", "三楼滴漏"),
    (Settlement.BOTH, "true", "一楼完好\n三楼滴漏")])
def test_two_notes_are_settled_once(make: Make, how: Settlement, found: str, note: str) -> None:
    here, rival = two_notes(make)
    rivals.settle(here.case, rival.id, how, by=here.leader)
    row = db.session.scalars(select(SiteScore)).one()
    assert (row.found, row.note) == (found, note) and rival.settled_at is not None
    with pytest.raises(ChangedMeanwhile):
        rivals.settle(here.case, rival.id, how, by=here.member)


def test_an_unsettled_item_keeps_the_visit_from_acceptance(make: Make) -> None:
    here, _rival = two_notes(make)
    here.plan().check(leave=["T4"]).sample()
    with pytest.raises(Incomplete) as missing:
        actions.accept(here.case, summary="", by=here.leader)
    assert "T4" in str(missing.value.sentence)


def test_strangers_neither_keep_nor_settle_a_note(make: Make, as_: Enter) -> None:
    here, rival = two_notes(make)
    with pytest.raises(ActionNotAllowed):
        rivals.settle(here.case, rival.id, Settlement.BOTH, by=make.person(Role.INSPECTOR))
    assert as_(here.officer).post(f"/visit/{here.case.id}/rivals/{rival.id}", data={"how": "both"}).status_code == 403
    other = scene(make).appoint()
    assert as_(other.member).post(f"/visit/{other.case.id}/rivals/{rival.id}", data={"how": "both"}).status_code == 404


# --- drawn points


def test_the_same_seed_draws_the_same_points() -> None:
    seed = seed_of("digest", "case")
    assert seed == seed_of("digest", "case") and len(seed) == 6 and seed.isdecimal()
    first = drawn(286, 10, seed=seed)
    assert first == drawn(286, 10, seed=seed) == tuple(sorted(set(first))) and len(first) == 10
    assert all(1 <= n <= 286 for n in first) and first != drawn(286, 10, seed=seed_of("another"))
    assert drawn(4, 10, seed=seed) == (1, 2, 3, 4) and drawn(0, 10, seed=seed) == ()


def test_the_inventory_is_the_longest_list_that_was_declared() -> None:
    from portal import editions

    items = editions.get("water-saving-2013").items("school")
    assert inventory(items, {"T2": {"total": "286"}, "T4": {"total": "280"}, "T3": {"total": "999"}}) == 286
    assert inventory(items, {"T2": {"total": "x"}}) == 0


def test_a_drawn_point_is_written_down_once(make: Make) -> None:
    here = scene(make).appoint()
    inspecting.add_sample(here.case, place="泵房", fixture="", sound=True, listed=35, by=here.member)
    with pytest.raises(ChangedMeanwhile) as twice:
        inspecting.add_sample(here.case, place="泵房", fixture="", sound=False, listed=35, by=here.leader)
    assert "泵房" in str(twice.value.sentence)


def test_a_changed_team_keeps_the_draw(make: Make) -> None:
    here = scene(make).ready()
    before = queries.visit_of(here.case)
    assert before is not None and before.seed
    after = actions.appoint(here.case, leader=here.leader, members=[make.person(Role.INSPECTOR)], by=here.officer)
    assert after.turn == before.turn + 1 and after.seed == before.seed


# --- signatures


def test_a_signature_is_drawn_or_typed_and_lapses_with_a_change(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    client, url = as_(here.leader), f"/visit/{here.case.id}/sign"
    assert client.post(url, data={"party": "self", "name": "何组长"}).status_code == 422
    drawing = {"party": "self", "name": "何组长", "drawing": (stroke(), "signature.png"), "key": KEY}
    assert client.post(url, headers=JSON, data=drawing).status_code == 201
    typed = {"party": "unit", "name": "周镕", "post": "副校长", "confirmed": "y"}
    assert client.post(url, data=typed).status_code == 303
    given = list(db.session.scalars(select(VisitSignature).order_by(VisitSignature.id)))
    assert [(one.typed, one.person_id, one.witness_id) for one in given] == [
        (False, here.leader.id, here.leader.id), (True, None, here.leader.id)]
    shown = client.get(f"/visit/{here.case.id}/signatures/{given[0].id}", buffered=True)
    assert shown.mimetype == "image/png" and Image.open(io.BytesIO(shown.data)).size == signing.SIZE
    visit = queries.records(queries.visit_of(here.case))  # type: ignore[arg-type]
    assert [bool(one.signature) for one in signing.places(visit)] == [True, False, True]
    assert client.get(f"/visit/{here.case.id}/record.pdf").data.startswith(b"%PDF")
    here.find()
    db.session.expire_all()
    visit = queries.records(queries.visit_of(here.case))  # type: ignore[arg-type]
    assert [(bool(one.signature), bool(one.stale)) for one in signing.places(visit)] == [
        (False, True), (False, False), (False, True)]


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7"])
def test_what_is_no_drawing_is_refused(make: Make, data: bytes) -> None:
    here = scene(make).ready()
    with pytest.raises(signing.NotASignature):
        signing.sign(here.case, name="何组长", drawing=io.BytesIO(data), for_unit=False, by=here.leader)
    with pytest.raises(Incomplete):
        signing.sign(here.case, name="何组长", drawing=stroke("white"), for_unit=False, by=here.leader)
    assert rows(VisitSignature) == 0


def test_nobody_signs_an_empty_record_or_a_stranger_s(make: Make, as_: Enter) -> None:
    here, there = scene(make).appoint(), scene(make).ready()
    with pytest.raises(Incomplete):
        signing.sign(here.case, name="何组长", drawing=stroke(), for_unit=False, by=here.leader)
    with pytest.raises(ActionNotAllowed):
        signing.sign(there.case, name="何组长", drawing=stroke(), for_unit=False, by=here.leader)
    row = signing.sign(there.case, name="何组长", drawing=stroke(), for_unit=False, by=there.leader)
    assert as_(here.leader).get(f"/visit/{there.case.id}/signatures/{row.id}").status_code == 404


# --- photos and re-checks


def test_the_device_tells_time_and_place_where_the_camera_did_not(make: Make, as_: Enter) -> None:
    from portal.models.visit import VisitPhoto

    here = scene(make).appoint()
    plain = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(plain, "PNG")
    plain.seek(0)
    sent = as_(here.member).post(f"/visit/{here.case.id}/photos", headers=JSON, data={
        "device_time": "1763870400000", "device_place": "29.56301, 106.55156", "photos": (plain, "a.png")})
    assert sent.status_code == 201
    row = db.session.scalars(select(VisitPhoto)).one()
    assert (row.source, row.place) == ("device", "29.56301, 106.55156") and row.taken_at is not None


def test_a_failed_recheck_without_a_note_comes_back_as_the_form(make: Make, as_: Enter) -> None:
    here = scene(make).ready()
    row = here.find()
    answer = as_(here.member).post(f"/visit/{here.case.id}/findings/{row.id}/recheck", data={"recheck": "failed"})
    assert answer.status_code == 422 and f"recheck_note-{row.id}-error" in answer.text
    assert f'href="#recheck_note-{row.id}"' in answer.text
