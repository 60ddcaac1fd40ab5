"""Scored, sealed and recommended without a mouse: every deed here is a key."""

import re
from decimal import Decimal

from flask import Flask
from playwright.sync_api import Page, expect

from portal import editions
from portal.clock import now
from portal.db import db, transaction
from portal.domain.workflow import Role, Stage
from portal.models.application import Application
from portal.models.person import Person
from portal.models.recommendation import PreliminaryScore, Recommendation
from portal.models.review import Sheet
from tests.browser.city import _attach as attach
from tests.make import Make


def ready(page: Page) -> None:
    """The page's scripts listen."""
    page.wait_for_selector("html[data-ready]", state="attached")


def go(page: Page, key: str, address: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation(url=re.compile(address)):
        page.keyboard.press(key)
    ready(page)


def tab_to(page: Page, selector: str, *, most: int = 150) -> None:
    """Walk with the Tab key until a place has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def reviewed(app: Flask) -> tuple[Person, int, int]:
    """An expert with two sheets of the same round, evidence on the first item; gives both cases."""
    with app.app_context():
        make = Make()
        expert, round_ = make.person(Role.EXPERT), make.round()
        cases = [make.application(stage=Stage.REVIEWING, round=round_) for _ in range(2)]
        attach(cases[0], cases[0].operator)
        for case in cases:
            make.sheet(case, expert=expert)
        db.session.refresh(expert)
        db.session.expunge(expert)
        return expert, cases[0].id, cases[1].id


def test_an_expert_scores_a_whole_sheet_and_seals_it_with_keys_only(instance, open_page):  # type: ignore[no-untyped-def]
    expert, case, other = reviewed(instance.app)
    page = open_page(expert)
    page.goto("/review/")
    ready(page)
    go(page, "j", rf"/review/{case}$")
    for item in editions.get("water-saving-2013").items("school"):
        expect(page.locator(".ritems a[aria-current] .num")).to_have_text(item.id)
        if item.id == "T1":
            page.keyboard.press("]")
            page.keyboard.press("b")
            expect(page.locator("[data-basis-shown] input")).to_be_checked()
        if item.id == "T2":                     # four instead of the eight that are computed: a reason is asked for
            page.keyboard.type("4")
            expect(page.locator("[data-need]")).not_to_be_empty()
            page.keyboard.press("r")
            page.keyboard.type("清单第5页有4件水嘴无水效标识。")
        elif item.id == "G1":                   # steps by shift and digit
            page.keyboard.press("Shift+Digit1")
            page.keyboard.press("Shift+Digit2")
            expect(page.locator("[data-score]")).to_have_value("5")
        elif item.id == "G6":
            page.keyboard.type("3.5")
            expect(page.locator("input[name=choice]:checked, [data-score]").first).to_have_value(re.compile("3.5|other"))
            page.keyboard.press("Escape")
        else:
            page.keyboard.press("c" if item.formula else "m")
            page.keyboard.press("Escape")
        if item.id == "G6":
            go(page, "s", rf"/review/{case}/seal$")
        else:
            go(page, "Control+Enter" if item.id == "T2" else "j", rf"/review/{case}\?item=")
    expect(page.locator(".seal-left")).to_have_count(0)
    page.keyboard.press("r")
    page.keyboard.type("材料齐全。")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("button[value=seal]")).to_be_focused()
    go(page, "Enter", rf"/review/{other}$")
    with instance.app.app_context():
        sheet = db.session.query(Sheet).filter_by(application_id=case, expert_id=expert.id).one()
        points = {row.item_id: row for row in sheet.scores}
        assert sheet.state == "sealed" and sheet.comment == "材料齐全。"
        assert points["T2"].points == 4 and "水效标识" in points["T2"].reason
        assert points["G1"].points == 5 and points["G1"].steps == [0, 1]
        assert points["G6"].points == Decimal("3.5") and points["T1"].basis_id is not None


def test_the_list_of_keys_opens_and_single_keys_can_be_switched_off(instance, open_page):  # type: ignore[no-untyped-def]
    expert, case, _other = reviewed(instance.app)
    page = open_page(expert)
    page.goto(f"/review/{case}?item=T2")
    ready(page)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    tab_to(page, "[data-shortcuts-switch]", most=20)
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    expect(page.locator("input[name=choice]:checked")).to_have_count(0)


def test_each_pane_scrolls_alone_on_a_desktop(instance, open_page):  # type: ignore[no-untyped-def]
    expert, case, _other = reviewed(instance.app)
    page = open_page(expert)
    page.goto(f"/review/{case}?item=G1")
    ready(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    for pane in (".ritems", ".view-page", ".rubric"):
        assert page.evaluate("selector => getComputedStyle(document.querySelector(selector)).overflowY", pane) == "auto"


def test_a_page_that_does_not_come_says_so_and_can_be_asked_for_again(instance, open_page):  # type: ignore[no-untyped-def]
    expert, case, _other = reviewed(instance.app)
    page = open_page(expert)
    page.goto(f"/review/{case}?item=T1")
    ready(page)
    page.evaluate("""() => {
      document.querySelector('[data-viewer-file]').dataset.pages = 'data:image/png;base64,AAAA';
      document.querySelector('[data-viewer]').viewer.load();
    }""")
    expect(page.locator(".view-none [role=alert]")).to_be_visible()
    assert page.locator(".view-none button").is_visible()


def test_a_recommender_scores_the_rest_and_endorses_by_keyboard(instance, open_page):  # type: ignore[no-untyped-def]
    with instance.app.app_context():
        make = Make()
        case = make.application(stage=Stage.RECOMMENDING)
        person = make.person(Role.RECOMMENDER, division=case.institution.division_code)
        items = editions.get(case.edition).items(case.institution.type)
        with transaction() as session:
            session.add_all(PreliminaryScore(
                application_id=case.id, item_id=item.id, points=item.points, not_applicable=False, note="",
                scored_by_id=person.id, scored_at=now()) for item in items[1:])
        number, first = case.id, items[0]
        db.session.refresh(person)
        db.session.expunge(person)
    page = open_page(person)
    page.goto("/recommend/")
    tab_to(page, f"a[href='/recommend/{number}']")
    go(page, "Enter", rf"/recommend/{number}$")
    tab_to(page, f"[name='points-{first.id}']")
    page.keyboard.type("8")
    expect(page.locator("[data-autosave-out=scored]")).to_have_text(f"{len(items)} / {len(items)}")
    tab_to(page, f"a[href='/recommend/{number}/endorse']")
    go(page, "Enter", rf"/recommend/{number}/endorse$")
    tab_to(page, "textarea[name=opinion]")
    page.keyboard.type("工作基础扎实，同意推荐。")
    tab_to(page, "main form[method=post] button", most=6)
    go(page, "Enter", rf"/recommend/{number}$")
    with instance.app.app_context():
        assert db.session.get(Application, number).stage == Stage.SCREENING
        assert db.session.query(Recommendation).filter_by(application_id=number).one().rank == 1
