"""Problems found on site with photos, put right by the institution with photos, looked at again: passed, or not."""

import io
from collections.abc import Callable

from flask import Flask

from portal.domain.workflow import Stage
from portal.models.visit import Finding, VisitPhoto
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make
from tests.papers import picture

Travel = Callable[..., None]
WATER = "water-saving-2013"
LEAK, METER = "二层卫生间感应水嘴持续滴漏", "锅炉房补水管未装计量水表"
REASON = "两处问题请在期限内整改到位。"


def sent_to_rectify(app: Flask, make: Make, travel: Travel) -> tuple[Life, int, int]:
    """A visited case with two problems that its institution has to put right."""
    life = Life.at_stage(app, make, WATER, travel, Stage.VISITING)
    life.appoint()
    life.inspect()
    leak, meter = life.find_problem(LEAK, life.items[0].id), life.find_problem(METER, days=12)
    leader = life.at("team-leader").open(f"/visit/{life.number}/conclude").sees(LEAK, METER)
    leader.client.post(f"/visit/{life.number}/conclude", data={"outcome": "accept"})
    life.is_at(Stage.VISITING)  # open problems bar the acceptance
    leader.send({"outcome": "rectify", "reason": ""}, status=422)
    leader.send({"outcome": "rectify", "reason": REASON})
    life.is_at(Stage.RECTIFYING)
    return life, leak, meter


def report(life: Life, finding: int, *, status: int = 200, name: str = "after.jpg", data: bytes | None = None) -> None:
    """The applicant says and shows how a problem was put right."""
    walker = life.at("applicant").open(f"/apply/{life.number}").follow(f"/findings/{finding}")
    files = [(io.BytesIO(data if data is not None else picture("JPEG", f"after {finding}")), name)] if name else []
    walker.send({"report": "已更换并试水合格。"} | ({"file": files} if files else {}), status=status)


def put_right(life: Life, *findings: int) -> None:
    """Report each problem, then hand the case back to the team."""
    for one in findings:
        report(life, one)
    life.at("applicant").open(f"/apply/{life.number}").send(action="/rectified")
    life.is_at(Stage.VISITING)


def test_put_right_and_passed(app: Flask, make: Make, travel: Travel) -> None:
    life, leak, meter = sent_to_rectify(app, make, travel)
    life.was_told("applicant", REASON)
    applicant = life.at("applicant").open(f"/apply/{life.number}").sees(LEAK, METER, "更换阀芯，杜绝滴漏", REASON)
    before = midway.rows(VisitPhoto, finding_id=leak)[0]
    with applicant.client.get(f"/apply/{life.number}/photos/{before.id}") as shown:
        assert shown.status_code == 200 and shown.mimetype.startswith("image/")

    # every problem needs a report and a picture, and a picture is a picture
    assert applicant.client.post(f"/apply/{life.number}/rectified").status_code == 409
    report(life, leak, status=422, name="after.jpg", data=b"not a picture at all")
    report(life, leak, name="")
    assert applicant.client.post(f"/apply/{life.number}/rectified").status_code == 409
    put_right(life, leak, meter)
    life.was_told("team-leader", life.institution.short_name)
    life.was_told("inspector", life.institution.short_name)

    team = life.at("inspector").open(f"/visit/{life.number}/recheck").sees(LEAK, "已更换并试水合格。")
    phases = {one.phase for one in midway.rows(VisitPhoto, finding_id=leak)}
    assert phases == {"before", "after"}
    for one in (leak, meter):
        team.open(f"/visit/{life.number}/recheck").send({"recheck": "passed"}, action=f"/findings/{one}/recheck")
    life.accept()
    life.is_at(Stage.DECIDING)
    assert life.case.site_total is not None
    life.at("applicant").open(f"/apply/{life.number}")
    life.at("leader").open("/decide/").follow(f"/decide/{life.number}")


def test_not_put_right_ends_the_case(app: Flask, make: Make, travel: Travel) -> None:
    life, leak, meter = sent_to_rectify(app, make, travel)
    put_right(life, leak, meter)
    team = life.at("inspector")
    team.open(f"/visit/{life.number}/recheck").send({"recheck": "passed"}, action=f"/findings/{meter}/recheck")
    # a failure needs words, and words alone do not lose what was chosen
    team.send({"recheck": "failed", "recheck_note": ""}, action=f"/findings/{leak}/recheck", status=422)
    team.open(f"/visit/{life.number}/recheck").send(
        {"recheck": "failed", "recheck_note": "复查时仍每分钟滴漏约40滴。"}, action=f"/findings/{leak}/recheck")
    leader = life.at("team-leader").open(f"/visit/{life.number}/conclude")
    for outcome in ("accept", "rectify"):  # neither is left: the scheme's only re-check has been used
        answer = leader.client.post(f"/visit/{life.number}/conclude", data={"outcome": outcome, "reason": "再整改一次"})
        assert answer.status_code == 409, outcome
    leader.send({"outcome": "reject", "reason": "滴漏问题未整改到位。"})
    life.has_ended(Stage.NOT_PASSED, "未通过", "滴漏问题未整改到位。")
    life.at("applicant").open(f"/apply/{life.number}").sees("复查时仍每分钟滴漏约40滴。")
    assert [one.recheck for one in midway.rows(Finding)] == ["failed", "passed"]


def test_handed_back_after_its_day_is_still_looked_at(app: Flask, make: Make, travel: Travel) -> None:
    """The officer may close an overdue case; until that happens the institution can still hand it back."""
    life, leak, meter = sent_to_rectify(app, make, travel)
    life.travel(days=20)
    life.at("officer").open(f"/visit/{life.number}").sees("整改")
    put_right(life, leak, meter)
    assert life.at("officer").client.post(f"/visit/{life.number}/overdue", data={"reason": "逾期"}).status_code == 409
