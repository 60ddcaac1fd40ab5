"""The interface for machines keeps its contract, refuses by path, keeps and sets nothing, and is described as it is."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from portal import editions
from portal import settings as settings_module
from portal.app import create_app
from portal.selfcheck.reading import operations
from tests.make import Make
from tests.selfcheck.sheets import ADDRESS, WATER, changed


def conforms(document: dict, name: str, value: object) -> None:
    """The value has the named shape of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema).validate(value)


@pytest.fixture
def document(client: FlaskClient) -> dict:
    return client.get("/api/v1/openapi.json").get_json()


def test_the_answer_is_the_contract_s(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, json=WATER)
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    found = answer.get_json()
    assert list(found) == ["edition", "items", "sections", "total", "max", "pass_mark", "passed", "reasons"]
    assert (found["edition"], found["total"], found["max"], found["pass_mark"], found["passed"]) == (
        "water-saving-2013", "83.70", "100.00", "90.00", False)
    assert [one["id"] for one in found["items"]] == ["T1", "T2", "T3", "T4", "T5", "T6", "G1", "G2", "G3", "G4", "G5", "G6"]
    states = {one["id"]: (one["points"], one["max"], one["state"]) for one in found["items"]}
    assert states["T2"] == ("6.00", "8.00", "computed") and states["T5"] == ("0.00", "5.00", "na")
    assert states["G1"] == ("11.00", "13.00", "scored") and states["G6"] == ("0.00", "5.00", "missing")
    assert found["sections"] == [{"id": "technical", "points": "30.00", "max": "32.00"},
                                 {"id": "management", "points": "47.00", "max": "60.00"}]
    assert any("83.70" in one for one in found["reasons"]) and any("G6" in one for one in found["reasons"])
    assert "99.27%" in found["items"][1]["explanation"]


def test_explanations_come_in_english_on_request(client: FlaskClient) -> None:
    found = client.post(ADDRESS + "?language=en", json=WATER).get_json()
    assert found["total"] == "83.70" and found["items"][1]["explanation"].startswith("Of these, water-saving fixtures 409")
    wrong = client.post(ADDRESS + "?language=en", json=changed(T1={"na": True})).get_json()
    assert wrong["errors"] == [{"path": "answers.T1.na", "message": "T1 must be scored"}]


def test_numbers_lose_nothing_on_the_way(client: FlaskClient) -> None:
    """A number of JSON is read as it is written: 0.1 + 0.2 never comes in."""
    body = json.dumps(WATER | {"statistics": {"water_m3": 1, "water_headcount": 3}, "averages": {"m3_per_person": 7}})
    exact = body.replace('"water_m3": 1', '"water_m3": 18.900000000000000000').replace('": 3}', '": 3.00000000000000000000}')
    above = body.replace('"water_m3": 1', '"water_m3": 18.900000000000000001').replace('": 3}', '": 3.00000000000000000000}')
    points = [client.post(ADDRESS, data=one, content_type="application/json").get_json()["items"][2]["points"]
              for one in (exact, above)]
    assert points == ["8.00", "6.00"]


def test_wrong_input_is_named_with_every_path(client: FlaskClient, document: dict) -> None:
    given = changed(T2={"counts": {"saving": 413, "total": 412}}, G1={"points": "14"}, T9={}, T1={"na": True})
    given |= {"statistics": {"water_m3": "many", "steam": 1}, "institution": {"type": "bank"}, "extra": 1}
    answer = client.post(ADDRESS, json=given)
    assert answer.status_code == 422
    assert {one["path"] for one in answer.get_json()["errors"]} == {
        "extra", "institution.type", "statistics.water_m3", "statistics.steam", "answers.T1.na", "answers.T2.counts.saving",
        "answers.G1.points", "answers.T9"}
    conforms(document, "Mistakes", answer.get_json())


@pytest.mark.parametrize("body", [
    '{"institution": {"type": "school"}, "statistics": {"water_m3": NaN}}',
    '{"institution": {"type": "school"}, "statistics": {"water_m3": Infinity}}',
    '{"institution": {"type": "school"}, "statistics": {"water_m3": -Infinity}}',
    '{"institution": {"type": "school"}, "statistics": {"water_m3": ' + "9" * 6000 + "}}",
    '{"institution": {"type": "school"}, "statistics": {"water_m3": 1e999999999999999999999}}',
    '{"institution": {"type": "school"}, "statistics": {"water_m3": true}}',
])
def test_numbers_that_are_none_are_refused_at_their_place(client: FlaskClient, body: str) -> None:
    answer = client.post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code == 422
    assert [one["path"] for one in answer.get_json()["errors"]] == ["statistics.water_m3"]


@pytest.mark.parametrize("body", [b"", b"{", b"{'a': 1}", b"\xff\xfe\x00", b"[" * 30000, b'{"a": 1} 2', b"\xed\xa0\x80"])
def test_what_is_no_json_is_a_bad_request(client: FlaskClient, document: dict, body: bytes) -> None:
    answer = client.post(ADDRESS, data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.mimetype == "application/json"
    conforms(document, "Problem", answer.get_json())


@pytest.mark.parametrize("body", ['{"a": ' * 900 + "1" + "}" * 900, "[" * 900 + "]" * 900, "[]", "null", "3", '"T1"', '{"\\ud800": 1}', '{"answers": {"\\udfff": {"\\ud800": 1}}}'])
def test_what_is_no_sheet_is_refused(client: FlaskClient, body: str) -> None:
    assert client.post(ADDRESS, data=body, content_type="application/json").status_code == 422


def test_other_refusals_are_json_too(client: FlaskClient, document: dict) -> None:
    unknown = client.post("/api/v1/editions/water-saving-1913/score", json=WATER)
    assert unknown.status_code == 404 and "water-saving-2013" in unknown.get_json()["editions"]
    conforms(document, "UnknownEdition", unknown.get_json())
    for mistaken in (client.post(ADDRESS, data=WATER["statistics"]), client.post(ADDRESS, data=json.dumps(WATER), content_type="text/plain"),
                     client.post(ADDRESS, data=json.dumps(WATER))):
        assert mistaken.status_code == 415 and mistaken.get_json()["message"]
    large = client.post(ADDRESS, data='{"x": "' + "a" * 70000 + '"}', content_type="application/json")
    assert large.status_code == 413 and large.get_json()["error"]
    assert client.get(ADDRESS).status_code == 405 and client.get(ADDRESS).is_json
    assert client.get("/api/v1/nothing").status_code == 404 and client.get("/api/v1/nothing").is_json
    assert client.post(ADDRESS, data=json.dumps(WATER), content_type="application/vnd.sheet+json").status_code == 200


def test_no_token_no_cookie_no_query_and_open_to_every_site(app: Flask, make: Make, count_queries) -> None:  # type: ignore[no-untyped-def]
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = app.test_client()
        with count_queries() as seen:
            answer = client.post(ADDRESS, json=WATER, headers={"Origin": "https://example.org"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers and not seen
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in answer.headers
    before = client.options(ADDRESS, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
    assert "POST" in before.headers["Access-Control-Allow-Methods"] and before.headers["Access-Control-Allow-Headers"] == "Content-Type"
    wrong = client.post(ADDRESS, json={})
    assert wrong.status_code == 422 and wrong.headers["Access-Control-Allow-Origin"] == "*"


def test_one_address_cannot_ask_without_end(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from portal.web.limits import limiter

    app = create_app(settings_module.read({}, data=tmp_path))
    client = app.test_client()
    try:
        codes = [client.post(ADDRESS, json={}).status_code for _ in range(601)]
        last = client.post(ADDRESS, json={})
    finally:
        limiter.reset()
    assert codes.count(422) == 600 and codes[-1] == 429
    assert last.is_json and last.headers["Retry-After"] == "60"


def test_the_document_is_valid_and_true(client: FlaskClient, document: dict, make: Make) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    conforms(document, "ScoreInput", WATER)
    conforms(document, "Score", client.post(ADDRESS, json=WATER).get_json())
    conforms(document, "Editions", client.get("/api/v1/editions").get_json())
    for one in editions.every():
        conforms(document, "Edition", client.get(f"/api/v1/editions/{one.edition}").get_json())
    conforms(document, "UnknownEdition", client.get("/api/v1/editions/x").get_json())
    conforms(document, "Units", client.get("/units.json").get_json())
    unknown = client.get("/verify/7K3M9QXA?format=json")
    assert unknown.status_code == 404 and unknown.get_json()["status"] == "unknown"
    conforms(document, "Verification", unknown.get_json())


def test_every_address_of_the_document_exists(app: Flask, document: dict) -> None:
    for path, methods in document["paths"].items():
        for method in methods:
            address = path.replace("{edition}", "national-2013").replace("{number}", "7K3M9QXA")
            assert app.url_map.bind("localhost").match(address, method=method.upper())


def test_the_document_s_example_is_what_is_answered(client: FlaskClient, document: dict) -> None:
    post = document["paths"]["/api/v1/editions/{edition}/score"]["post"]
    asked = post["requestBody"]["content"]["application/json"]["example"]
    assert client.post(ADDRESS, json=asked).get_json() == post["responses"]["200"]["content"]["application/json"]["example"]


def test_an_edition_says_what_is_asked(client: FlaskClient) -> None:
    found = client.get("/api/v1/editions/water-saving-2013").get_json()
    items = {one["id"]: one for part in found["sections"] for one in part["items"]}
    assert (items["T2"]["kind"], items["T2"]["max"], items["T2"]["star"], items["T2"]["provenance"]) == ("computed", "8.00", True, "solid")
    assert [one["key"] for one in items["T1"]["counts"]] == ["unit_metered", "unit_total", "sub_metered", "sub_total"]
    assert items["T5"]["not_applicable"] and items["G1"]["kind"] == "scored" and items["G6"]["provenance"] == "reconstructed"
    assert found["averages"]["school"]["m3_per_person"] == "43.38" and found["pass_mark"] == "90.00"


def test_the_page_shows_every_operation_with_a_command(client: FlaskClient, document: dict) -> None:
    page = client.get("/api")
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    shown = operations(document)
    assert len(shown) == sum(len(methods) for methods in document["paths"].values())
    for one in shown:
        assert f'id="{one.does["operationId"]}"' in page.text and one.command.startswith("curl 'http")
    score = next(one for one in shown if one.method == "POST")
    body = score.command.split("-d '", 1)[1].rstrip("'")
    assert client.post(ADDRESS, data=body, content_type="application/json").status_code == 200
    assert "answers.*.counts.*" not in [path for path, _kind, _text in score.sent] and "items[].points" in [
        path for path, _kind, _text in score.answered]
