"""The open interface, sent what no schema foresees: deep, doubled, endless, half characters; answered in JSON with a reason."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.selfcheck.openapi import EXAMPLE, EXAMPLE_EDITION
from portal.web.limits import limiter
from tests.hostile import answers, values
from tests.hostile.conftest import examples

ADDRESS = f"/api/v1/editions/{EXAMPLE_EDITION}/score"
TEXTS = [one for one in values.ANY if len(one) < 6000]
LEAVES = (st.none() | st.booleans() | st.integers() | st.integers(-(2 ** 70), 2 ** 70) | st.floats() | st.sampled_from(TEXTS) | st.text(max_size=12))
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS) | st.text(max_size=8), inner, max_size=3), max_leaves=8)
BODIES = (
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"{}", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": -Infinity}', b'{"statistics": {"water_m3": 1E+400}}',
    b'{"statistics": {"water_m3": ' + b"9" * 5000 + b"}}", b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"a": 1, "a": 2}',
    b'{"institution": {"type": "school"}, "institution": {"type": "hospital"}}', b'{"\\ud800": "\\udfff"}', b'{"answers": {"\\ud800": {"points": "\\udc00"}}}',
    b'{"answers": {"G1": {"points": "\\u0000"}}}', b'{"statistics": {"\\ud83d": 1}}', b'{"institution": {"type": "\\ud800"}}', b"\xef\xbb\xbf{}", b'{"a": 1} trailing',
    json.dumps({"answers": {f"T{n}": {"points": n} for n in range(2000)}}).encode(), b" " * 60_000 + b"{}", b"{}" + b" " * 70_000)


def send(client: FlaskClient, data: bytes, **head: str) -> Any:
    """One request for a score; the answer is JSON."""
    answer = answers.check(client.post(ADDRESS, data=data, content_type=head.pop("kind", "application/json"), headers=head), data[:300])
    assert answer.mimetype == "application/json" and isinstance(answer.get_json(), dict)
    return answer


@pytest.fixture(autouse=True)
def _unlimited() -> Any:
    before, limiter.enabled = limiter.enabled, False
    yield
    limiter.enabled = before


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_no_body_breaks_the_interface(client: FlaskClient, number: int) -> None:
    answer = send(client, BODIES[number])
    assert answer.status_code in {200, 400, 413, 422}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "\x01"])
def test_no_content_type_breaks_the_interface(client: FlaskClient, kind: str) -> None:
    assert send(client, json.dumps(EXAMPLE).encode(), kind=kind).status_code in {200, 400, 415}


def test_no_value_breaks_the_interface(app: Flask) -> None:
    client = app.test_client()

    @examples(150, 10_000)
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        body: Any = json.loads(json.dumps(EXAMPLE))
        for _ in range(data.draw(st.integers(1, 3))):
            here = body
            for _step in range(data.draw(st.integers(0, 3))):
                inner = [one for one in here.values() if isinstance(one, dict) and one]
                if not inner:
                    break
                here = data.draw(st.sampled_from(inner))
            here[data.draw(st.sampled_from([*here, "x", "\ud800"]))] = data.draw(ANYTHING)
        answer = send(client, json.dumps(body).encode())
        assert answer.status_code in {200, 400, 413, 422}

    attempt()


@pytest.mark.parametrize("name", ["water-saving-2013", "x", "%00", "..%2f..", "a" * 3000, "%ed%a0%80", "长" * 50])
def test_no_edition_breaks_the_interface(client: FlaskClient, name: str) -> None:
    for tail in ("", "/score", "?language=xx&language=en"):
        answers.check(client.get(f"/api/v1/editions/{name}{tail}"), name)
    assert answers.check(client.post(f"/api/v1/editions/{name}/score", json=EXAMPLE), name).status_code in {200, 404}
