"""Form, notice, letter, record, summary and plaque: complete text, sound files, same bytes again."""
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from portal.documents import (
    application_form,
    covering_letter,
    notice_list,
    plaque,
    score_summary,
    visit_record,
)
from portal.documents.application_form import (
    ApplicationFormFacts,
    EvidenceRow,
    ItemRow,
    PrerequisiteRow,
    SectionRows,
    StatisticsRow,
)
from portal.documents.cover import CoverFacts
from portal.documents.covering_letter import RecommendationFacts, RecommendedRow
from portal.documents.notice_list import NoticeFacts, NoticeGroup, NoticeRow
from portal.documents.score_summary import ScoreSummaryFacts, SummaryRow
from portal.documents.tables import Opinion
from portal.documents.typeface import MissingGlyph
from portal.documents.visit_record import (
    CheckRow,
    ProblemRow,
    SampleRow,
    VisitRecordFacts,
)
from tests.documents.test_certificate_paper import CASES, FORTY

COVER = CoverFacts(
    "市级节约型公共机构示范单位", ("重庆市机关事务管理局", "重庆市发展和改革委员会"), "green", "city",
    "渝节示申2026-0023", "2026年度", "2016年版", "B310 7C44 E29A 08F1",
    "https://cert.example.cn/a/0023", FORTY, "12500000TEST00002W", "秀山土家族苗族自治县",
    "秀山土家族苗族自治县机关事务服务中心", "䶮某", "023-0000 0000", date(2026, 11, 6), "演示数据")
FORM = ApplicationFormFacts(
    cover=COVER, basics=(("单位名称", FORTY), ("建筑面积", "18,200 ㎡"), ("用能人数", "431 人")),
    years=(2023, 2024, 2025),
    statistics=(StatisticsRow("能源消费", heading=True),
                StatisticsRow("电力", "kWh", (D(1254300), D("1198765.505"), None)),
                StatisticsRow("人均能耗", "kgce/人", (D("542.355"), D("510.55"), D("461.17")))),
    prerequisites=(PrerequisiteRow("已列入公共机构名录库", met=True),
                   PrerequisiteRow("未使用国家明令淘汰的用能设备", met=False, note="拟于2027年更换")),
    sections=(SectionRows("能源资源消耗指标", D(35), D("31.5"), (
        ItemRow("1.1a", "单位建筑面积能源消耗指标", D(7), D(6), star=True, note="比值0.867"),
        ItemRow("1.2", "空调冷却补水", D(5), None, not_applicable=True))),),
    total=D("31.50"), possible=D(110), pass_mark=D(85),
    evidence=tuple(EvidenceRow(f"2.{n}", "能源资源消费统计台账", f"2025年{n}月台账_镕䶮𬭎.pdf", "1.2 MB",
                               f"{n:02x}ab" * 16) for n in range(1, 41)),
    narratives=(("（一）基本概况", "本单位建立了节能工作机制。" * 120),))
NOTICE = NoticeFacts(
    "重庆市机关事务管理局", "关于2026年度重庆市公共机构节水型单位拟命名名单的公示",
    ("经自主申报、推荐、评审和验收，现予公示。",),
    (NoticeGroup("一、市级部门及直属单位", (NoticeRow("重庆市示例镕䶮𬭎纪念图书馆", "市级部门", "场馆"),)),
     NoticeGroup("二、区县", tuple(NoticeRow(f"示例区第{n}中学校", "示例区", "学校", D("91.50"))
                                  for n in range(1, 80)))),
    date(2026, 11, 24), date(2026, 11, 30), 5, "有异议的，请以书面形式提出。",
    (("联系电话", "023-0000 0000"),), date(2026, 11, 23), "渝机管公示〔2026〕3号", "blue",
    "拟命名名单", show_scores=True, specimen="演示数据")
LETTER = RecommendationFacts(
    "秀山土家族苗族自治县机关事务服务中心", "重庆市机关事务管理局",
    "关于推荐2026年度市级节约型公共机构示范单位的函", ("现推荐以下单位。",),
    (RecommendedRow(1, FORTY, "渝节示申2026-0001", D("92.5"), D(90), "成效明显"),),
    date(2026, 11, 6), "秀机管函〔2026〕12号")
VISIT = VisitRecordFacts(
    "市级节约型公共机构示范单位", "green", FORTY, "渝节示申2026-0023", date(2026, 11, 20), "示例路128号",
    (("甲某某", "重庆市机关事务管理局"), ("乙某某", "评审专家")), ("䶮某",), "听取汇报、实地察看",
    tuple(CheckRow(f"2.{n}", "计量器具配备", D(4), D(4), D("3.5"), "属实") for n in range(1, 40)),
    tuple(SampleRow(f"{n}层卫生间", "感应式水嘴", "无漏失") for n in range(1, 11)),
    (ProblemRow("四层水嘴滴漏", "戊某", date(2026, 12, 11), "待复验"),), "限期整改后复验",
    "十五个工作日内整改完毕。", D("88.5"))
SUMMARY = ScoreSummaryFacts(
    "市级节约型公共机构示范单位", "green", FORTY, "渝节示申2026-0023", "2016年版", ("A", "B", "C"),
    (SummaryRow("", "管理制度与实施", D(29), (D(26), D("25.5"), D(27)), D("26.17"), section=True),
     SummaryRow("2.1", "组织领导与管理机构", D(3), (D(3), None, D("2.5")), D("2.75"), star=True)),
    (D(88), D("86.5"), D("90.25")), D("88.25"), D(85), "取平均值", D("3.75"), D(10), "达到合格线",
    (("A", "材料齐全。"), ("B", "")), date(2026, 11, 18), "经复议维持原分。")

PAPERS = {
    "form": (application_form.render, FORM,
             (FORTY, "申报表", "1,198,765.51", "542.36", "比值0.867", "不评分", "不符合", "拟于2027年更换",
              "镕䶮𬭎", "01AB01AB01AB01AB", "共40件", "本单位承诺", "市级审定意见", "加盖公章处",
              "近三年能源资源消费情况", "31.5", "合格线85分", "二〇二六年十一月六日", "演示数据")),
    "notice": (notice_list.render, NOTICE,
               (NOTICE.title, "2026年11月24日至2026年11月30日（5个工作日）", "镕䶮𬭎", "示例区第79中学校",
                "二、区县（79家）", "（共80家，排名不分先后）", "91.5", "渝机管公示〔2026〕3号", "演示数据")),
    "letter": (covering_letter.render, LETTER,
               (LETTER.title, FORTY, LETTER.sender, "重庆市机关事务管理局：", "2026年11月6日", "成效明显")),
    "visit": (visit_record.render, VISIT,
              (FORTY, "甲某某", "（组长）", "抽查点位（10处）", "2026年12月11日", "限期整改后复验", "88.5")),
    "summary": (score_summary.render, SUMMARY,
                (FORTY, "专家评分汇总表", "88.25分（合格线85分），达到合格线", "90.25", "未填写意见",
                 "经复议维持原分")),
    "plaque": (plaque.render, CASES["ministries"],
               ("全国节约型公共机构示范单位", "财政部", "二〇二六年十一月", "渝节示〔2026〕0022-1", "印刷稿")),
    "plaque, etched": (lambda facts: plaque.render(facts, ground=False), CASES["rare characters"],
                       ("市级节约型公共机构示范单位", "蚀刻线稿", "Y2HJ-6GLU")),
}
each = pytest.mark.parametrize(("render", "facts", "words"), PAPERS.values(), ids=PAPERS.keys())


@each
def test_sound_and_complete(render, facts, words, reader):
    pdf = render(facts)
    reader.assert_sound(pdf)
    reader.assert_says(pdf, *words)


@each
def test_the_same_bytes_again_after_other_papers(render, facts, words):
    first = render(facts)
    for other, its_facts, _ in PAPERS.values():
        other(its_facts)
    assert render(facts) == first


def test_pages_are_counted_without_the_cover(reader):
    pdf = application_form.render(FORM)
    sheets = reader.pages(pdf) - 1
    reader.assert_says(pdf, f"第1页共{sheets}页", f"第{sheets}页共{sheets}页")


@pytest.mark.parametrize("facts", [CASES["ministries"], CASES["forty signs, four issuers"]])
@pytest.mark.parametrize("ground", [True, False])
def test_a_plaque_is_scanned_from_the_wall(facts, ground, reader):
    assert reader.codes(plaque.render(facts, ground=ground), dpi=90) == [facts.verify_url]


def test_the_cover_leads_back_to_the_case(reader):
    assert reader.codes(application_form.render(FORM)) == [COVER.url]


def test_an_empty_application_can_be_printed_to_fill_by_hand(reader):
    blank = replace(FORM, cover=replace(COVER, credit_code="", recommender="", person="", phone="",
                                        filled=None, digest=""),
                    evidence=(), narratives=(), opinions=(Opinion("申报单位意见"),))
    reader.assert_says(application_form.render(blank), "未附佐证材料", "六、承诺与意见")


def test_a_very_long_note_flows_over_the_page(reader):
    note = "说明文字较长，需跨页排印。" * 260
    section = replace(FORM.sections[0], items=(replace(FORM.sections[0].items[0], note=note),))
    reader.assert_says(application_form.render(replace(FORM, sections=(section,))), "合计")


def test_a_sign_nobody_can_draw_is_refused_in_a_table_too():
    bad = replace(LETTER, rows=(replace(LETTER.rows[0], unit="示例\U000323AF局"),))
    with pytest.raises(MissingGlyph):
        covering_letter.render(bad)


def test_more_sheets_than_fit_are_refused():
    with pytest.raises(ValueError, match="10 sheets"):
        score_summary.render(replace(SUMMARY, experts=tuple("ABCDEFGHIJ")))
