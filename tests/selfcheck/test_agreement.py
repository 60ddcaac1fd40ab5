"""The command, the interface and the page give the same totals; whatever is sent, nothing breaks."""

import json
import re
from typing import Any

from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import editions
from portal.cli import main
from portal.domain.formulas import FORMULAS
from portal.domain.indicators import AVERAGES_UNITS, STATISTICS_UNITS
from portal.domain.scheme import InstitutionType, Item
from portal.web.limits import limiter
from tests.selfcheck.sheets import ADDRESS, WATER, typed

quiet = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
many = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
figures = st.decimals(0, 10**6, places=2).map(str)


def answers(item: Item) -> st.SearchStrategy[dict[str, Any]]:
    """Answers that the page can give: counts, or points, or not applicable."""
    formula = FORMULAS.get(item.formula or "")
    if formula is None:
        own = st.integers(0, int(item.points / item.step)).map(lambda n: {"points": str(n * item.step)})
    elif formula.counts:
        wholes = {whole for _part, whole in formula.part_of}
        own = st.fixed_dictionaries({name: st.integers(100, 900) if name in wholes else st.integers(0, 100)
                                     for name in formula.counts}).map(lambda counts: {"counts": counts})
    else:
        own = st.just({})
    return st.one_of(own, st.just({"na": True})) if item.not_applicable else own


@st.composite
def sheets(draw: Any) -> tuple[str, dict[str, Any]]:
    """An edition and an incomplete but valid input."""
    scheme = draw(st.sampled_from(editions.every()))
    kind = draw(st.sampled_from(list(InstitutionType)))
    items = draw(st.lists(st.sampled_from(scheme.items(kind)), unique_by=lambda item: item.id))
    statistics = draw(st.dictionaries(st.sampled_from(list(STATISTICS_UNITS)), figures))
    statistics.pop("nonconventional_water_m3", None)
    met = draw(st.dictionaries(st.sampled_from([one.id for one in scheme.prerequisites]), st.booleans()))
    return scheme.edition, {
        "institution": {"type": kind.value, "holds_water_certificate": draw(st.booleans())},
        "statistics": statistics, "averages": draw(st.dictionaries(st.sampled_from(list(AVERAGES_UNITS)), figures)),
        "answers": {item.id: draw(answers(item)) for item in items} | {id: {"met": said} for id, said in met.items()}}


@given(sheets())
@quiet
def test_three_ways_one_score(app: Flask, tmp_path_factory: Any, sheet: tuple[str, dict[str, Any]]) -> None:
    edition, given = sheet
    client = app.test_client()
    limiter.reset()
    answered = client.post(f"/api/v1/editions/{edition}/score", json=given)
    assert answered.status_code == 200, answered.text
    file = tmp_path_factory.getbasetemp() / "sheet.json"
    file.write_text(json.dumps(given), "utf-8")
    told = CliRunner().invoke(main, ["score", edition, str(file)])
    assert told.exit_code == 0 and json.loads(told.output) == answered.get_json()
    form = typed(given)
    live = client.post(f"/self-check/{edition}", data=form, headers={"Accept": "application/json"}).get_json()
    assert live["errors"] == {} and re.findall(r"[\d.]+", live["said"])[0] == answered.get_json()["total"]
    page = client.post(f"/self-check/{edition}", data=form)
    assert page.status_code == 200 and f'<span class="fig-n num">{answered.get_json()["total"]}</span>' in page.text
    kept = client.post(f"/self-check/{edition}", data=form | {"download": "1"})
    again = client.post(f"/api/v1/editions/{edition}/score", data=kept.data, content_type="application/json").get_json()
    assert (again["total"], again["passed"]) == (answered.get_json()["total"], answered.get_json()["passed"])


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["1e999", "NaN", "\ud800", "school"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["institution", "type", "statistics", "averages", "answers", "T1", "T5", "P1", "G1", "counts", "points", "na",
                         "met", "water_m3", "total", "saving", "\udfff", ""]), inner, max_size=5), max_leaves=25)


@given(junk)
@many
def test_no_json_breaks_the_interface(app: Flask, value: Any) -> None:
    limiter.reset()
    answer = app.test_client().post(ADDRESS, data=json.dumps(value), content_type="application/json")
    assert answer.status_code in {200, 422} and answer.is_json
    if answer.status_code == 422:
        assert all(set(one) == {"path", "message"} and one["message"] for one in answer.get_json()["errors"])


@given(st.data())
@many
def test_one_part_of_a_good_sheet_turned_to_junk_is_scored_or_named(app: Flask, data: Any) -> None:
    """One leaf or branch is replaced; when refused, every path named leads to that place or to what depends on it."""
    limiter.reset()
    sheet = json.loads(json.dumps(WATER))
    place, path = sheet, []
    while isinstance(place, dict) and place and (not path or data.draw(st.booleans())):
        holder, key = place, data.draw(st.sampled_from(sorted(place)))
        place = place[key]
        path.append(key)
    holder[key] = data.draw(junk)
    answer = app.test_client().post(ADDRESS, data=json.dumps(sheet), content_type="application/json")
    assert answer.status_code in {200, 422}
    for one in answer.get_json().get("errors", []):
        assert one["path"].startswith(path[0])


@given(st.binary(max_size=60))
@many
def test_no_bytes_break_the_interface(app: Flask, body: bytes) -> None:
    limiter.reset()
    answer = app.test_client().post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code in {200, 400, 422} and answer.is_json


@given(st.dictionaries(
    st.sampled_from(["institution.type", "institution.holds_water_certificate", "averages.of", "averages.m3_per_person", "statistics.water_m3",
                     "statistics.water_headcount", "statistics.nonconventional_water_m3", "answers.P1.met", "answers.T1.counts.unit_total",
                     "answers.T1.counts.unit_metered", "answers.T2.counts.total", "answers.T2.counts.saving", "answers.T5.na",
                     "answers.T5.counts.makeup", "answers.G1.points", "answers.G1.steps", "answers.G2.steps", "x", "download"]),
    st.text(max_size=12) | st.decimals(allow_nan=True).map(str) | st.sampled_from(["school", "yes", "0", "-1", "９９", "1e400", "9" * 5000])),
    st.sampled_from(["water-saving-2013", "national-2017"]))
@many
def test_no_form_breaks_the_page(app: Flask, form: dict[str, str], edition: str) -> None:
    limiter.reset()
    for headers in ({}, {"Accept": "application/json"}):
        assert app.test_client().post(f"/self-check/{edition}", data=form, headers=headers).status_code in {200, 422}
