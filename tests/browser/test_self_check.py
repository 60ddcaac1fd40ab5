"""The self-check while somebody types: the score follows, mistakes appear where they were made, nothing stays behind."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_the_score_follows_what_is_typed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/self-check/water-saving-2013")
    said = page.locator("[data-said]")
    page.fill('[name="answers.T2.counts.total"]', "412")
    page.fill('[name="answers.T2.counts.saving"]', "409")
    expect(page.locator("#item-T2 .bands .hit b")).to_have_text("6")
    expect(page.locator('[data-place="panel"] .fig-n')).to_have_text("6.00")
    page.check('[name="answers.T5.na"]')
    expect(page.locator('[name="answers.T5.counts.makeup"]')).to_be_hidden()
    expect(said).to_contain_text("6.32")  # 6 ÷ 95

    page.fill('[name="answers.T2.counts.saving"]', "500")
    wrong = page.locator('[name="answers.T2.counts.saving"]')
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[id="answers.T2.counts.saving-error"]')).to_contain_text("412")
    expect(wrong).to_be_focused()
    page.fill('[name="answers.T2.counts.saving"]', "412")
    expect(page.locator('[id="answers.T2.counts.saving-error"]')).to_be_hidden()
    expect(said).to_contain_text("8.42")  # 8 ÷ 95

    assert page.context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_another_type_shows_its_own_section_and_averages(open_page: Callable[..., Page]) -> None:
    page = open_page(width=390, height=844, dark=True)
    page.goto("/self-check/national-2017")
    expect(page.locator("#section-feature-government")).to_be_visible()
    page.select_option('[name="institution.type"]', "hospital")
    expect(page.locator("#section-feature-hospital")).to_be_visible()
    expect(page.locator("#section-feature-government")).to_be_hidden()
    expect(page.locator('[name="averages.kgce_per_m2"]')).to_have_value("15.88")
    page.fill('[name="answers.7-H1.points"]', "3")
    expect(page.locator('[data-place="bar"] .sc-total')).to_have_text("3.00")
    with page.expect_download() as kept:
        page.click('button[name="download"]')
    assert kept.value.suggested_filename == "self-check-national-2017.json"


def test_without_a_connection_the_page_says_that_the_score_is_old(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/self-check/water-saving-2013")
    page.context.set_offline(True)
    page.fill('[name="answers.G1.points"]', "13")
    expect(page.locator("[data-said]")).to_contain_text("网络中断")
    page.context.set_offline(False)
    page.fill('[name="answers.G1.points"]', "12")
    expect(page.locator("[data-said]")).to_contain_text("12.00")
