"""Sheets far apart: nothing is concluded before the moderator settles it, by reopening a sheet or letting it stand."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from flask import Flask

from portal import clock
from portal.domain.workflow import Stage
from portal.models.event import Event
from portal.models.review import Moderation, Sheet
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make

Travel = Callable[..., None]
WATER = "water-saving-2013"
REASON = "第三张评分表与佐证材料出入较大，请逐项复核。"


def apart(app: Flask, make: Make, travel: Travel) -> Life:
    """Three sealed sheets, one of them far below the others."""
    life = Life.at_stage(app, make, WATER, travel, Stage.REVIEWING, shares=("1", "1", "0.8"))
    walker = life.at("moderator").open("/moderate/").follow(f"/moderate/{life.number}").sees("先")
    for deed in ("pass", "fail"):
        answer = walker.client.post(f"/moderate/{life.number}/conclude", data={"deed": deed, "reason": "直接结束"})
        assert answer.status_code == 409, deed
    life.is_at(Stage.REVIEWING)
    return life


def test_a_sheet_is_reopened_and_sealed_again(app: Flask, make: Make, travel: Travel) -> None:
    life = apart(app, make, travel)
    sheets = midway.rows(Sheet, application_id=life.number)
    low = min(sheets, key=lambda one: one.total or Decimal())
    assert life.case.review_spread > life.scheme.process.spread_limit  # type: ignore[operator]

    # sealed is sealed: the expert alone changes nothing
    expert = life.at("expert2")
    item = life.items[0]
    sealed = expert.client.post(f"/review/{life.number}/items/{item.id}", data={"points": "0", "revision": "1"})
    assert sealed.status_code == 409

    moderator = life.at("moderator").open(f"/moderate/{life.number}")
    until = (clock.today() + timedelta(days=4)).isoformat()
    moderator.send({"sheets": [str(low.id)], "reason": "", "until": until}, action="/reopen", status=422)
    moderator.open(f"/moderate/{life.number}").send(
        {"sheets": [str(low.id)], "reason": REASON, "until": until}, action="/reopen")
    life.was_told("expert2", REASON)
    assert life.case.review_result is None and life.case.review_spread is None
    assert [one.state for one in midway.rows(Sheet, application_id=life.number)].count("assigned") == 1
    answer = moderator.client.post(f"/moderate/{life.number}/conclude", data={"deed": "pass"})
    assert answer.status_code == 409  # a sheet is open again

    life.score_sheet(2, "0.95")
    life.was_told("moderator", life.institution.short_name)
    totals = [one.total or Decimal() for one in midway.rows(Sheet, application_id=life.number)]
    result = life.case.review_result
    assert result is not None and abs(result - sum(totals, Decimal()) / 3) < Decimal("0.01")
    assert life.case.review_spread == max(totals) - min(totals) <= life.scheme.process.spread_limit
    life.conclude_review()
    life.is_at(Stage.VISITING)

    # the bureau reads why in the record; the institution learns neither the experts nor that a sheet was reopened
    assert [one.outcome for one in midway.rows(Moderation)] == ["reopened"]
    assert any(one.action == "reopen-sheet" and one.reason == REASON for one in midway.rows(Event))
    page = life.at("applicant").open(f"/apply/{life.number}")
    assert REASON not in page.text and life.people["expert2"].name not in page.text


def test_the_result_stands_with_a_reason(app: Flask, make: Make, travel: Travel) -> None:
    life = apart(app, make, travel)
    moderator = life.at("moderator").open(f"/moderate/{life.number}")
    moderator.send({"reason": " "}, action="/stand", status=422)
    moderator.open(f"/moderate/{life.number}").send({"reason": "分歧出自同一条款的不同理解，不影响结论。"}, action="/stand")
    assert moderator.client.post(f"/moderate/{life.number}/stand", data={"reason": "再来"}).status_code == 409
    life.conclude_review()
    life.is_at(Stage.VISITING)
    totals = [one.total or Decimal() for one in midway.rows(Sheet, application_id=life.number)]
    result = life.case.review_result
    assert result is not None and abs(result - sum(totals, Decimal()) / 3) < Decimal("0.01")
    assert life.case.review_spread == max(totals) - min(totals)
