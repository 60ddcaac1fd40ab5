"""Uploads in a real browser: dropped, cut off, reloaded, gone on; and a whole item by the keyboard alone."""

import base64
import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from portal import clock, scorecards
from portal.db import db, transaction
from portal.domain.self_report import chapters
from portal.domain.workflow import Stage
from portal.models.application import Application
from portal.models.evidence import Evidence, File
from portal.models.person import Person
from tests.browser.conftest import Instance
from tests.make import Make
from tests.papers import fitting

# Puts files into a drop zone the way a mouse does; they are made in the page from base64.
DROP = """([zone, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: 'image/png', lastModified: 1764000000000 }));
  for (const kind of ['dragenter', 'dragover', 'drop']) document.querySelector(zone).dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
}"""


def noise(side: int) -> bytes:
    """A picture that does not pack, some megabytes large."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).save(out, "PNG")
    return out.getvalue()


Case = tuple[int, Person, Person]


@pytest.fixture
def case(instance: Instance) -> Iterator[Case]:
    """A draft in which only item T2 is missing: its number, operator and head."""
    with instance.app.app_context():
        yield made_ready()


def made_ready() -> Case:
    make = Make()
    house = make.institution()
    operator, head = make.applicant(house), make.signatory(house)
    made = make.application(institution=house, operator=operator, complete=True, stage=Stage.DRAFT)
    scheme = scorecards.scheme_of(made)
    with transaction() as session:
        made.report = {one.key: "写明情况与做法" * 5 for one in chapters(scheme.id)}
        made.answers = [one for one in made.answers if one.item_id != "T2"]
        for place, request in scheme.evidence_requests(house.type):
            for n in range(0 if place.id == "T2" else request.least):
                file = File(sha256=f"{place.id}{request.id}{n}".encode().hex()[:64].ljust(64, "0"), size=9, preview="none",
                            mime="application/pdf", kind="pdf", name=f"材料{place.id}.pdf", store="disk", pages=1,
                            institution_id=house.id, uploaded_at=clock.now())
                session.add(Evidence(application_id=made.id, item_id=place.id, request_id=request.id, file=file,
                                     bound_by_id=operator.id, bound_at=clock.now()))
    return made.id, operator, head


def photos_of(number: int) -> str:
    """The zone for item T2's photos."""
    scheme = scorecards.scheme_of(db.session.get_one(Application, number))
    return f"form[data-upload][action$='/T2/{scheme.item('T2').evidence[2].id}']"


def test_an_upload_survives_a_lost_connection_and_a_reload(case: Case, open_page: Callable[..., Page]) -> None:
    number, operator, _head = case
    page, form = open_page(operator), photos_of(number)
    page.goto(f"/apply/{number}/items/T2")
    page.wait_for_selector("html[data-ready]", state="attached")
    data = noise(2600)
    held: list[Route] = []

    def cut(route: Route) -> None:
        """Let two pieces pass, then take the line away."""
        held.append(route)
        if len(held) == 3:
            page.context.set_offline(True)
        route.continue_() if len(held) < 3 else route.abort("internetdisconnected")

    page.route("**/uploads/*", lambda route: cut(route) if route.request.method == "PATCH" else route.continue_())
    page.evaluate(DROP, [f"{form} [data-drop]", "水表.png", base64.b64encode(data).decode()])
    tile = page.locator(f"{form} [data-upload-tiles] > li")
    expect(tile).to_contain_text("已传部分已保留")
    page.unroute_all(behavior="ignoreErrors")
    page.context.set_offline(False)
    page.reload()
    # without a word of anybody it goes on from where it was
    expect(page.locator(f"{form} [data-upload-tiles] .tag-done")).to_have_count(1, timeout=40_000)
    expect(page.locator(f"{form} [data-upload-tiles] .evi-name")).to_contain_text("水表.png")
    db.session.rollback()
    kept = [one.file for one in db.session.query(Evidence).filter_by(application_id=number, item_id="T2")]
    assert [(one.name, one.size) for one in kept] == [("水表.png", len(data))]
    page.reload()
    expect(page.locator("[data-unfinished]")).to_have_count(0)


def test_an_upload_says_what_is_away_and_goes_on_by_itself(case: Case, open_page: Callable[..., Page]) -> None:
    number, operator, _head = case
    page, form = open_page(operator), photos_of(number)
    page.goto(f"/apply/{number}/items/T2")
    page.wait_for_selector("html[data-ready]", state="attached")
    full = {"error": "服务器空间不足", "message": "服务器磁盘已满，腾出空间后继续。"}
    page.route("**/uploads/*", lambda route: route.fulfill(status=507, json=full) if route.request.method == "PATCH" else route.continue_())
    page.locator(f"{form} input[type=file]").set_input_files([{"name": "表.png", "mimeType": "image/png", "buffer": noise(300)}])
    expect(page.locator(f"{form} [data-upload-tiles] > li")).to_contain_text("服务器磁盘已满")
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator(f"{form} [data-upload-tiles] .tag-done")).to_have_count(1, timeout=40_000)


def test_of_two_answers_that_cross_the_newer_one_stays(case: Case, open_page: Callable[..., Page]) -> None:
    number, operator, _head = case
    page, form = open_page(operator), photos_of(number)
    page.goto(f"/apply/{number}/items/T2")
    page.wait_for_selector("html[data-ready]", state="attached")
    held: list[tuple[Route, APIResponse]] = []

    def cross(route: Route) -> None:
        """The first answer is kept back until the second one has been given."""
        held.append((route, route.fetch()))
        if len(held) == 2:
            for route, answer in reversed(held):
                route.fulfill(response=answer)

    page.route("**/finish", cross)
    page.locator(f"{form} input[type=file]").set_input_files(
        [{"name": f"表{n}.png", "mimeType": "image/png", "buffer": noise(40 + n)} for n in range(2)])
    expect(page.locator(f"{form} [data-upload-tiles] .tag-done")).to_have_count(2)
    first, second = (answer.json() for _route, answer in held)
    name = next(one for one in first["parts"] if one.startswith("ask-"))
    assert first["version"] < second["version"] and first["parts"][name] != second["parts"][name]
    shown = page.locator(f"[data-part='{name}']").inner_text()
    page.reload()
    expect(page.locator(f"[data-part='{name}']")).to_have_text(shown)


def tab_to(page: Page, there: Locator, *, most: int = 120) -> None:
    """Press Tab until this has the focus."""
    for _ in range(most):
        if there.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {there}")


def test_an_item_is_filled_in_and_handed_in_by_keyboard_alone(case: Case, open_page: Callable[..., Page]) -> None:
    number, operator, head = case
    page = open_page(operator)
    page.on("filechooser", lambda _chooser: None)   # caught from here on: switched on for each press, it can come too late
    page.goto(f"/apply/{number}")
    tab_to(page, page.locator(f"main a[href='/apply/{number}/items/T2']").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/T2*")
    page.wait_for_selector("html[data-ready]", state="attached")
    for name, text in (("count_saving", "409"), ("count_total", "412")):
        tab_to(page, page.locator(f"main [name='{name}']"))
        page.keyboard.type(text)
    expect(page.locator("[data-autosave-state]").first).to_contain_text("自动保存")
    expect(page.locator("[data-part=explained]")).to_contain_text("99.27%")
    for form in page.locator("form[data-upload]").all():
        accepted = form.get_attribute("data-accept") or ""
        least = 2 if "jpg" in accepted and ".pdf" not in accepted else 1
        files = [{"name": f"附{n}.png" if "png" in accepted else "附.pdf", "mimeType": "image/png",
                  "buffer": noise(40 + n)} for n in range(least)]
        if "png" not in accepted:
            kinds = ("pdf",) if ".pdf" in accepted else ("sheet",)
            data, name = fitting(kinds, "list")
            files = [{"name": name, "mimeType": "application/octet-stream", "buffer": data}]
        field = form.locator("input[type=file]")
        tab_to(page, field)
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(files)
        expect(form.locator("[data-upload-tiles] .tag-done")).to_have_count(len(files))
    expect(page.locator("[data-part=status]")).to_contain_text("已完成")
    tab_to(page, page.locator("button[name=go][value=next]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/T3*")
    sign(open_page(head), number)
    page.goto(f"/apply/{number}/check")
    tab_to(page, page.locator(f"form[action$='/{number}/hand-in'] button"), most=200)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/apply/{number}")
    db.session.rollback()
    assert db.session.get_one(Application, number, populate_existing=True).stage == Stage.RECOMMENDING


def sign(page: Page, number: int) -> None:
    """The head reads, ticks and signs, by keyboard too."""
    page.goto(f"/apply/{number}/check")
    tab_to(page, page.locator("#agreed"), most=200)
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/apply/{number}")
    expect(page.locator("main")).to_contain_text("已签署")
