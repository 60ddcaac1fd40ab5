"""The certificates of the past, and what became of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from portal import clock
from portal.domain import certificate as rules
from portal.domain.workflow import Action, Role, Stage

if TYPE_CHECKING:
    from portal.demo.history import Batch, Past


ENDED = {
    "revoked": (Action.REVOKE, Stage.REVOKED, -57, "复查发现用能数据与统计年报不符，且逾期未更正，撤销称号。"),
    "cancelled": (Action.CANCEL, Stage.CANCELLED, -72, "该单位因机构改革撤并，主动申请注销证书。"),
}
"""How a title ended before its term: the deed, the stage, the day from today, the reason."""


def fates(scheme: str, batch: int, count: int) -> Iterator[str]:
    """What became of each certificate of a batch: kept in force by re-verification, ended, or nothing yet."""
    special: list[str] = []
    termed = scheme != "water-saving"
    if termed and batch == 0:
        special = ["expired"] * 3
    elif termed and batch == 1:
        special = ["reverifying", "over", "over"]
    elif batch == 0:
        special = ["reverifying"]
    elif batch == 2:
        special = ["revoked"]
    elif batch == 3:
        special = ["cancelled"]
    for at in range(count):
        yield special[at] if at < len(special) else "kept" if termed and batch < 2 else "valid"


def certify(batch: Batch, one: Past, *, notice_ends: date) -> tuple[dict[str, Any], Stage, datetime]:
    """The row of a case's certificate, where the case stands and since when; notes the deeds that led there."""
    case, house, scheme, officer = one.case, one.house, one.scheme, batch.cast.desk["officer"]
    issued_at = batch.at(batch.end, 10)
    day = batch.days.day(batch.end)
    assert day > notice_ends
    serial = batch.numbers.draw(f"certificate/{scheme.id}/{day.year}")
    number = rules.number(scheme.certificate.number_pattern, year=day.year, serial=serial)
    until = rules.validity_end(day, years=scheme.process.validity_years)
    row: dict[str, Any] = {
        "number": number, "verify_code": rules.verify_code(batch.rng.randbytes(16)), "scheme": scheme.id,
        "edition": scheme.edition, "year": day.year, "serial": serial, "application_id": case.id,
        "institution_id": house.id, "holder": house.demo.name, "holder_short": house.demo.short_name,
        "institution_type": house.demo.type.value, "division_code": house.demo.division.code,
        "division": house.demo.division.name, "title": scheme.certificate.title, "issued_on": day, "expires_on": until,
        "dossier_digest": case.dossier_digest or "", "issued_by_id": officer,
        "published_at": issued_at + timedelta(hours=5), "reverifying": False, "ended_as": "", "ended_on": None,
        "ended_reason": ""}
    batch.did(one, issued_at, Action.ISSUE, officer, Role.OFFICER, Stage.ANNOUNCED, number=number,
              issued_on=day.isoformat(), dossier=row["dossier_digest"], expires_on=until.isoformat())
    batch.did(one, row["published_at"], Action.PUBLISH_CERTIFICATE, officer, Role.OFFICER, Stage.CERTIFIED,
              number=number)
    stage, since = _befall(batch, one, row, issued_at)
    return row, stage, since


def _befall(batch: Batch, one: Past, row: dict[str, Any], issued_at: datetime) -> tuple[Stage, datetime]:
    """What became of a certificate: where that leaves its case, and since when."""
    number = row["number"]
    officer, leader = batch.cast.desk["officer"], batch.cast.desk["leader"]
    left = (row["expires_on"] - batch.days.today).days
    if one.fate == "expired":
        ended = batch.at(left + 12)
        batch.did(one, ended, Action.EXPIRE, officer, Role.OFFICER, Stage.CERTIFIED, number=number)
        return Stage.EXPIRED, ended
    if one.fate == "kept":
        opened, kept = batch.at(left - 120), batch.at(left - 40, 15)
        until = rules.validity_end(row["expires_on"], years=one.scheme.process.validity_years)
        batch.did(one, opened, Action.START_REVERIFICATION, officer, Role.OFFICER, Stage.CERTIFIED, number=number)
        batch.did(one, kept, Action.KEEP_TITLE, leader, Role.LEADER, Stage.REVERIFYING, number=number,
                  reason="复核材料齐全，各项指标保持在标准以内，同意继续使用称号。", expires_on=until.isoformat())
        row["expires_on"] = until
        return Stage.CERTIFIED, kept
    if one.fate == "reverifying":
        opened = batch.at(min(-9, left - 30))
        row["reverifying"] = True
        batch.did(one, opened, Action.START_REVERIFICATION, officer, Role.OFFICER, Stage.CERTIFIED, number=number)
        return Stage.REVERIFYING, opened
    if one.fate in ENDED:
        action, stage, offset, reason = ENDED[one.fate]
        ended = batch.at(offset, 16)
        row |= {"ended_as": one.fate, "ended_on": clock.in_china(ended).date(), "ended_reason": reason}
        one.case.ended_reason = reason
        batch.did(one, ended, action, leader, Role.LEADER, Stage.CERTIFIED, reason=reason, number=number)
        return stage, ended
    return Stage.CERTIFIED, issued_at
