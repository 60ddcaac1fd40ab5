"""Every end short of a certificate: done through the pages, its reason read by the institution, which is told."""

from collections.abc import Callable

from flask import Flask

from portal.audit import breaks
from portal.domain.workflow import Stage
from portal.models.certificate import Certificate
from tests.journeys import midway
from tests.journeys.life import Life
from tests.make import Make

Travel = Callable[..., None]
WATER, MUNICIPAL, NATIONAL = "water-saving-2013", "municipal-2016", "national-2017"
REASON = "经核查，原三号楼改造项目尚未竣工，相关指标不能认定。"


def test_withdrawn_by_the_institution_itself(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.RECOMMENDING)
    walker = life.at("applicant").open(f"/apply/{life.number}").follow("/withdraw")
    walker.send({"reason": " "}, status=422)
    life.is_at(Stage.RECOMMENDING)
    walker.send({"reason": REASON})
    life.has_ended(Stage.WITHDRAWN, "已撤回", REASON, reader="signatory")
    life.at("applicant").open(f"/apply/{life.number}").sees("已撤回", REASON)
    assert breaks()[1] == []


def test_withdrawn_under_review_leaves_nobody_anything_to_do(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.REVIEWING, sealed=False)
    name = life.institution.short_name or life.institution.name
    life.at("expert0").open("/review/").sees(name)
    life.at("signatory").open(f"/apply/{life.number}").follow("/withdraw").send({"reason": REASON})
    life.has_ended(Stage.WITHDRAWN, "已撤回", REASON)
    item = life.items[0].id
    answer = life.at("expert0").client.post(f"/review/{life.number}/items/{item}", data={"points": "1", "reason": "x"})
    assert answer.status_code in {404, 409}
    expert = life.at("expert0").open("/review/").sees("未封存")  # it is among the sheets that are over
    assert not expert.page.xpath("//section[@aria-labelledby='waiting']//a[contains(@href, '/review/')]")
    for who, page in (("moderator", "/moderate/"), ("moderator", "/moderate/?show=waiting"),
                      ("officer", f"/screen/assign/{life.round.id}")):
        assert name not in life.at(who).open(page).text, page
    assert life.case.stage == Stage.WITHDRAWN


def test_not_recommended(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, MUNICIPAL, travel, Stage.RECOMMENDING)
    walker = life.at("recommender").open(f"/recommend/{life.number}").follow("/decline")
    walker.send({"reason": ""}, status=422)
    life.is_at(Stage.RECOMMENDING)
    walker.send({"reason": REASON})
    life.has_ended(Stage.NOT_RECOMMENDED, "不予推荐", REASON)


def test_found_ineligible_at_the_formal_check(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.SCREENING)
    walker = life.at("officer").open(f"/screen/{life.number}").follow("/ineligible")
    walker.send({"reason": ""}, status=422)
    walker.send({"reason": REASON})
    life.has_ended(Stage.INELIGIBLE, "不符合", REASON)


def test_a_candidate_is_found_ineligible(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, NATIONAL, travel, Stage.CANDIDATE)
    life.at("officer").open(f"/screen/{life.number}").follow("/ineligible").send({"reason": REASON})
    life.has_ended(Stage.INELIGIBLE, "不符合", REASON)


def test_review_not_passed(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.REVIEWING, shares=("0.8",))
    walker = life.at("moderator").open("/moderate/").follow(f"/moderate/{life.number}").follow("/conclude")
    proposed = walker.form().xpath(".//textarea[@name='reason']")[0].text.strip()
    assert "90" in proposed  # the pass mark is named in the reason that the page proposes
    walker.send({"deed": "pass"}, status=409)
    walker.open(f"/moderate/{life.number}/conclude").send({"deed": "fail", "reason": ""}, status=422)
    life.is_at(Stage.REVIEWING)
    walker.open(f"/moderate/{life.number}/conclude").send({"deed": "fail"})
    life.has_ended(Stage.NOT_PASSED, "未通过", " ".join(proposed.split()))


def test_rejected_on_site(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.VISITING)
    life.appoint()
    walker = life.at("team-leader").open(f"/visit/{life.number}/conclude")
    walker.send({"outcome": "reject", "reason": ""}, status=422)
    walker.send({"outcome": "reject", "reason": REASON})
    life.has_ended(Stage.NOT_PASSED, "未通过", REASON)
    life.at("officer").open(f"/visit/{life.number}").sees(REASON)


def test_not_rectified_in_time(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.VISITING)
    life.appoint()
    life.find_problem("二层卫生间感应水嘴持续滴漏", days=10)
    life.at("team-leader").open(f"/visit/{life.number}/conclude").send(
        {"outcome": "rectify", "reason": "请按要求限期整改。"})
    life.is_at(Stage.RECTIFYING)
    life.at("applicant").open(f"/apply/{life.number}").sees("请按要求限期整改。", "更换阀芯")
    # the officer cannot close it while the institution still has time: no link, and the deed itself is refused
    officer = life.at("officer").open(f"/visit/{life.number}")
    assert not officer.links("/overdue")
    answer = officer.client.post(f"/visit/{life.number}/overdue", data={"reason": REASON})
    assert answer.status_code == 409
    life.travel(days=11)
    life.at("officer").open(f"/visit/{life.number}").follow("/overdue").send({"reason": REASON})
    life.has_ended(Stage.NOT_PASSED, "未通过", REASON)


def test_rejected_in_the_decision(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, MUNICIPAL, travel, Stage.DECIDING)
    walker = life.at("leader").open(f"/decide/{life.number}")
    walker.send({"reason": ""}, action="/reject", status=422)
    walker.send({"reason": REASON}, action="/reject")
    life.has_ended(Stage.NOT_PASSED, "未通过", REASON)


def test_rejected_after_a_co_authority_did_not_agree(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.DECIDING)
    first, second = life.scheme.process.countersigners
    inside = "与我局日常监管掌握的情况不一致。"
    life.at("leader").open(f"/decide/{life.number}").send({}, action="/decide")
    life.at(first.id).open("/decide/").follow(f"/decide/{life.number}").send({"reason": inside}, action="/object")
    life.is_at(Stage.DECIDING)
    life.was_told("leader", inside)
    # one agreement beside one objection is not enough for a notice
    life.at(second.id).open(f"/decide/{life.number}").send({}, action="/countersign")
    assert not life.at("officer").open("/announce/").links(f"/announce/new/{life.scheme.edition}")
    life.at("leader").open(f"/decide/{life.number}").sees(inside).send({"reason": REASON}, action="/reject")
    life.has_ended(Stage.NOT_PASSED, "未通过", REASON)
    assert inside not in life.at("applicant").open(f"/apply/{life.number}").text


def test_refused_by_the_national_authorities(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, NATIONAL, travel, Stage.NOMINATED)
    walker = life.at("officer").open("/decide/nominations").follow(f"/decide/{life.number}")
    walker.send({"document": "国管节能〔2026〕9号", "reason": REASON}, action="/refused")
    life.has_ended(Stage.NOT_PASSED, "未通过", REASON)


def test_an_objection_is_upheld(app: Flask, make: Make, travel: Travel) -> None:
    life = Life.at_stage(app, make, WATER, travel, Stage.ANNOUNCED)
    stranger = life.stranger().open("/notices")
    stranger.follow("/notices/").follow("/object").send({
        "facts": "该校二号楼卫生间仍在使用一次冲洗量九升的便器。", "party": "person", "name": "钱某某",
        "phone": "13900000000", "address": "示例巷2号"})
    life.is_at(Stage.ANNOUNCED)
    life.was_told("officer", life.case.institution.short_name)
    officer = life.at("officer").open("/announce/").follow("/announce/objections/")
    officer.send({"answer": REASON}, action="/dismiss", target="/uphold").sees(REASON)
    life.is_at(Stage.ANNOUNCED)  # asked once more before it happens
    officer.send(action="/uphold")
    life.has_ended(Stage.OBJECTION_UPHELD, "异议成立", REASON)
    # the public reads the answer, not the objector
    stranger.open("/notices").follow("/notices/").sees(REASON)
    assert "钱某某" not in stranger.text
    # the case has left the certifying desk
    assert officer.client.post(f"/certify/{life.number}/issue").status_code == 404
    assert midway.rows(Certificate) == []
