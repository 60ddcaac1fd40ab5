"""A decision by keyboard alone: what-if, the list before the deed, the deed, a countersignature and a dissent."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from portal.db import db
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.models.person import Person
from portal.models.round import Round
from portal.stages.decide import queries
from tests.browser.conftest import Instance
from tests.browser.hands import Hands
from tests.make import Make
from tests.stages import late

Open = Callable[..., Page]


@pytest.fixture
def ranked(instance: Instance) -> Iterator[tuple[Make, Round, list[Application]]]:
    """A round with two cases that pass and one that does not, on the served instance."""
    with instance.app.app_context():
        make = Make()
        round_ = make.round()
        yield make, round_, [late.deciding(make, round=round_, shares=(share,) * 3) for share in ("1", "0.96", "0.5")]
        db.session.rollback()


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the focus is there."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_leader_supposes_looks_and_decides_by_keyboard(
        ranked: tuple[Make, Round, list[Application]], open_page: Open) -> None:
    make, round_, (first, second, _third) = ranked
    page = open_page(make.person(Role.LEADER))
    Hands(page).open(f"/decide/board?round={round_.id}")

    # a supposition: nothing is saved, the address holds it
    tab_to(page, "#mark")
    page.keyboard.press("Control+A")
    page.keyboard.type("98")
    page.keyboard.press("Enter")
    page.wait_for_url("**mark=98**")
    Hands(page).is_ready().sees("推演合格线", second.institution.name, "不保存")
    assert queries.decision(second.id) is None
    db.session.rollback()

    # how a score came about opens and closes
    tab_to(page, ".why-pop > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".why-pop[open] .pop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".why-pop[open]")).to_have_count(0)

    # the list before the deed, then the deed
    Hands(page).open(f"/decide/board?round={round_.id}")
    tab_to(page, f"input[name=case][value='{first.id}']")
    page.keyboard.press("Space")
    tab_to(page, "#bulk button:not([type=button])")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    Hands(page).is_ready().sees(first.institution.name, "送会签部门")
    assert queries.decision(first.id) is None
    db.session.rollback()
    tab_to(page, "main form[action$='/decide/bulk'] button.btn-main")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    Hands(page).is_ready().sees(first.institution.name)
    made = queries.decision(first.id)
    assert made is not None and made.outcome == "pass" and queries.decision(second.id) is None
    db.session.rollback()


def test_a_countersigner_dissents_with_a_reason_by_keyboard(
        ranked: tuple[Make, Round, list[Application]], open_page: Open) -> None:
    make, round_, _cases = ranked
    case = late.decided(make, round=round_, agreed=None)
    leader, water = make.person(Role.LEADER), late.countersigner(make)
    page = open_page(db.session.get_one(Person, water.id))
    Hands(page).open("/decide/").sees(case.institution.name).open(f"/decide/{case.id}")
    tab_to(page, "details.more-form > summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action$='/object'] textarea")
    page.keyboard.type("用水计量台账需补充说明")
    tab_to(page, "form[action$='/object'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    db.session.rollback()
    made = queries.decision(case.id)
    assert made is not None and [one.agreed for one in made.countersignatures if one.authority == "water"] == [False]
    db.session.rollback()
    board = open_page(db.session.get_one(Person, leader.id))
    Hands(board).open(f"/decide/board?round={round_.id}").sees("用水计量台账需补充说明")
