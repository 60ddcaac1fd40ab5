"""Verification: the answer is the largest word, a typo costs no query, nothing is set or stored."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.db import transaction
from portal.directory import queries, slips
from portal.domain import certificate as rules
from portal.domain.certificate import ALPHABET, Standing

YESTERDAY = clock.today() - timedelta(days=1)
ENDED = {"ended_on": YESTERDAY, "ended_reason": "复核不合格"}
OLD = {"issued_on": clock.today() - timedelta(days=3000), "expires_on": YESTERDAY}
CASES = [("valid", "有效", {}), ("expired", "已到期", OLD), ("reverifying", "复核中", OLD | {"reverifying": True}),
         ("valid", "有效", {"reverifying": True}), ("valid", "有效", {"expires_on": None}),
         ("valid", "有效", {"issued_on": clock.today(), "expires_on": clock.today() + timedelta(days=1)}),
         ("revoked", "已撤销", ENDED | {"ended_as": "revoked"}),
         ("cancelled", "已注销", ENDED | {"ended_as": "cancelled"}),
         ("revoked", "已撤销", OLD | ENDED | {"ended_as": "revoked"})]


def word(page: str) -> str:
    return re.search(r'<h1 class="verdict-word[^>]*>([^<]*)</h1>', page)[1]


def typo(text: str) -> str:
    return text[:-1] + next(one for one in ALPHABET if one != text[-1])


@pytest.mark.parametrize(("status", "said", "values"), CASES)
def test_the_standing_is_the_word(client, certified, status, said, values):
    row = certified(**values)
    page = client.get(f"/verify/{quote(row.number)}")
    assert (page.status_code, word(page.text)) == (200, said)
    assert row.holder in page.text and row.number in page.text
    answer = client.get(f"/verify/{quote(row.number)}", headers={"Accept": "application/json"}).json
    assert (answer["status"], answer["number"], answer["holder"]) == (status, row.number, row.holder)
    assert client.get(f"/verify/{row.verify_code}?format=json").json["status"] == status


@pytest.mark.parametrize("status,said,values", CASES)
def test_lists_count_the_standing_as_the_rules_do(app, certified, status, said, values):
    """The standing in SQL is the table of domain.certificate.standing."""
    from sqlalchemy import select

    from portal.db import db
    from portal.models.certificate import Certificate

    row = certified(**values)
    in_sql = db.session.scalar(select(queries.standing_column(clock.today())).where(Certificate.id == row.id))
    assert Standing(in_sql) is queries.standing_now(row) is Standing(status)


def test_a_number_is_read_however_it_is_typed(client, certified):
    row = certified()
    year, rest = row.number.split("〔")[1].split("〕")
    words = row.number.split("〔")[0]
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    for typed in (f"{words}({year}){rest}", f"{words}（{year}）{rest}", f"{words}[{year}]{rest}".lower(),
                  f" {words} 〔{year}〕 {rest} ".translate(wide), row.verify_code.replace("-", "").lower(),
                  row.verify_code.replace("-", " ")):
        answer = client.get("/verify", query_string={"number": typed}, follow_redirects=True)
        assert (answer.status_code, word(answer.text)) == (200, "有效"), typed


def test_the_form_leads_to_an_address_of_its_own(client, certified):
    row = certified()
    answer = client.get("/verify", query_string={"number": row.number})
    assert answer.status_code == 303 and answer.location == f"/verify/{quote(row.number)}"
    assert client.get("/verify").status_code == client.get("/verify?number=+").status_code == 200


def test_a_typo_is_answered_without_the_database(client, certified, count_queries):
    row = certified()
    for typed in (typo(row.number), typo(row.verify_code), "x", "渝节水证〔2026〕", "7" * 5000, "%00", "a/b"):
        with count_queries() as seen:
            page = client.get(f"/verify/{quote(typed)}")
        assert (page.status_code, word(page.text), seen) == (404, "未查到", []), typed
    assert "输入有误" in client.get(f"/verify/{quote(typo(row.number))}").text
    answer = client.get(f"/verify/{quote(typo(row.number))}?format=json")
    assert (answer.status_code, answer.json["status"], answer.json["fault"]) == (404, "unknown", "check")


def test_an_unknown_number_is_not_found(client, certified):
    known = certified()
    other = rules.number("渝节水证〔{year}〕{serial:04d}-{check}", year=known.year, serial=known.serial + 1000)
    page = client.get(f"/verify/{quote(other)}")
    assert (page.status_code, word(page.text)) == (404, "未查到")
    answer = client.get(f"/verify/{quote(other)}?format=json")
    assert (answer.status_code, answer.json["status"], answer.json["fault"]) == (404, "unknown", None)


def test_a_certificate_dated_tomorrow_is_not_yet_valid(client, certified):
    row = certified(issued_on=clock.today() + timedelta(days=1), expires_on=None)
    page = client.get(f"/verify/{quote(row.number)}")
    assert (page.status_code, word(page.text)) == (200, "尚未生效") and row.holder in page.text
    assert client.get(f"/verify/{row.verify_code}?format=json").json["status"] == "not-yet-valid"
    assert row.holder not in client.get("/units").text


@pytest.mark.parametrize(("slip", "meant"), [
    ("渝节水证2026 0018 A", "渝节水证〔2026〕0018-A"), ("渝节水证(2O26)OOl8-A", "渝节水证〔2026〕0018-A"),
    ("渝节水证20260018a", "渝节水证〔2026〕0018-A"), ("渝节水证〔2026〕第0018A号", "渝节水证〔2026〕0018-A"),
    ("IX92-MU8R", "1X92-MU8R"), ("ix92mu8r", "1X92-MU8R"), ("1X9Z-MU8R", "1X92-MU8R"), ("1X92-MUBR", "1X92-MU8R")])
def test_a_slip_is_offered_and_never_assumed(client, context, count_queries, slip, meant):
    with count_queries() as seen:
        page = client.get(f"/verify/{quote(slip)}")
    assert (page.status_code, word(page.text), seen) == (404, "未查到", [])
    assert f'href="/verify/{quote(meant)}">{meant}</a>' in page.text
    assert meant in client.get(f"/verify/{quote(slip)}?format=json").json["meant"]


@pytest.mark.parametrize("text", ["", "x", "渝节水证", "渝节水证〔2026〕0018", "7" * 5000, "VVVVVVVV", "甲乙丙丁戊己庚辛", "20260018A"])
def test_what_is_no_slip_is_left_alone(text):
    found = slips.suggestions(text)
    assert len(found) <= slips.MOST
    for one in found:
        assert queries.parse_verify_code(one) == one


@given(st.text(max_size=40))
def test_suggestions_are_numbers_or_codes_whose_check_fits(text):
    for one in slips.suggestions(text):
        try:
            rules.parse(one)
        except rules.NumberError:
            rules.parse_verify_code(one)


@given(st.integers(0, 10**6), st.data())
def test_one_character_read_wrongly_is_found_again(seed, data):
    code = rules.verify_code(b"a seed of a test %d" % seed)
    wrong = {right: seen for seen, read in slips.NEVER.items() for right in read}
    places = [at for at, one in enumerate(code) if one in wrong]
    if places:
        at = data.draw(st.sampled_from(places))
        assert code in slips.suggestions(code[:at] + wrong[code[at]] + code[at + 1:])


def test_an_unpublished_certificate_can_be_verified_but_is_not_listed(client, certified):
    row = certified(published_at=None)
    page = client.get(f"/verify/{quote(row.number)}")
    assert page.status_code == 200 and f"/units/{row.institution_id}" not in page.text
    assert client.get(f"/units/{row.institution_id}").status_code == 404
    assert row.holder not in client.get("/units").text


def test_one_query_no_cookie_no_cache(client, certified, count_queries):
    row = certified()
    for address in (f"/verify/{quote(row.number)}", f"/verify/{row.verify_code}?format=json"):
        with count_queries() as seen:
            answer = client.get(address)
        assert len(seen) == 1, seen
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_what_is_typed_is_shown_as_text(client):
    page = client.get(f"/verify/{quote('<script>alert(1)</script>', safe='')}")
    assert page.status_code == 404 and "<script>alert" not in page.text and "&lt;script&gt;" in page.text


def test_the_code_is_never_told(client, certified):
    """Whoever knows a number learns nothing that only the paper says."""
    row = certified()
    for address in (f"/verify/{quote(row.number)}", f"/verify/{quote(row.number)}?format=json", "/units", "/units.csv",
                    "/units.json", f"/units/{row.institution_id}"):
        text = client.get(address).text
        assert row.verify_code not in text and row.verify_code.replace("-", "") not in text


def test_the_signature_of_the_paper_in_force_is_told(client, certified, count_queries):
    from portal.models.signature import Signature

    row, now = certified(paper_sha256="a" * 64), clock.now()
    assert client.get(f"/verify/{quote(row.number)}?format=json").json["signature"] is None
    assert "PDF 未附电子签名" in client.get(f"/verify/{quote(row.number)}").text
    old, new = (Signature(certificate_id=row.id, paper_sha256=paper * 64, sha256=digest * 64, size=9, store="disk",
                          signer=f"示例签署单位{digest}", key_sha256="k" * 64, demonstration=digest == "2", signed_at=now,
                          checked_at=now) for paper, digest in (("b", "1"), ("a", "2")))
    with transaction() as session:
        session.add_all([old, new])
    address = f"/verify/{quote(row.number)}"
    with count_queries() as seen:
        page = client.get(address).text
    assert len(seen) == 1 and "示例签署单位2" in page and "示例签署单位1" not in page and "2" * 64 in page and "不具证明效力" in page
    told = client.get(f"{address}?format=json").json["signature"]
    assert (told["signer"], told["sha256"], told["demonstration"]) == ("示例签署单位2", "2" * 64, True)
