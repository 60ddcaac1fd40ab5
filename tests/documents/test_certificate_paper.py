"""The certificate: what a reader, a scanner and a printer find in the bytes."""
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from portal.documents import certificate
from portal.documents.certificate import CertificateFacts, sentence
from portal.documents.typeface import MissingGlyph

FORTY = "重庆市秀山土家族苗族自治县人民代表大会常务委员会机关后勤服务和公共机构节能管理所"
FACTS = CertificateFacts(
    scheme_title="市级节约型公共机构示范单位",
    scheme_title_en="Municipal Demonstration Unit of Conservation-oriented Public Institutions",
    issuers=("重庆市机关事务管理局", "重庆市发展和改革委员会", "重庆市财政局"),
    ink="green", motif="city", holder="重庆市示例镕䶮𬭎纪念图书馆",
    number="渝节示〔2026〕0022-1", issued=date(2026, 11, 30), until=date(2031, 11, 29),
    verify_code="Y2HJ-6GLU", verify_url="https://cert.example.cn/v/Y2HJ6GLU",
    show_url="cert.example.cn/v")
CASES = {
    "rare characters": FACTS,
    "forty signs, four issuers": replace(
        FACTS, holder=FORTY, issuers=(*FACTS.issuers, "重庆市住房和城乡建设委员会"),
        english=True, reissued=date(2027, 12, 31)),
    "ministries": replace(FACTS, scheme_title="全国节约型公共机构示范单位", ink="red",
                          motif="leaf", seal_mm=50, specimen="演示数据　非正式证书",
                          issuers=("国家机关事务管理局", "国家发展和改革委员会", "财政部")),
    "water, no term": replace(FACTS, scheme_title="重庆市公共机构节水型单位", ink="blue",
                              motif="drop", until=None, issuers=("重庆市水利局",)),
}


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
def test_one_sound_page_with_every_fact_in_its_text(facts, reader):
    pdf = certificate.render(facts)
    reader.assert_sound(pdf)
    assert reader.pages(pdf) == 1
    reader.assert_says(pdf, facts.holder + "：", facts.scheme_title, facts.number,
                       facts.verify_code, facts.show_url, "授予你单位", "特发此证。", "加盖公章处",
                       *facts.issuers, facts.specimen)
    found = reader.text(pdf)
    assert ("补发" in found) == bool(facts.reissued)
    assert ("有效期至" in found) == bool(facts.until)


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
def test_a_scanner_reads_the_address(facts, reader):
    assert reader.codes(certificate.render(facts)) == [facts.verify_url]


def test_the_same_facts_give_the_same_bytes_in_any_order():
    def digest(facts):
        return hashlib.sha256(certificate.render(facts)).hexdigest()
    first = {name: digest(facts) for name, facts in CASES.items()}
    again = {name: digest(facts) for name, facts in reversed(CASES.items())}
    assert first == again and len(set(first.values())) == len(CASES)


@pytest.mark.parametrize("space", ["cmyk", "black"])
def test_a_printer_gets_one_colour_space(space, reader):
    reader.assert_sound(certificate.render(FACTS, space=space))


def test_a_name_that_cannot_be_drawn_is_refused_before_anything_is_issued():
    with pytest.raises(MissingGlyph, match="U\\+323AF"):
        certificate.render(replace(FACTS, holder="示例\U000323AF局"))


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
        together = list(pool.map(certificate.render, [*CASES.values()] * 4))
    assert together == [certificate.render(facts) for facts in CASES.values()] * 4
