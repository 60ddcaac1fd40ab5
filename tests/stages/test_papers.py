"""The papers that an officer prints beside a case: who gets them, when, and what stands in them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.domain.workflow import Role, Stage
from portal.models.person import Person
from portal.stages.announce import actions as announce
from portal.stages.certify import actions as certify
from portal.stages.visit import actions as visit
from tests.documents.conftest import Reader
from tests.make import Make
from tests.stages import late
from tests.stages.visit_cases import scene

As = Callable[[Person], FlaskClient]
UNDRAWABLE = "重庆市\U0002ebf0示例学校"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def certified(make: Make, **values: Any) -> Any:
    case = late.on_notice(make, over=True, **values).entries[0].application
    certify.issue(case, by=make.person(Role.OFFICER))
    return case


def test_a_rectification_notice_names_what_was_open_when_it_was_sent(make: Make, as_: As, reader: Reader) -> None:
    here = scene(make).ready()
    client = as_(here.leader)
    here.find("脚踏阀关闭后持续滴漏", days=20)
    address = f"/visit/{here.case.id}/rectification.pdf"
    assert client.get(address).status_code == 404
    visit.require_rectification(here.case, reason="节水器具须全部完好。", by=here.leader)
    assert address in client.get(f"/visit/{here.case.id}").text
    paper = client.get(address)
    due = clock.today() + timedelta(days=20)
    reader.assert_says(paper.data, "整改通知书", here.case.institution.name + "：", "T4　脚踏阀关闭后持续滴漏", "更换阀芯",
                       "后勤科", f"{due.year}年{due.month}月{due.day}日", "节水器具须全部完好。", "签收回执")


def test_a_rectification_notice_is_for_the_team_and_officers(make: Make, as_: As) -> None:
    here, there = scene(make).ready(), scene(make).ready()
    here.find()
    visit.require_rectification(here.case, reason="整改。", by=here.leader)
    address = f"/visit/{here.case.id}/rectification.pdf"
    assert as_(there.leader).get(address).status_code == 404
    assert as_(make.person(Role.EXPERT)).get(address).status_code == 403
    assert as_(here.officer).get(address).mimetype == "application/pdf"


def test_nobody_is_named_while_the_notice_runs_or_an_objection_is_open(make: Make, as_: As) -> None:
    client = as_(make.person(Role.OFFICER))
    running, over = late.on_notice(make), late.on_notice(make, over=True)
    late.objection(over)
    for notice in (running, over):
        assert client.get(f"/announce/{notice.id}/naming.pdf").status_code == 409
    assert f"/announce/{running.id}/naming.pdf" not in client.get(f"/announce/{running.id}").text


def test_the_naming_letter_leaves_out_an_upheld_objection(make: Make, as_: As, reader: Reader) -> None:
    officer = make.person(Role.OFFICER)
    cases = tuple(late.decided(make, stage=Stage.ANNOUNCED) for _ in range(3))
    notice = late.on_notice(make, over=True, cases=cases)
    announce.uphold(late.objection(notice), by=officer, answer="情况属实。")
    client = as_(officer)
    assert f"/announce/{notice.id}/naming.pdf" in client.get(f"/announce/{notice.id}").text
    paper = client.get(f"/announce/{notice.id}/naming.pdf").data
    named = [case.institution.name for case in cases if case.stage is Stage.ANNOUNCED]
    assert len(named) == 2
    reader.assert_says(paper, "名单（2家）", "等2家单位", *named, "，有效期", "重庆市水利局")
    upheld = next(case for case in cases if case.stage is Stage.OBJECTION_UPHELD)
    assert upheld.institution.name not in reader.text(paper)


def test_a_national_title_is_passed_on_by_the_bureau(make: Make, as_: As, reader: Reader) -> None:
    case = late.nominated(make)
    notice = late.on_notice(make, over=True, cases=(case,))
    paper = as_(make.person(Role.OFFICER)).get(f"/announce/{notice.id}/naming.pdf").data
    reader.assert_says(paper, "关于公布", "获得“全国节约型公共机构示范单位", "重庆市机关事务管理局")
    assert "财政部" not in reader.text(paper)


def test_the_re_verification_form_asks_what_the_scheme_asks(make: Make, as_: As, reader: Reader) -> None:
    case, officer = certified(make), make.person(Role.OFFICER)
    certify.start_reverification(case, by=officer)
    client = as_(officer)
    address = f"/certify/{case.id}/re-verification.pdf"
    assert address in client.get(f"/certify/{case.id}").text
    reader.assert_says(client.get(address).data, case.institution.name, "节水器具普及率", "□达标", "□保持称号",
                       f"{clock.today().year - 1}年")


@pytest.mark.parametrize(("deed", "said"), [("revoke", "决定自"), ("cancel", "注销不属于惩戒措施")])
def test_the_decision_is_printed_once_the_title_has_ended(
        make: Make, as_: As, reader: Reader, deed: str, said: str) -> None:
    case = certified(make)
    client = as_(make.person(Role.LEADER))
    address = f"/certify/{case.id}/decision.pdf"
    assert client.get(address).status_code == 404
    getattr(certify, deed)(case, by=make.person(Role.LEADER), reason="单位已撤并。")
    assert address in client.get(f"/certify/{case.id}").text
    reader.assert_says(client.get(address).data, case.institution.name + "：", "单位已撤并", said, "抄送：")
    assert client.get(f"/certify/{case.id}/re-verification.pdf").status_code == 404


def test_the_papers_need_few_queries_however_long_the_list(make: Make, as_: As, count_queries: Any) -> None:
    client = as_(make.person(Role.OFFICER))
    counts = []
    for size in (1, 6):
        cases = tuple(late.decided(make, stage=Stage.ANNOUNCED) for _ in range(size))
        notice = late.on_notice(make, over=True, cases=cases)
        with count_queries() as seen:
            assert client.get(f"/announce/{notice.id}/naming.pdf").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_a_name_that_nobody_can_draw_is_refused_with_its_code_point(make: Make, as_: As) -> None:
    officer = make.person(Role.OFFICER)
    notice = late.on_notice(make, over=True, institution=make.institution(name=UNDRAWABLE))
    case = notice.entries[0].application
    with pytest.raises(certify.CannotBePrinted) as refused:
        certify.issue(case, by=officer)
    assert "U+2EBF0" in str(refused.value.sentence)
    for path in (f"/announce/{notice.id}/notice.pdf", f"/announce/{notice.id}/naming.pdf"):
        answer = as_(officer).get(path)
        assert answer.status_code == 409 and "U+2EBF0" in answer.text and "字库" in answer.text
