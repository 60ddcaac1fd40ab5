"""The self-check page: a plain form that keeps what was typed, explains the score, names what is wrong and stores nothing."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from portal import editions
from tests.make import Make
from tests.selfcheck.sheets import WATER, changed, typed

WATER_PAGE = "/self-check/water-saving-2013"


def read(answer) -> html.HtmlElement:  # type: ignore[no-untyped-def]
    return html.fromstring(answer.text)


def test_the_list_leads_to_every_edition_and_the_masthead_to_the_list(client: FlaskClient) -> None:
    page = read(client.get("/self-check"))
    links = {one.get("href") for one in page.iter("a")}
    for scheme in editions.every():
        assert f"/self-check/{scheme.edition}" in links
        assert client.get(f"/self-check/{scheme.edition}").status_code == 200
    assert client.get("/self-check/nothing").status_code == 404
    assert page.xpath('//nav[@class="nav"]//a[@href="/self-check" and @aria-current="page"]')


def test_an_empty_sheet_says_that_nothing_is_stored_and_fills_in_the_averages(client: FlaskClient) -> None:
    answer = client.get(WATER_PAGE + "?type=school")
    page = read(answer)
    assert "不保存任何数据" in answer.text and "尚未填写" in answer.text
    assert page.get_element_by_id("averages.m3_per_person").value == "43.38"
    assert "statistics.electricity_kwh" not in answer.text  # water asks for water only
    assert "statistics.electricity_kwh" in client.get("/self-check/national-2013").text


def test_what_was_also_published_for_a_type_is_told(client: FlaskClient) -> None:
    offices = client.get("/self-check/national-2013?type=government").text
    assert "省级以上机关" in offices and "市级以下机关：11.02 kgce/m²、397.34 kgce/人、69.99 m³/人" in offices
    assert "市级以下机关：69.99 m³/人" in client.get(WATER_PAGE).text and "市级以下" not in client.get(WATER_PAGE + "?type=school").text


def test_every_field_has_a_label_a_unit_and_its_path_as_its_name(client: FlaskClient) -> None:
    for edition in editions.every():
        page = read(client.get(f"/self-check/{edition.edition}"))
        labelled = {one.get("for") for one in page.iter("label")}
        fields = page.xpath('//form[@id="sheet"]//input[@inputmode="decimal"]')
        assert len(fields) > 10
        for one in fields:
            assert one.get("id") == one.name and one.name in labelled
            assert one.getnext().text.strip() and all(page.get_element_by_id(id) is not None for id in one.get("aria-describedby").split())


def test_a_sheet_without_scripts_shows_score_reasons_and_what_is_missing(client: FlaskClient) -> None:
    answer = client.post(WATER_PAGE, data=typed(WATER))
    page = read(answer)
    assert answer.status_code == 200 and "83.70" in answer.text
    result = page.get_element_by_id("result")
    said = result.text_content()
    assert "总分 83.70 低于合格线 90.00" in said and "G6" in said and result.xpath('.//a[@href="#item-G6"]')
    assert page.get_element_by_id("statistics.water_m3").value == "26400"
    assert page.xpath('//input[@name="answers.T5.na"]')[0].checked and page.get_element_by_id("answers.G1.points").value == "11"
    fixtures = page.get_element_by_id("item-T2").text_content()
    assert "99.27%" in fixtures and "节水型器具数 ÷ 用水器具总数" in fixtures and "409 件" in fixtures
    assert page.xpath('//article[@id="item-T2"]//li[@aria-current="true"]/b')[0].text == "6"


def test_what_is_wrong_is_named_on_top_and_at_its_field_and_is_left_out_of_the_score(client: FlaskClient) -> None:
    form = typed(changed(T2={"counts": {"saving": 500, "total": 412}})) | {"statistics.water_headcount": "abc", "answers.G1.points": "99",
                                                                         "answers.G2.points": "1.3", "statistics.water_m3": "-5"}
    answer = client.post(WATER_PAGE, data=form)
    page = read(answer)
    assert answer.status_code == 422
    links = [one.get("href") for one in page.xpath('//div[@class="errors"]//a')]
    assert links == ["#statistics.water_m3", "#statistics.water_headcount", "#answers.T2.counts.saving", "#answers.G1.points",
                     "#answers.G2.points"]
    for link in links:
        field = page.get_element_by_id(link[1:])
        assert field.get("aria-invalid") == "true" and field.value
        assert page.get_element_by_id(field.get("aria-describedby").split()[-1]).text_content().strip()
    assert "不能大于“用水器具总数”（412）" in answer.text and page.get_element_by_id("statistics.water_headcount").value == "abc"
    # T1 8, T4 8, G3 11, G4 9, G5 9: 45 of 92
    assert "48.91" in answer.text and "有 5 处数据待更正" in answer.text


def test_figures_are_read_as_people_type_them(client: FlaskClient) -> None:
    answer = client.post(WATER_PAGE, data=typed(WATER) | {"statistics.water_m3": "２６，４００", "statistics.water_headcount": "1 200"})
    assert answer.status_code == 200 and "83.70" in answer.text


def test_the_rubric_can_be_ticked_and_points_typed_go_before(client: FlaskClient) -> None:
    form = typed(changed(G1=None, G2=None))
    # 3 + 2 + 2 of G1; of the levels of G2 only the best counts: 5 + 2
    form |= {"answers.G1.steps": ["0", "1", "2", "99", "x"], "answers.G2.steps": ["0", "1", "3"]}
    page = read(client.post(WATER_PAGE, data=form))
    points = [page.xpath(f'//article[@id="item-{id}"]//span[@class="sc-pts"]')[0].text_content().split("/")[0].strip() for id in ("G1", "G2")]
    assert points == ["7", "7"] and len(page.xpath('//article[@id="item-G1"]//input[@checked]')) == 3
    page = read(client.post(WATER_PAGE, data=form | {"answers.G1.points": "12.5"}))
    assert page.xpath('//article[@id="item-G1"]//span[@class="sc-pts"]')[0].text_content().startswith("12.5")


def test_another_type_brings_its_averages_and_its_sections_but_never_overwrites_what_was_typed(client: FlaskClient) -> None:
    form = {"institution.type": "hospital", "averages.of": "school", "averages.m3_per_person": "43.38"}
    assert read(client.post(WATER_PAGE, data=form)).get_element_by_id("averages.m3_per_person").value == "55.87"
    form["averages.m3_per_person"] = "40"
    assert read(client.post(WATER_PAGE, data=form)).get_element_by_id("averages.m3_per_person").value == "40"
    page = read(client.post("/self-check/national-2017", data={"institution.type": "hospital"}))
    hidden = {one.get("id") for one in page.xpath('//section[@hidden]')}
    assert hidden == {"section-feature-government", "section-feature-school", "section-feature-venue"}


def test_a_no_to_a_condition_and_a_star_at_zero_are_reasons(client: FlaskClient) -> None:
    form = typed(changed(P2={"met": False}, T2={"counts": {"saving": 1, "total": 2}}, G6={"points": 5}))
    said = read(client.post(WATER_PAGE, data=form)).get_element_by_id("result").text_content()
    assert "不符合申报基本条件 P2" in said and "带★项 T2" in said and "未达到合格标准" in said
    full = typed(changed(G6={"points": 5}, G1={"points": 13}, G3={"points": 14}))  # 30 + 13 + 7 + 14 + 9 + 9 + 5 = 87 of 92
    said = read(client.post(WATER_PAGE, data=full)).get_element_by_id("result").text_content()
    assert said.strip().startswith("达到合格标准") and "不合格的原因" not in said


def test_the_pieces_for_the_script_are_those_of_the_page(client: FlaskClient) -> None:
    form = typed(changed(T2={"counts": {"saving": 500, "total": 412}}))
    live = client.post(WATER_PAGE, data=form, headers={"Accept": "application/json"})
    found, page = live.get_json(), client.post(WATER_PAGE, data=form).text
    assert live.status_code == 200 and set(found["errors"]) == {"answers.T2.counts.saving"}
    places = {one.get("data-place") for one in html.fromstring(page).xpath("//*[@data-place]")}
    assert places == set(found["places"])

    def plain(text: str) -> str:
        return re.sub(r"\s+", "", text)

    for piece in found["places"].values():
        assert plain(piece) in plain(page)


def test_the_figures_leave_as_the_interface_s_input(client: FlaskClient) -> None:
    kept = client.post(WATER_PAGE, data=typed(WATER) | {"download": "1"})
    assert kept.mimetype == "application/json" and "self-check-water-saving-2013.json" in kept.headers["Content-Disposition"]
    assert kept.get_json()["statistics"] == {"water_m3": "26400", "nonconventional_water_m3": "0", "water_headcount": "1200"}
    assert kept.get_json()["answers"]["T2"] == {"counts": {"saving": "409", "total": "412"}}
    wrong = client.post(WATER_PAGE, data=typed(WATER) | {"download": "1", "statistics.water_m3": "abc"})
    assert wrong.status_code == 422 and wrong.mimetype == "text/html"


def test_a_file_that_was_downloaded_fills_the_sheet_again(client: FlaskClient) -> None:
    kept = client.post(WATER_PAGE, data=typed(WATER) | {"download": "1"}).data
    answer = client.post(WATER_PAGE, data={"kept": (io.BytesIO(kept), "figures.json")})
    page = read(answer)
    assert answer.status_code == 200 and "83.70" in answer.text and page.get_element_by_id("answers.T2.counts.saving").value == "409"
    assert page.xpath('//input[@name="answers.P2.met" and @value="yes"]')[0].checked
    for wrong in (b"", b"{", b"[]", b'{"answers": 3}', b"\x89PNG", b"[" * 30000):
        answer = client.post(WATER_PAGE, data={"kept": (io.BytesIO(wrong), "figures.json")})
        assert answer.status_code == 422 and "#kept" in answer.text
    odd = b'{"institution": {"type": [1]}, "statistics": {"water_m3": {"a": 1}, "x": "\\ud800"}, "answers": {"T1": true}}'
    deep = b'{"institution": ' + b'{"a": ' * 900 + b"1" + b"}" * 901
    for file in (odd, deep):
        assert client.post(WATER_PAGE, data={"kept": (io.BytesIO(file), "figures.json")}).status_code in {200, 422}


def test_nothing_is_stored_and_no_cookie_is_set(app: Flask, make: Make, count_queries) -> None:  # type: ignore[no-untyped-def]
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        with count_queries() as seen:
            client = app.test_client()
            answers = [client.get("/self-check"), client.get(WATER_PAGE), client.post(WATER_PAGE, data=typed(WATER)), client.get("/api")]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert [one.status_code for one in answers] == [200] * 4
    assert not seen and not any("Set-Cookie" in one.headers for one in answers)
    assert answers[2].headers["Cache-Control"] == "no-store"


def test_too_large_a_form_is_refused(client: FlaskClient) -> None:
    assert client.post(WATER_PAGE, data={"x": "a" * 70000}).status_code == 413


def test_the_page_speaks_english_too(client: FlaskClient) -> None:
    answer = client.post(WATER_PAGE + "?language=en", data=typed(WATER))
    assert "Nothing is stored" in answer.text and "Would not pass yet" in answer.text
    words = html.fromstring(answer.text).get_element_by_id("result").text_content()
    assert not re.search("[一-鿿]", words)
