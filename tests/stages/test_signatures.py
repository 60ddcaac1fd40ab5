"""Signed certificates: signed once after issuing, kept by digest, validated by pyHanko; plain without a key."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import func, select

from portal import clock, jobs, pades, papers, signing
from portal.cli import main
from portal.db import db, transaction
from portal.domain.workflow import Role
from portal.models.certificate import Certificate
from portal.models.person import Person
from portal.models.signature import Signature
from portal.stages.certify import actions
from tests.make import Make
from tests.stages import late

As = Callable[[Person], FlaskClient]


@pytest.fixture
def key(app: Flask, tmp_path: Path) -> Iterator[pades.Key]:
    """A key with a passphrase in a PKCS#12 file, set for this test."""
    before, path = app.config["PORTAL"], tmp_path / "bureau.p12"
    path.write_bytes(pades.make("重庆市机关事务管理局（测试）", "测试", passphrase="a b c", moment=clock.now()))
    app.config["PORTAL"] = replace(before, signing_key=str(path), signing_passphrase="a b c")
    yield pades.read(path, "a b c")
    app.config["PORTAL"] = before


def issued(make: Make) -> Certificate:
    case = late.on_notice(make, over=True).entries[0].application
    row = actions.issue(case, by=make.person(Role.OFFICER))
    jobs.work_off()
    db.session.refresh(row)
    return row


def test_a_certificate_is_signed_when_it_is_issued(make: Make, key: pades.Key) -> None:
    row = issued(make)
    facts, pdf = signing.facts(row), papers.current(row)
    assert (facts.state, facts.signer, facts.key_sha256) == ("signed", key.signer, key.sha256)
    assert facts.sha256 == hashlib.sha256(pdf).hexdigest() and not facts.demonstration
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    assert embedded.sig_object["/SubFilter"] == SigSeedSubFilter.PADES.value
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[], allow_fetching=False))
    assert status.intact and status.valid and status.docmdp_ok


def test_the_drawing_stays_as_it_was_beneath_the_signature(make: Make, key: pades.Key) -> None:
    row = issued(make)
    drawn = papers.render(row)
    assert row.paper_sha256 == hashlib.sha256(drawn).hexdigest() and papers.current(row).startswith(drawn)


def test_the_signer_is_trusted_by_who_knows_the_certificate(make: Make, key: pades.Key) -> None:
    pdf = papers.current(issued(make))
    assert [(one.good, one.trusted) for one in pades.check(pdf)] == [(True, False)]
    assert [(one.good, one.trusted) for one in pades.check(pdf, roots=(key.pem,))] == [(True, True)]


def test_any_changed_or_added_byte_is_found(make: Make, key: pades.Key) -> None:
    pdf = papers.current(issued(make))
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start)  # between them the signature itself, which cannot cover itself; its room is empty
    for place in (*range(7, start, start // 50), end - 3, *range(end + 1, len(pdf), (len(pdf) - end) // 10)):
        changed = bytearray(pdf)
        changed[place] ^= 1
        try:
            found = pades.check(bytes(changed))
        except ValueError:
            continue
        assert not any(one.good for one in found), place
    assert not pades.check(pdf + b"\n% more")[0].good


def test_it_is_signed_once_and_anew_when_printed_anew(make: Make, key: pades.Key) -> None:
    row = issued(make)
    first = signing.facts(row).sha256
    papers.certificate(row.id)
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
    actions.reissue(row.application, by=make.person(Role.OFFICER), reason="遗失。")
    assert signing.facts(row).state == "pending"
    assert papers.current(row) == papers.render(row)
    jobs.work_off()
    db.session.refresh(row)
    assert signing.facts(row).state == "signed" and signing.facts(row).sha256 != first


def test_without_a_key_the_paper_is_plain_and_the_page_says_so(make: Make, as_: As) -> None:
    row = issued(make)
    assert signing.facts(row).state == "none" and papers.current(row) == papers.render(row)
    page = as_(make.person(Role.OFFICER)).get(f"/certify/{row.application_id}").text
    assert "未签名" in page


def test_the_page_names_the_signer(make: Make, as_: As, key: pades.Key) -> None:
    row = issued(make)
    client = as_(make.person(Role.OFFICER))
    assert key.signer in client.get(f"/certify/{row.application_id}").text
    assert pades.check(client.get(f"/certify/{row.application_id}/paper.pdf").data)[0].good
    holder = as_(make.applicant(row.institution)).get(f"/papers/{row.application_id}.pdf")
    assert pades.check(holder.data)[0].good


def test_what_was_issued_before_there_was_a_key_is_signed_later(make: Make, app: Flask, tmp_path: Path) -> None:
    old, ended = issued(make), issued(make)
    actions.revoke(ended.application, by=make.person(Role.LEADER), reason="弄虚作假。")
    assert jobs.sign_what_is_unsigned() == 0
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, demo=True, data=tmp_path)
    try:
        assert jobs.sign_what_is_unsigned() == 1
        facts = signing.facts(old)
        assert (facts.state, facts.signer, facts.demonstration) == ("signed", signing.DEMONSTRATION, True)
        assert jobs.sign_what_is_unsigned() == 0 and signing.facts(ended).state == "none"
        assert (tmp_path / "signing-demonstration.p12").stat().st_mode & 0o077 == 0
    finally:
        app.config["PORTAL"] = before


def test_a_key_that_does_not_open_fails_the_job_and_not_the_issue(make: Make, app: Flask, key: pades.Key) -> None:
    app.config["PORTAL"] = replace(app.config["PORTAL"], signing_passphrase="wrong")
    row = issued(make)
    assert row.number and row.paper_sha256 and signing.facts(row).state == "pending"
    with pytest.raises(pades.KeyUnusable):
        signing.key()
    assert jobs.sign_what_is_unsigned() == 0


def test_a_key_out_of_its_term_does_not_sign(make: Make, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "old.p12"
    path.write_bytes(pades.make("旧", "测试", passphrase="", moment=datetime(2001, 1, 1, tzinfo=UTC), years=1))
    before = app.config["PORTAL"]
    app.config["PORTAL"] = replace(before, signing_key=str(path))
    try:
        row = late.certified(make, issued=clock.today() - timedelta(days=1))
        with pytest.raises(pades.KeyUnusable, match="2001-12-3|2002-01"):
            papers.certificate(row.id)
    finally:
        app.config["PORTAL"] = before


def test_the_state_is_read_in_one_query(make: Make, key: pades.Key, count_queries: Callable[[], object]) -> None:
    row = issued(make)
    with count_queries() as seen:  # type: ignore[attr-defined]
        signing.facts(row)
    assert len(seen) == 1


def test_the_command_checks_a_file(make: Make, key: pades.Key, tmp_path: Path) -> None:
    good, bad, plain = tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "plain.pdf"
    row = issued(make)
    pdf = papers.current(row)
    good.write_bytes(pdf)
    bad.write_bytes(pdf[:300] + bytes([pdf[300] ^ 1]) + pdf[301:])
    plain.write_bytes(papers.render(row))
    trusted = tmp_path / "bureau.pem"
    trusted.write_bytes(key.pem)

    def run(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["signature", "check", *map(str, arguments)])
        return result.exit_code, result.output

    assert run(good)[0] == 0 and key.signer in run(good)[1]
    code, said = run(good, "--trust", trusted)
    assert code == 0 and "trusted" in said
    assert run(bad)[0] == 1 and run(plain)[0] == 1 and "no signature" in run(plain)[1]
    (tmp_path / "no.pdf").write_bytes(b"MZ")
    assert run(tmp_path / "no.pdf")[0] == 1


def test_a_signature_of_another_drawing_is_not_in_force(make: Make, key: pades.Key) -> None:
    row = issued(make)
    with transaction():
        row.paper_sha256 = "0" * 64
    assert signing.facts(row).state == "pending"
