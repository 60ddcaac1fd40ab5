"""How long 150 certificates take in one process, drawn and with their digests."""

import hashlib
import time
from dataclasses import replace
from datetime import date

from portal.documents import certificate

MANY = 150
WITHIN = 6.0
FACTS = certificate.CertificateFacts(
    scheme_title="市级节约型公共机构示范单位", scheme_title_en="",
    issuers=("重庆市机关事务管理局", "重庆市发展和改革委员会", "重庆市财政局"), ink="green", motif="city",
    holder="重庆市示例中学校", number="渝节示〔2026〕0001-1", issued=date(2026, 11, 30), until=date(2031, 11, 29),
    verify_code="Y2HJ-6GLU", verify_url="https://cert.example.cn/verify/Y2HJ6GLU", show_url="cert.example.cn/verify")


def seconds() -> float:
    """Seconds for MANY certificates, each with a holder, number and address of its own; typefaces loaded within."""
    started, digests = time.perf_counter(), set()
    for n in range(MANY):
        pdf = certificate.render(replace(
            FACTS, holder=f"重庆市第{n}示例中学校", number=f"渝节示〔2026〕{n:04d}-1",
            verify_url=f"https://cert.example.cn/verify/Y2HJ{n:04d}"))
        digests.add(hashlib.sha256(pdf).hexdigest())
    assert len(digests) == MANY
    return time.perf_counter() - started
