"""Known ways into a web application, each tried: strangers' redirects, hosts and formulas, long lists out of one figure."""

import csv
import io
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal import editions
from portal.domain import acceptance
from portal.domain.cells import safe_cell
from portal.web.arriving import clean, number_of
from portal.web.home import safe_next
from tests.hostile.conftest import examples

ELSEWHERE = ("//evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/\\evil.example", "\\\\evil.example", "/\r\n/evil.example",
             "http://evil.example", "javascript:alert(1)", "/ /evil.example\\", "///evil.example", "/\x00/evil.example", "evil.example", "/\\/evil.example",
             "/units\r\nSet-Cookie: a=b", "https:evil.example", "data:text/html,x")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(app: Flask, client: FlaskClient, target: str) -> None:
    for address in (f"/language/zh?next={quote(target)}", f"/language/zh?next={quote(target, safe='/:')}"):
        answer = client.get(address)
        assert answer.status_code == 302 and "Set-Cookie" in answer.headers
        assert answer.headers["Location"] == "/", (target, answer.headers["Location"])


@examples(200, 5000)
@given(st.text(st.sampled_from("/\\\t\r\n .:@evil?#%0a\x00\u3000"), max_size=12))
def test_the_way_on_is_a_path_of_this_site(app: Flask, target: str) -> None:
    with app.test_request_context():
        to = safe_next(target)
    assert to.startswith("/") and not to.startswith(("//", "/\\")) and not set(to) & set("\t\r\n\\ \x00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a", " =1", "\u3000=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text
    row = next(csv.reader(io.StringIO(",".join(f'"{safe_cell(text)}"' for _ in range(2)))))
    assert all(cell.startswith("'") for cell in row)


@pytest.mark.parametrize("text", ["", "渝北区", "1", "a=b", "（一）", "'", "1-2"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text(), st.text())
def test_what_is_read_can_be_written(text: str, more: str) -> None:
    plain = clean(f"{text}\0\x0b\ud800\uffff{more}")
    assert plain.encode("utf-8").decode() == plain and not set(plain) & {chr(n) for n in (*range(9), 11, 12, *range(14, 32), 127)}
    assert clean(plain) == plain


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("", None), ("-1", None), ("²", None), ("٣", None), ("７", None), ("1e3", None),
                                              ("9" * 18, 10 ** 18 - 1), ("9" * 19, None), ("9" * 5000, None), (" 1", None)])
def test_the_number_of_a_row(text: str, number: int | None) -> None:
    assert number_of(text) == number


def test_a_list_of_a_thousand_million_points_is_not_drawn_from() -> None:
    assert len(acceptance.drawn(acceptance.MOST_LISTED, 10, seed="123456")) == 10
    items = editions.get("water-saving-2013").items("school")
    for said in ("9" * 15, "9" * 5000, "1" + "0" * 9):
        assert acceptance.inventory(items, {item.id: {acceptance.LIST_COUNT: said} for item in items}) == acceptance.MOST_LISTED
