"""The certificate: what a reader, a scanner and a printer find in the bytes."""
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from time import process_time

import pytest

from portal.documents import certificate
from portal.documents.certificate import sentence
from portal.documents.typeface import MissingGlyph
from tests.documents.specimens import AWARD, AWARDS


@pytest.mark.parametrize("facts", AWARDS.values(), ids=AWARDS.keys())
def test_one_page_that_says_what_was_awarded(facts, reader):
    pdf = certificate.render(facts)
    assert reader.pages(pdf) == 1
    found = reader.text(pdf)
    assert facts.scheme_title in found
    assert ("补发" in found) == bool(facts.reissued)
    assert ("有效期至" in found) == bool(facts.until)
    assert found.count("加盖公章处") == len(facts.issuers)


def test_the_same_facts_give_the_same_bytes_in_any_order():
    def digest(facts):
        return hashlib.sha256(certificate.render(facts)).hexdigest()
    first = {name: digest(facts) for name, facts in AWARDS.items()}
    again = {name: digest(facts) for name, facts in reversed(AWARDS.items())}
    assert first == again and len(set(first.values())) == len(AWARDS)


@pytest.mark.parametrize("space", ["cmyk", "black"])
def test_a_printer_gets_one_colour_space(space, reader):
    reader.assert_sound(certificate.render(AWARD, space=space))


def test_a_name_that_cannot_be_drawn_is_refused_before_anything_is_issued():
    with pytest.raises(MissingGlyph, match="U\\+323AF"):
        certificate.render(replace(AWARD, holder="示例\U000323AF局"))


@pytest.mark.parametrize(("wording", "until", "expected"), [
    (certificate.WORDING, date(2031, 11, 29),
     ("经评审验收，授予你单位", "“甲”", ["称号，有效期至二〇三一年十一月二十九日。", "　　特发此证。"])),
    (certificate.WORDING, None, ("经评审验收，授予你单位", "“甲”", ["称号，特发此证。"])),
    (("经评审验收，授予你单位", "称号", "特发此证。"), date(2031, 11, 29),
     ("经评审验收，授予你单位", "“甲”", ["称号，有效期至二〇三一年十一月二十九日。", "　　特发此证。"])),
    (("{holder}：", "经评审，授予你单位", "“{title}”", "称号。"), None,
     ("经评审，授予你单位", "“甲”", ["称号。"])),
    (("经评审验收，授予你单位", "称号", "特发此证。"), None,
     ("经评审验收，授予你单位", "“甲”", ["称号，特发此证。"])),
    ("授予你单位", None, ("授予你单位", "“甲”", ["称号，特发此证。"])),
    ("授予“{title}”称号。", None, ("授予", "“甲”", ["称号。"])),
])
def test_the_granting_sentence(wording, until, expected):
    assert sentence(wording, title="甲", until=until) == expected


def test_many_at_once_do_not_disturb_each_other():
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(certificate.render, [*AWARDS.values()] * 4))
    assert together == [certificate.render(facts) for facts in AWARDS.values()] * 4


def test_a_year_of_certificates_is_printed_in_seconds():
    certificate.render(AWARD)
    started = process_time()
    for serial in range(150):
        certificate.render(replace(AWARD, holder=f"重庆市示例区第{serial}中学校", number=f"渝节示〔2026〕{serial:04d}-1",
                                   verify_url=f"https://cert.example.cn/verify/Y2HJ{serial:04d}"))
    assert process_time() - started < 6 * patience()


def patience() -> float:
    """How much slower this machine is now than one that does the sum below in a tenth of a second."""
    started = process_time()
    sum(n * n for n in range(1_500_000))
    return max(1.0, (process_time() - started) / .1)
