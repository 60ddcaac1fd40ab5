"""The visit desk in a cellar: no signal, the tab closed and opened again, everything arrives once; two inspectors."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from portal.db import db
from portal.domain.workflow import Role
from portal.models.person import Person
from portal.models.visit import (
    Finding,
    RivalNote,
    SamplePoint,
    SiteScore,
    Visit,
    VisitPhoto,
    VisitReceipt,
    VisitSignature,
)
from tests.browser.conftest import Instance
from tests.browser.hands import Hands, sign_in
from tests.make import PASSWORD, Make
from tests.papers import picture
from tests.stages.visit_cases import Scene, scene

Open = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def here(instance: Instance) -> Iterator[Scene]:
    """A planned visit on the served instance."""
    with instance.app.app_context():
        yield scene(Make()).appoint().plan()
        db.session.rollback()


@pytest.fixture
def open_page(chromium: Browser, instance: Instance) -> Iterator[Open]:
    """A window of a person's own; a lost line and a note that came too late are no faults here, a script's error is."""
    contexts, complaints = [], []

    def enter(person: Person, *, width: int = 1440, height: int = 900) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=instance.url,
                                       locale="zh-CN")
        contexts.append(context)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        sign_in(page, person.sign_in, PASSWORD)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def count(here: Scene, model: type[Any], *where: Any) -> int:
    """How many rows of a kind this visit has on the server now."""
    db.session.rollback()
    own = select(Visit.id).where(Visit.application_id == here.case.id)
    found = db.session.scalar(select(func.count()).select_from(model).where(model.visit_id.in_(own), *where)) or 0
    db.session.rollback()
    return found


def at_hand(hands: Hands) -> Hands:
    """The desk's scripts listen and the worker holds the visit's pages."""
    hands.page.wait_for_selector("html[data-visit-ready]", state="attached")
    return hands


def keeps_pages(hands: Hands, *paths: str) -> None:
    """The worker has kept these pages and stands between this page and the net."""
    for _try in range(150):
        if hands.page.evaluate("""async (paths) => {
                for (const path of paths) if (!(await caches.match(path, { ignoreVary: true }))) return false;
                return Boolean(navigator.serviceWorker.controller); }""", list(paths)):
            return
        hands.page.wait_for_timeout(400)
    raise AssertionError(f"not kept: {paths}")


def band(hands: Hands) -> Any:
    return hands.at("[data-keep-line]")


def test_what_was_written_in_the_cellar_survives_the_closed_tab_and_arrives_once(
        here: Scene, open_page: Open) -> None:
    member = db.session.get_one(Person, here.member.id)
    root = f"/visit/{here.case.id}"
    hands = at_hand(Hands(open_page(member, **PHONE)).open(f"{root}/site"))
    keeps_pages(hands, f"{root}/site", f"{root}/items/T4", f"{root}/findings/new", f"{root}/sign", "/visit/offline")
    window = hands.page.context
    window.set_offline(True)

    # a point and an item on pages that were never opened by hand before
    hands.page.reload()
    at_hand(hands).sees(here.case.institution.name)
    hands.fill(place="地下一层泵房").pick("sound", "0").at("#add-point .btn").click()
    expect(band(hands)).to_contain_text("1 项保存在本机，尚未上传")
    hands.page.goto(f"{root}/items/T4")
    at_hand(hands).pick("found", "partly").fill(note="一处滴漏")
    expect(hands.at("[data-autosave-state]")).to_contain_text("保存在本机")

    # a problem with its photo; then the tab is closed while the next one is half written
    hands.page.goto(f"{root}/findings/new")
    at_hand(hands).fill(what="脚踏阀滴漏", demand="更换阀芯")
    hands.at("#photos").set_input_files(
        [{"name": "IMG_7.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", "cellar")}])
    hands.at(".bottom .btn-main").click()
    expect(band(hands)).to_contain_text("3 项（含照片 1 张）")
    hands.fill(what="另一处问题，还没写完")
    hands.page.wait_for_timeout(600)
    hands.page.close()
    assert count(here, SamplePoint) == count(here, Finding) == count(here, SiteScore) == 0

    # opened again, still without a signal: everything is there
    again = Hands(window.new_page())
    again.page.goto(f"{root}/findings/new")
    at_hand(again)
    expect(again.at("[name=what]")).to_have_value("另一处问题，还没写完")
    expect(band(again)).to_contain_text("3 项（含照片 1 张）")
    again.at("[data-band-list] summary").click()
    expect(again.at("[data-band-rows] li")).to_have_count(3)
    again.page.goto(f"{root}/items/T4")
    expect(at_hand(again).at("[name=note]")).to_have_value("一处滴漏")

    # back at the stairs: each thing arrives once, also when the answer was lost and it is sent again
    window.set_offline(False)
    expect(band(again)).to_contain_text("已全部上传")
    assert count(here, SamplePoint) == count(here, Finding) == count(here, SiteScore) == count(here, VisitPhoto) == 1
    again.open(f"{root}/site").sees("地下一层泵房", "脚踏阀滴漏")
    at_hand(again).page.reload()
    at_hand(again).page.wait_for_timeout(1500)
    assert count(here, SamplePoint) == count(here, Finding) == count(here, VisitPhoto) == 1
    assert count(here, VisitReceipt) >= 3


def test_an_answer_that_was_lost_is_sent_again_without_being_doubled(here: Scene, open_page: Open) -> None:
    member = db.session.get_one(Person, here.member.id)
    hands = at_hand(Hands(open_page(member, **PHONE)).open(f"/visit/{here.case.id}/site"))
    lost = []

    def swallow(route: Any) -> None:
        """The server does the deed; its answer never reaches the telephone."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionfailed")
        else:
            route.continue_()

    hands.page.context.route("**/samples", swallow)
    hands.fill(place="门诊楼一楼").pick("sound", "1").at("#add-point .btn").click()
    expect(hands.at("[data-band-retry]")).to_be_visible()
    assert lost == [201] and count(here, SamplePoint) == 1
    hands.at("[data-band-retry]").click()
    expect(hands.at("ol.points > li")).to_have_count(1)
    assert count(here, SamplePoint) == 1


def test_two_inspectors_write_of_one_item_and_both_texts_stay(here: Scene, open_page: Open) -> None:
    member, leader = (db.session.get_one(Person, one.id) for one in (here.member, here.leader))
    url = f"/visit/{here.case.id}/items/T4"
    below, above = (at_hand(Hands(open_page(one, **PHONE)).open(url)) for one in (member, leader))
    below.page.context.set_offline(True)
    below.pick("found", "false").fill(note="三楼两处滴漏")
    expect(below.at("[data-autosave-state]")).to_contain_text("保存在本机")
    above.pick("found", "true").fill(note="一楼全部完好").is_saved()
    below.page.context.set_offline(False)
    below.sees("本项有两份记录", "三楼两处滴漏", "一楼全部完好")
    assert count(here, SiteScore) == 1 and count(here, RivalNote, RivalNote.settled_at.is_(None)) == 1
    above.open(url).sees("本项有两份记录", "三楼两处滴漏").press(".rivals button[value=both]")
    expect(above.at("[name=note]")).to_have_value("一楼全部完好\n三楼两处滴漏")
    assert count(here, RivalNote, RivalNote.settled_at.is_(None)) == 0


def test_a_record_is_signed_by_finger_and_by_keyboard(here: Scene, open_page: Open) -> None:
    here.find()
    leader = db.session.get_one(Person, here.leader.id)
    hands = at_hand(Hands(open_page(leader, **PHONE)).open(f"/visit/{here.case.id}/sign"))
    pad = hands.at("#self canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    hands.page.mouse.move(box["x"] + 40, box["y"] + 60)
    hands.page.mouse.down()
    for step in range(12):
        hands.page.mouse.move(box["x"] + 40 + step * 18, box["y"] + 60 + (step % 3) * 30)
    hands.page.mouse.up()
    hands.at("#self .btn-main").click()
    expect(hands.at("#self img.sign-img")).to_have_count(1)
    name = at_hand(hands).at("#unit [name=name]")
    name.focus()
    hands.page.keyboard.type("周主任")
    for key in ("Tab", "Tab", "Tab", "Tab", "Space", "Tab", "Enter"):
        hands.page.keyboard.press(key)
        if key == "Tab" and hands.page.evaluate("document.activeElement.name") == "confirmed":
            hands.page.keyboard.press("Space")
            hands.page.keyboard.press("Tab")
            hands.page.keyboard.press("Enter")
            break
    expect(hands.at("#unit img.sign-img")).to_have_count(1)
    db.session.rollback()
    given = list(db.session.scalars(select(VisitSignature).join(Visit).where(
        Visit.application_id == here.case.id).order_by(VisitSignature.id)))
    assert [(one.name, one.typed, one.person_id == leader.id) for one in given] == [
        (leader.name, False, True), ("周主任", True, False)]
    db.session.rollback()


def test_signing_out_leaves_no_page_behind_and_no_other_person_sees_one(here: Scene, open_page: Open) -> None:
    member = db.session.get_one(Person, here.member.id)
    root = f"/visit/{here.case.id}"
    hands = at_hand(Hands(open_page(member)).open(f"{root}/site"))
    keeps_pages(hands, f"{root}/site")
    hands.at(".mast-tools [data-sign-out] button").click()
    hands.page.wait_for_url("**/sign-in")
    assert hands.page.evaluate("caches.keys().then((all) => all.filter((one) => one.startsWith('visit-')))") == []
    hands.page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        hands.page.goto(f"{root}/site")
    hands.page.context.set_offline(False)


def test_pages_of_other_desks_are_never_kept(here: Scene, open_page: Open) -> None:
    both = Make().person(Role.OFFICER, name="两职人员")
    hands = Hands(open_page(both)).open(f"/visit/{here.case.id}").open("/desk").open("/visit/")
    hands.page.wait_for_timeout(500)
    kept = hands.page.evaluate("caches.keys().then((all) => all.filter((one) => one.startsWith('visit-pages:')))")
    assert kept == []
