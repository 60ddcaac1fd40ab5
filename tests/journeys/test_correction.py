"""Sent back with a reason for each item at once, corrected, signed anew and handed in again: by the district, by the bureau."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock, jobs
from portal.domain.workflow import Stage
from portal.models.application import Correction
from portal.models.event import Event
from portal.models.evidence import Evidence
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make
from tests.papers import pdf

Travel = Callable[..., None]
WATER = "water-saving-2013"
DESKS = {"recommender": ("recommend", "/return", Stage.RECOMMENDING, Stage.CORRECTING),
         "officer": ("screen", "/supplement", Stage.SCREENING, Stage.SUPPLEMENTING)}


def answer_everything_asked(life: Life) -> None:
    """The applicant replies to each point where it is asked: on the item's page, on the task list for the rest."""
    walker = life.at("applicant")
    for one in midway.rows(Correction, application_id=life.number, resolved_at=None):
        known = one.item_id and life.scheme.has_item(one.item_id)
        walker.open(f"/apply/{life.number}" + (f"/items/{one.item_id}" if known else "")).sees(one.reason)
        walker.send({"text": f"已补正：{one.reason}"}, action=f"/corrections/{one.id}")


@pytest.mark.parametrize("who", DESKS)
def test_sent_back_once_with_everything_and_handed_in_again(app: Flask, make: Make, travel: Travel, who: str) -> None:
    desk, page, here, back = DESKS[who]
    life = Life.at_stage(app, make, WATER, travel, here)
    asked = life.scheme.evidence_requests(life.institution.type)
    owner, request = next((o, r) for o, r in asked if life.scheme.has_item(o.id) and "pdf" in r.kinds)
    other = next(one for one in life.items if one.id != owner.id and not one.counts and one.formula is None)
    condition = life.scheme.prerequisites[0].id
    reasons = {f"reason-{owner.id}": "报告缺少三级用水计量页。", f"reason-{other.id}": "自评分与说明不一致。",
               f"reason-{condition}": "制度文件没有印发日期。", "reason-": "自查报告请写明整改情况。"}
    due = clock.today() + timedelta(days=6)

    judge = life.at(who).open(f"/{desk}/{life.number}").follow(page)
    judge.send({"summary": "请一次性补正以下内容。", "due_on": due.isoformat()}, status=422)
    life.is_at(here)
    judge.send(reasons | {"summary": "请一次性补正以下内容。", "due_on": due.isoformat()})
    life.is_at(back)
    assert clock.in_china(life.case.due_at).date() == due

    walker = life.at("applicant").open(f"/apply/{life.number}")
    walker.sees("请一次性补正以下内容。", *reasons.values(), f"{due.year}")
    life.was_told("applicant", "请一次性补正以下内容。")
    assert life.at(who).client.post(f"/{desk}/{life.number}{page}", data=reasons | {
        "summary": "再退一次", "due_on": due.isoformat()}).status_code == 409

    # nothing is handed in while a point has no reply
    assert walker.client.post(f"/apply/{life.number}/hand-in").status_code == 409
    answer_everything_asked(life)
    walker.open(f"/apply/{life.number}/items/{other.id}").send(
        {"points": str(other.points - other.step), "note": "按说明调整自评分。"}, action=f"/items/{other.id}")
    walker.open(f"/apply/{life.number}/items/{owner.id}").send(
        {"file": [(io.BytesIO(pdf("Third level", 3)), "三级用水计量.pdf")]}, action=f"/upload/{owner.id}/{request.id}")
    assert life.case.signed_at is None  # what was signed is not what stands there now
    assert walker.client.post(f"/apply/{life.number}/hand-in").status_code == 409
    before = life.case.dossier_digest
    life.sign_and_hand_in()
    life.is_at(here)
    assert life.case.dossier_digest != before
    assert all(one.resolved_at for one in midway.rows(Correction, application_id=life.number))

    life.was_told(who, life.institution.short_name)
    judge.open(f"/{desk}/{life.number}").sees("已补正：报告缺少三级用水计量页。", "已补正：自评分与说明不一致。", "三级用水计量.pdf")
    assert "late" not in midway.rows(Event, application_id=life.number)[-1].detail
    (life.recommend if who == "recommender" else life.screen)()
    assert life.case.stage == (Stage.SCREENING if who == "recommender" else Stage.REVIEWING)


def test_a_correction_after_its_day_is_taken_and_recorded_as_late(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.SCREENING)
    life.at("officer").open(f"/screen/{life.number}/supplement").send(
        {"reason-": "请补充承诺书。", "summary": "请补充承诺书。", "due_on": clock.today().isoformat()})
    life.travel(days=3)
    answer_everything_asked(life)
    life.sign_and_hand_in()
    life.is_at(Stage.SCREENING)
    supplied = [one for one in midway.rows(Event, application_id=life.number) if one.action == "supply"]
    assert supplied[-1].detail["late"] is True


def test_a_day_that_has_passed_is_no_deadline(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.RECOMMENDING)
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    life.at("recommender").open(f"/recommend/{life.number}/return").send(
        {"reason-": "请补正。", "summary": "请补正。", "due_on": yesterday}, status=422)
    life.is_at(Stage.RECOMMENDING)
    assert midway.rows(Correction) == [] and jobs.work_off() == 0
    assert midway.rows(Evidence, application_id=life.number)
