"""A title after it was given: revoked, cancelled, expired, re-verified, reissued; what anybody who checks it is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.audit import breaks
from portal.db import transaction
from portal.domain.workflow import Stage
from portal.models.certificate import Certificate
from portal.models.institution import Institution
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make
from tests.stages.reading import words

Travel = Callable[..., None]
WATER = "water-saving-2013"
REASON = "经查实，申报材料中的用水数据系编造，依照办法撤销称号。"


def titled(app: Flask, make: Make, travel: Travel, stage: Stage = Stage.CERTIFIED, **more: Any) -> tuple[Life, Certificate]:
    """A certified case, published in the directory."""
    life = Life.at_stage(app, make, WATER, travel, stage, **more)
    return life, certificate_of(life)


def certificate_of(life: Life) -> Certificate:
    """The certificate as it is now."""
    found: Certificate = midway.rows(Certificate, application_id=life.number)[0]
    return found


def checked(life: Life, status: str, *said: str) -> dict[str, Any]:
    """What a stranger is told, by number as JSON and by code as a page; gives the JSON."""
    row = certificate_of(life)
    stranger = life.stranger()
    answer = stranger.client.get(f"/verify/{row.number}?format=json")
    assert answer.status_code == 200 and answer.json["status"] == status, answer.json
    stranger.open(f"/verify/{row.verify_code}").sees(row.holder, *said)
    return dict(answer.json)


@pytest.mark.parametrize(("deed", "stage", "status", "word"), [
    ("revoke", Stage.REVOKED, "revoked", "已撤销"), ("cancel", Stage.CANCELLED, "cancelled", "已注销")])
def test_ended_by_a_leader_before_its_term(app: Flask, make: Make, travel: Travel, deed: str, stage: Stage, status: str,
                                           word: str) -> None:
    life, row = titled(app, make, travel)
    checked(life, "valid", "有效")
    life.stranger().open("/units").sees(row.holder)

    # an officer cannot; a leader not without a reason
    assert life.at("officer").client.post(f"/certify/{life.number}/{deed}", data={"reason": REASON}).status_code in {403, 409}
    leader = life.at("leader").open("/certify/register").follow(f"/certify/{life.number}").follow(f"/{deed}")
    leader.sees(row.number).send({"reason": ""}, status=422)
    checked(life, "valid", "有效")
    leader.send({"reason": REASON}).sees(REASON)
    life.has_ended(stage, word, REASON)

    told = checked(life, status, word, REASON)
    assert told["ended_on"] == clock.today().isoformat() and told["ended_reason"] == REASON
    stranger = life.stranger().open(f"/units/{row.institution_id}").sees(word)
    assert row.holder in stranger.open(f"/units?status={status}").text
    assert row.holder not in stranger.open("/units?status=valid").text
    assert leader.client.post(f"/certify/{life.number}/{deed}", data={"reason": REASON}).status_code == 409
    assert breaks()[1] == []


def test_a_term_runs_out(app: Flask, make: Make, travel: Travel) -> None:
    life, row = titled(app, make, travel, expires=clock.today() + timedelta(days=5),
                       ended_reason="两年前退回补正时的理由")
    assert life.at("officer").client.post(f"/certify/{life.number}/expire").status_code == 409
    checked(life, "valid", "有效")
    life.travel(days=6)
    checked(life, "expired", "已到期")  # by the day alone, before anybody closes the case
    life.at("officer").open("/certify/terms").sees(row.holder).follow(f"/certify/{life.number}").send(action="/expire")
    life.is_at(Stage.EXPIRED)
    life.was_told("applicant", "有效期已届满", life.case.number)
    page = life.at("applicant").open(f"/apply/{life.number}").sees("已到期")
    assert "两年前退回补正时的理由" not in page.text  # no reason of a return long past
    checked(life, "expired", "已到期")


def test_re_verification_keeps_the_title(app: Flask, make: Make, travel: Travel) -> None:
    life, row = titled(app, make, travel, expires=clock.today() + timedelta(days=60))
    life.at("officer").open(f"/certify/{life.number}").send(action="/reverify")
    life.is_at(Stage.REVERIFYING)
    life.was_told("applicant", life.case.number)
    life.was_told("leader", life.institution.short_name)
    checked(life, "valid", "复核")
    leader = life.at("leader").open("/certify/terms").follow(f"/certify/{life.number}")
    same = {"until": certificate_of(life).expires_on.isoformat(), "reason": "复核合格。"}  # type: ignore[union-attr]
    leader.send(same, action="/keep", status=409)
    life.is_at(Stage.REVERIFYING)
    later = date(clock.today().year + 5, 12, 31)
    leader.open(f"/certify/{life.number}").send({"until": later.isoformat(), "reason": "复核合格。"}, action="/keep")
    life.is_at(Stage.CERTIFIED)
    life.was_told("applicant", life.case.number)
    told = checked(life, "valid", "有效")
    assert told["expires_on"] == later.isoformat() and told["number"] == row.number and told["reverifying"] is False


def test_re_verification_withdraws_the_title(app: Flask, make: Make, travel: Travel) -> None:
    life, _row = titled(app, make, travel, Stage.REVERIFYING, expires=clock.today() - timedelta(days=5))
    checked(life, "reverifying", "复核")
    reason = "复核得分低于通过线，取消称号。"
    life.at("leader").open(f"/certify/{life.number}").follow("/withdraw").send({"reason": reason})
    life.has_ended(Stage.REVOKED, "已撤销", reason)
    checked(life, "revoked", "已撤销", reason)


def test_reissued_under_the_same_number(app: Flask, make: Make, travel: Travel) -> None:
    life, row = titled(app, make, travel)
    number, code, before = row.number, row.verify_code, row.holder
    fresh = "重庆市渝北区青禾实验中学校"
    with transaction() as session:
        session.get_one(Institution, life.institution.id).name = fresh
    officer = life.at("officer").open(f"/certify/{life.number}")
    officer.send({"reason": ""}, action="/reissue", status=422)
    officer.send({"reason": "单位更名。", "present_name": "y"}, action="/reissue")
    life.is_at(Stage.CERTIFIED)
    now = certificate_of(life)
    assert (now.number, now.verify_code, now.holder) == (number, code, fresh) and now.reissued_on == clock.today()
    told = checked(life, "valid", fresh)
    assert told["number"] == number and told["holder"] == fresh
    life.was_told("applicant", life.case.number)
    with life.at("applicant").client.get(f"/papers/{life.number}.pdf") as paper:
        assert paper.status_code == 200
        printed = words(paper.data)
    assert fresh in printed and before not in printed
