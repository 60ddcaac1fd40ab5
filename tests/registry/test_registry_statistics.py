"""The statistics sheet: every wrong cell named, figures out of line explained, nothing overwritten, nobody else's changed."""

import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from portal.clock import today
from portal.db import db
from portal.domain.refusal import ChangedMeanwhile
from portal.domain.workflow import Role
from portal.models.event import Event
from portal.models.institution import Institution
from portal.models.person import Person
from portal.models.statistics import YearlyStatistics
from portal.registry import actions, forms, queries, workbook
from tests.make import Make

Enter = Callable[[Person], FlaskClient]


def sheet_of(house: Institution) -> dict[str, Any]:
    """The stored sheet as the form sends it."""
    wanted = queries.years(today().year - 1)
    return forms.as_fields(forms.stored_sheet(wanted, queries.statistics(house, wanted)))


def row_of(house: Institution, year: int) -> YearlyStatistics:
    """The stored year."""
    db.session.expire_all()
    return db.session.scalars(select(YearlyStatistics).where(
        YearlyStatistics.institution_id == house.id, YearlyStatistics.year == year)).one()


def test_saving_changes_what_was_typed_and_records_it(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client = as_(make.applicant(house))
    data = sheet_of(house) | {f"q-{year}-water_m3": "１１，５００", f"c-{year}-water_m3": "46000.50"}
    assert client.post(f"/registry/statistics?year={year}", data=data).status_code == 303
    row = row_of(house, year)
    assert row.water_m3 == Decimal(11500) and row.costs == {"water_m3": "46000.5"}
    event = db.session.scalars(select(Event).where(Event.action == "reported-statistics")).one()
    assert event.detail == {"institution": house.id, "years": [year]}
    assert client.post(f"/registry/statistics?year={year}", data=sheet_of(house)).status_code == 303
    assert len(db.session.scalars(select(Event).where(Event.action == "reported-statistics")).all()) == 1


@pytest.mark.parametrize(("cell", "text", "said"), [
    ("q-{}-water_m3", "many", "不是数字"), ("q-{}-water_m3", "-3", "不能为负"), ("q-{}-water_m3", "", "大于 0"),
    ("q-{}-headcount", "0", "大于 0"), ("q-{}-electricity_kwh", "1e9", "不是数字"),
    ("q-{}-nonconventional_water_m3", "99999", "用水总量"), ("c-{}-raw_coal_kg", "12", "消费量"),
    ("q-{}-floor_area_m2", "1.23456", "小数"),
])
def test_every_wrong_cell_is_named_and_kept(make: Make, as_: Enter, cell: str, text: str, said: str) -> None:
    house, year = make.institution(), today().year - 1
    before = sheet_of(house)
    page = as_(make.applicant(house)).post(
        f"/registry/statistics?year={year}", data=before | {cell.format(year): text})
    assert page.status_code == 422 and said in page.text
    assert f'href="#{cell.format(year).replace("c-", "q-")}"' in page.text
    assert not text or f'value="{text}"' in page.text
    assert sheet_of(house) == before


def test_all_errors_are_told_at_once(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    page = as_(make.applicant(house)).post(f"/registry/statistics?year={year}", data=sheet_of(house) | {
        f"q-{year}-water_m3": "x", f"q-{year - 1}-headcount": "", f"q-{year - 2}-lpg_kg": "-1"})
    assert page.text.count('aria-invalid="true"') == 3


def test_a_figure_out_of_line_is_warned_about_and_explained(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client = as_(make.applicant(house))
    client.post(f"/registry/statistics?year={year}", data=sheet_of(house) | {f"q-{year}-water_m3": "19000"})
    assert "数据提示" in client.get("/registry/statistics").text
    client.post(f"/registry/statistics?year={year}",
                data=sheet_of(house) | {f"why-{year}-change:water_m3": "新建食堂投用"})
    assert row_of(house, year).acknowledged == {"change:water_m3": "新建食堂投用"}
    officer = as_(make.person(Role.OFFICER))
    assert "新建食堂投用" in officer.get(f"/registry/institutions/{house.id}").text


def test_two_windows_notice_each_other(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client, old = as_(make.applicant(house)), sheet_of(house)
    client.post(f"/registry/statistics?year={year}", data=old | {f"q-{year}-water_m3": "11000"})
    late = client.post(f"/registry/statistics?year={year}", data=old | {f"q-{year}-water_m3": "13000"})
    assert late.status_code == 409 and 'value="13000"' in late.text
    assert row_of(house, year).water_m3 == Decimal(11000)
    with pytest.raises(ChangedMeanwhile):
        actions.save_statistics(house, forms.typed_sheet(queries.years(year), old | {f"q-{year}-water_m3": "9"}, [year]),
                                by=make.applicant(house))


def test_only_the_operator_changes_anything(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    head, other = as_(make.signatory(house)), make.applicant(make.institution())
    assert head.get("/registry/statistics").status_code == 200
    assert head.post(f"/registry/statistics?year={year}",
                     data=sheet_of(house) | {f"q-{year}-water_m3": "1"}).status_code == 403
    facts = {"short_name": "新", "address": "路", "headcount": "3", "floor_area_m2": "5"}
    assert head.post("/registry/institution", data=facts).status_code == 403
    with pytest.raises(actions.NotYours):
        actions.change_institution(house, {"short_name": "x"}, by=other)
    assert as_(make.person(Role.EXPERT)).get("/registry/statistics").status_code == 403


def test_the_facts_of_the_institution(make: Make, as_: Enter) -> None:
    house = make.institution()
    client = as_(make.applicant(house))
    wrong = client.post("/registry/institution", data={
        "short_name": "", "address": "路", "postcode": "12", "headcount": "0", "floor_area_m2": "-1"})
    assert wrong.status_code == 422 and wrong.text.count('aria-invalid="true"') == 4
    assert client.post("/registry/institution", data={
        "short_name": "青禾", "address": "新路2号", "postcode": "401120", "headcount": "321",
        "floor_area_m2": "12,345.5"}).status_code == 303
    db.session.expire_all()
    assert (house.short_name, house.headcount, house.floor_area_m2) == ("青禾", 321, Decimal("12345.5"))


def test_a_spreadsheet_goes_out_and_comes_back(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client = as_(make.applicant(house))
    book = load_workbook(io.BytesIO(client.get("/registry/statistics.xlsx").data))
    page = book.worksheets[0]
    for row in page.iter_rows(min_row=2):
        if row[0].value == "water_m3":
            row[5].value = 10500
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    read = client.post(f"/registry/statistics/read?year={year}", data={"file": (out, "数据.xlsx")})
    assert read.status_code == 200 and 'value="10500"' in read.text
    assert row_of(house, year).water_m3 == Decimal(12000)  # nothing is stored before it was looked at


def test_cells_are_pasted_and_nonsense_is_told(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client = as_(make.applicant(house))
    text = f"项目\t{year - 1}年\t{year}\n用水总量\t11,000\t10,400\n电力\t190000\t\n"
    read = client.post("/registry/statistics/read", data={"pasted": text})
    assert 'value="11,000"' in read.text and 'value="190000"' in read.text and 'value="200000"' in read.text
    for wrong in ("", "无\t关\n", f"项目\t{year}\n别的\t5\n"):
        assert client.post("/registry/statistics/read", data={"pasted": wrong}).status_code == 303
    bad = client.post("/registry/statistics/read", data={"file": (io.BytesIO(b"PK\x03\x04nothing"), "x.xlsx")})
    assert bad.status_code == 303
    with pytest.raises(workbook.Unreadable):
        workbook.fields([["1999"]], (year,))


JSON = {"Accept": "application/json"}


def test_the_sheet_saves_itself_year_by_year(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client, before = as_(make.applicant(house)), sheet_of(house)
    url = f"/registry/statistics?year={year}"
    said = client.post(url, headers=JSON, data=before | {
        f"q-{year}-water_m3": "19000", f"q-{year - 1}-headcount": "", f"q-{year - 2}-lpg_kg": "viel"})
    assert said.status_code == 200 and "1 处" in said.json["unsaved"]
    assert set(said.json["cells"]) == {f"q-{year - 2}-lpg_kg"}  # an empty cell is not marked while one still types
    assert row_of(house, year).water_m3 == Decimal(19000) and row_of(house, year - 1).headcount == Decimal(500)
    assert said.json["parts"]["outliers"] == "" and "人均" in said.json["parts"]["indicators"]  # nothing sound to compare
    done = client.post(url, headers=JSON, data=before | said.json["hidden"] | {f"q-{year}-water_m3": "19500"})
    assert done.status_code == 200 and done.json["unsaved"] == "" and row_of(house, year).water_m3 == Decimal(19500)
    assert "数据提示" in done.json["parts"]["outliers"]


def test_two_windows_of_the_sheet_choose(make: Make, as_: Enter) -> None:
    house, year = make.institution(), today().year - 1
    client, old = as_(make.applicant(house)), sheet_of(house)
    url = f"/registry/statistics?year={year}"
    client.post(url, headers=JSON, data=old | {f"q-{year}-water_m3": "11000"})
    late = client.post(url, headers=JSON, data=old | {f"q-{year}-water_m3": "13000"})
    assert late.status_code == 409 and late.json["message"] and row_of(house, year).water_m3 == Decimal(11000)
    mine = client.post(url, headers=JSON, data=old | late.json["hidden"] | {f"q-{year}-water_m3": "13000"})
    assert mine.status_code == 200 and row_of(house, year).water_m3 == Decimal(13000)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_compared_before_it_is_taken_over(make: Make, as_: Enter, encoding: str, mark: str) -> None:
    house, year = make.institution(), today().year - 1
    client = as_(make.applicant(house))
    rows = [["项目", f"{year - 1}年", str(year)], ["用水总量", "12000", "10400"], ["电力", "19x", "210000"], ["风能", "1", "2"]]
    data = "\n".join(mark.join(row) for row in rows).encode(encoding)
    page = client.post(f"/registry/statistics/read?year={year}", data={"file": (io.BytesIO(data), "数据.csv")}).text
    assert "第 3 行 B 列" in page and "19x" in page and "风能" in page and 'value="10400"' in page
    assert row_of(house, year).water_m3 == Decimal(12000)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert client.post(f"/registry/statistics?year={year}", data=hidden).status_code == 303
    row = row_of(house, year)
    assert (row.water_m3, row.electricity_kwh) == (Decimal(10400), Decimal(210000))
    assert row_of(house, year - 1).electricity_kwh == Decimal(200000)


def test_a_file_that_is_no_table_is_told(make: Make, as_: Enter) -> None:
    client = as_(make.applicant(make.institution()))
    for data in (b"", b"\x00\x01" * 50, b"\xff\xfe\xff", b"x" * (1024 * 1024 + 1)):
        answer = client.post("/registry/statistics/read", data={"file": (io.BytesIO(data), "x.csv")})
        answer.request.environ["wsgi.input"].close()   # a large body is a file of the test's own
        assert answer.status_code == 303 and "CSV" in client.get("/registry/statistics").text


def test_the_registrys_own_pages_ask_little(make: Make, as_: Enter, count_queries) -> None:
    client = as_(make.applicant(make.institution()))
    for path in ("/registry/statistics", "/registry/institution"):
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 15, path


def test_the_bureau_looks_up_institutions(make: Make, as_: Enter, count_queries) -> None:
    name = "重庆市渝北区青禾中学校"
    first = make.institution(name=name)
    client = as_(make.person(Role.OFFICER))
    with count_queries() as few:
        assert name in client.get("/registry/?q=青禾").text
    for _n in range(12):
        make.institution(division="500101")
    with count_queries() as many:
        text = client.get("/registry/?division=500101").text
    assert len(many) == len(few) <= 12 and name not in text
    assert client.get(f"/registry/institutions/{first.id}").status_code == 200
    assert client.get("/registry/institutions/99999").status_code == 404
    assert as_(make.applicant(first)).get(f"/registry/institutions/{first.id}").status_code == 403
    assert as_(make.applicant(first)).get("/registry/").status_code == 302
