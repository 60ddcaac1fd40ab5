"""Fixed facts of every paper: short and full, long names, rare characters, many rows, empty values. Nothing here is real."""
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from functools import partial
from typing import Any, NamedTuple

from portal.documents import (
    application_form,
    certificate,
    covering_letter,
    ending_decision,
    naming_notice,
    notice_list,
    plaque,
    rectification_notice,
    reverification_form,
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
from portal.documents.certificate import CertificateFacts
from portal.documents.cover import CoverFacts
from portal.documents.covering_letter import RecommendationFacts, RecommendedRow
from portal.documents.ending_decision import EndingFacts
from portal.documents.listing import ListedGroup, ListedUnit
from portal.documents.naming_notice import NamingFacts
from portal.documents.notice_list import NoticeFacts
from portal.documents.rectification_notice import DemandRow, RectificationFacts
from portal.documents.reverification_form import ReverificationFacts, StarRow
from portal.documents.score_summary import ScoreSummaryFacts, SummaryRow
from portal.documents.sealing import Opinion
from portal.documents.visit_record import CheckRow, ProblemRow, SampleRow, VisitRecordFacts

FORTY = "重庆市秀山土家族苗族自治县人民代表大会常务委员会机关后勤服务和公共机构节能管理所"
RARE = "重庆市示例镕䶮𬭎纪念图书馆"
BUREAU = "重庆市机关事务管理局"
CITY = (BUREAU, "重庆市发展和改革委员会", "重庆市财政局")
SPECIMEN = "演示样本 · 非正式文件"

AWARD = CertificateFacts(
    scheme_title="市级节约型公共机构示范单位",
    scheme_title_en="Municipal Demonstration Unit of Conservation-oriented Public Institutions", issuers=CITY,
    ink="green", motif="city", holder=RARE, number="渝节示〔2026〕0022-1", issued=date(2026, 11, 30),
    until=date(2031, 11, 29), verify_code="Y2HJ-6GLU", verify_url="https://cert.example.cn/verify/Y2HJ6GLU",
    show_url="cert.example.cn/verify")
AWARDS = {
    "rare characters": AWARD,
    "forty signs, four issuers": replace(
        AWARD, holder=FORTY, issuers=(*CITY, "重庆市住房和城乡建设委员会"), english=True, reissued=date(2027, 12, 31)),
    "ministries": replace(
        AWARD, scheme_title="全国节约型公共机构示范单位", ink="red", motif="leaf", seal_mm=50, specimen="演示样本 · 非正式证书",
        scheme_title_en="National Demonstration Unit of Conservation-oriented Public Institutions", english=True,
        issuers=("国家机关事务管理局", "国家发展和改革委员会", "财政部"), number="国节示〔2026〕0137-2"),
    "water, two issuers": replace(
        AWARD, scheme_title="重庆市公共机构节水型单位", ink="blue", motif="drop", holder="重庆市示例第一中学校",
        issuers=("重庆市水利局", BUREAU), number="渝节水证〔2026〕0001-7"),
    "one issuer, no term": replace(
        AWARD, scheme_title="重庆市公共机构节水型单位", ink="blue", motif="drop", holder=FORTY, until=None, issuers=("重庆市水利局",)),
    "title of two lines": replace(
        AWARD, scheme_title="重庆市节约型公共机构示范单位和公共机构能源资源利用效率领跑者称号联合创建先进单位",
        holder=FORTY, english=True, reissued=date(2027, 3, 1)),
}

COVER = CoverFacts(
    "市级节约型公共机构示范单位", CITY[:2], "green", "city", "渝节示申2026-0023", "2026年度", "2016年版", "B310 7C44 E29A 08F1",
    "https://cert.example.cn/a/0023", FORTY, "12500000TEST00002W", "秀山土家族苗族自治县",
    "秀山土家族苗族自治县机关事务服务中心", "䶮某", "023-0000 0000", date(2026, 11, 6), SPECIMEN)
ITEMS = ("单位建筑面积能源消耗指标", "人均能源消耗指标", "人均水资源消耗指标", "节约能源资源目标完成情况", "组织领导与管理机构",
         "规划计划与目标分解", "规章制度", "能源资源消费统计", "计量器具配备", "能源审计", "运行管理与巡查", "宣传教育")
SHORT_FORM = ApplicationFormFacts(
    cover=COVER, basics=(("单位名称", FORTY), ("统一社会信用代码", "12500000TEST00002W"), ("单位类型", "党政机关"),
                         ("建筑面积", "18,200 ㎡"), ("用能人数", "431 人"), ("单位地址", "秀山土家族苗族自治县示例大道128号"),
                         ("经办人", "䶮某"), ("单位负责人", "")),
    years=(2023, 2024, 2025),
    statistics=(StatisticsRow("能源消费", heading=True),
                StatisticsRow("电力", "kWh", (D(1254300), D("1198765.505"), None)),
                StatisticsRow("外购热力（大型公共建筑群）", "MJ", (D("123456789012.25"), D("98765432109.5"), D(0))),
                StatisticsRow("人均能耗", "kgce/人", (D("542.355"), D("510.55"), D("461.17")))),
    prerequisites=(PrerequisiteRow("已列入公共机构名录库", met=True),
                   PrerequisiteRow("未使用国家明令淘汰的用能设备", met=False, note="拟于2027年更换"),
                   PrerequisiteRow("近三年未发生重大安全事故", met=None)),
    sections=(SectionRows("能源资源消耗指标", D(35), D("31.5"), (
        ItemRow("1.1a", ITEMS[0], D(7), D(6), star=True, note="比值0.867"),
        ItemRow("1.2", "空调冷却补水", D(5), None, not_applicable=True))),
        SectionRows("管理制度与实施", D(29), D(27), tuple(
            ItemRow(f"2.{n}", ITEMS[3 + n], D(3), D("2.5"), star=n < 3) for n in range(1, 9)))),
    total=D("31.50"), possible=D(110), pass_mark=D(85),
    evidence=tuple(EvidenceRow(f"2.{n}", "能源资源消费统计台账", f"2025年{n}月台账_镕䶮𬭎.pdf", "1.2 MB", f"{n:02x}ab" * 16)
                   for n in range(1, 41)),
    narratives=(("（一）基本概况", "本单位建立了节能工作机制，主要负责人负总责。" * 60), ("（二）节水措施", "更换节水器具。")))
FULL_FORM = replace(
    SHORT_FORM, evidence=tuple(
        EvidenceRow(f"{1 + n % 6}.{1 + n % 9}", "公共机构能源资源消费统计台账及分户分区分项计量器具一览表",
                    f"IMG_2025_{n:04d}_energy-and-water-ledger_scan_final_version_镕.pdf", "123.4 MB", f"{n:04x}dead" * 8)
        for n in range(1, 201)),
    opinions=(Opinion("申报单位意见", "材料真实，同意申报。", signed=date(2026, 11, 6)),
              Opinion("推荐单位意见", "经初评，材料齐全，成效明显，同意推荐。" * 120, signed=date(2026, 11, 16)),
              *application_form.STANDARD_OPINIONS[2:]))
BLANK_FORM = replace(
    SHORT_FORM, cover=replace(COVER, unit="", credit_code="", recommender="", person="", phone="", filled=None, digest="",
                              specimen=""),
    basics=tuple((label, "") for label, _ in SHORT_FORM.basics), evidence=(), narratives=(), sections=())

GROUPS = (ListedGroup("市级部门及直属单位", (ListedUnit(RARE, "市级部门", "场馆"), ListedUnit(FORTY, "市人大常委会机关", "党政机关"))),
          ListedGroup("万州区", tuple(ListedUnit(f"万州区示例第{n}中学校", "万州区", "学校", D("91.50")) for n in range(1, 120))),
          ListedGroup("秀山土家族苗族自治县", tuple(
              ListedUnit(f"秀山土家族苗族自治县示例镇中心卫生院（第{n}分院）", "秀山土家族苗族自治县", "医院", D("88.25")) for n in range(1, 80))))
NOTICE = NoticeFacts(
    BUREAU, "关于2026年重庆市公共机构节水型单位拟认定名单的公示",
    ("根据《公共机构节能条例》等规定，经单位申报、区县和部门推荐、专家评审、现场验收和联合审定，拟认定以下单位为重庆市公共机构节水型单位。"
     "现将名单予以公示，接受社会监督。",), GROUPS, date(2026, 11, 24), date(2026, 11, 30), 5,
    "对名单有异议的，请在公示期内以书面或在线方式提出，说明事实和依据。以单位名义提出的，应当加盖公章；以个人名义提出的，应当署真实姓名并留下联系电话和地址。",
    (("联系部门", "公共机构节能管理处"), ("联系电话", "023-0000 0000"), ("地址", "重庆市示例路1号")), date(2026, 11, 23),
    "渝机管公示〔2026〕3号", "blue", "公示名单", show_scores=True, url="https://cert.example.cn/notices/3", specimen=SPECIMEN)
LETTER = RecommendationFacts(
    "秀山土家族苗族自治县机关事务服务中心", BUREAU, "关于推荐2026年度市级节约型公共机构示范单位的函",
    ("根据2026年度市级节约型公共机构示范单位创建工作安排和评价标准要求，经单位自愿申报、我单位逐项初评，现推荐以下2家单位参加评审。",
     "上述单位的申报材料已经我单位审核，佐证材料齐全，初评情况见附件。"),
    (RecommendedRow(1, FORTY, "渝节示申2026-0001", D("92.5"), D(90), "节能改造成效明显，制度健全"),
     RecommendedRow(2, RARE, "渝节示申2026-0002", None, None)), date(2026, 11, 6), "秀机管函〔2026〕12号")
VISIT = VisitRecordFacts(
    "市级节约型公共机构示范单位", "green", FORTY, "渝节示申2026-0023", date(2026, 11, 20), "示例路128号",
    (("甲某某", BUREAU), ("乙某某", "评审专家"), ("丙某某", "")), ("䶮某", "丁某某"), "听取汇报、查阅资料、实地察看",
    tuple(CheckRow(f"2.{n}", ITEMS[n % 12], D(4), D(4), D("3.5"), "部分属实" if n % 9 == 0 else "属实",
                   "分项计量未覆盖数据中心机房" if n % 9 == 0 else "") for n in range(1, 40)),
    tuple(SampleRow(f"{n}层卫生间", "感应式水嘴", "无漏失") for n in range(1, 11)),
    (ProblemRow("四层水嘴滴漏（更换阀芯）", "戊某", date(2026, 12, 11), "待整改"),), "限期整改后复验", "十五个工作日内整改完毕。", D("88.5"),
    digest="B310 7C44 E29A 08F1")
SUMMARY = ScoreSummaryFacts(
    "市级节约型公共机构示范单位", "green", FORTY, "渝节示申2026-0023", "2016年版", ("A", "B", "C"),
    (SummaryRow("", "管理制度与实施", D(29), (D(26), D("25.5"), D(27)), D("26.17"), section=True),
     SummaryRow("2.1", "组织领导与管理机构", D(3), (D(3), None, D("2.5")), D("2.75"), star=True)),
    (D(88), D("86.5"), D("90.25")), D("88.25"), D(85), "取平均值", D("3.75"), D(10), "达到合格线",
    (("A", "材料齐全。"), ("B", "")), date(2026, 11, 18), "经复议维持原分。")
FULL_SUMMARY = replace(
    SUMMARY, experts=tuple("ABCDEFGHI"), totals=(D("88.25"),) * 9,
    rows=tuple(row for at in range(6) for row in (
        SummaryRow("", f"评价单元{at + 1}", D(29), (D("25.25"),) * 9, D("26.17"), section=True),
        *(SummaryRow(f"{at + 1}.{n}", ITEMS[n], D(3), (D("2.75"),) * 9, D("2.75"), star=n < 2) for n in range(1, 7)))),
    comments=tuple((code, "佐证材料齐全，统计台账完整，建议加强分项计量。" * 6) for code in "ABCDEFGHI"))
RECTIFY = RectificationFacts(
    BUREAU, FORTY, "市级节约型公共机构示范单位", "渝节示申2026-0023", date(2026, 11, 20), date(2026, 12, 11),
    (DemandRow("四层卫生间感应式水嘴滴漏", "更换阀芯并排查同批次器具", "戊某", date(2026, 12, 4), "4.1"),
     DemandRow("数据中心机房未单独计量", "加装分项计量表具，补录台账", "己某", date(2026, 12, 11), "2.5"),
     DemandRow("现场未见节能宣传标识", "", "", None)), date(2026, 11, 21), contacts=(("联系部门", "公共机构节能管理处"),),
    ink="green", specimen=SPECIMEN)
NAMING = NamingFacts(
    CITY, "各区县（自治县）机关事务管理部门，市级各部门", "关于命名2026年市级节约型公共机构示范单位的通知",
    ("根据《公共机构节能条例》和市级节约型公共机构示范单位创建标准，经单位申报、区县和部门推荐、专家评审、现场验收、联合审定并向社会公示，"
     "决定命名重庆市示例镕䶮𬭎纪念图书馆等200家单位为“市级节约型公共机构示范单位”，有效期三年。",),
    "希望获得命名的单位珍惜荣誉，持续完善管理，发挥示范作用；各区县、各部门要加强指导和监督，推动节约能源资源工作取得更大成效。",
    "市级节约型公共机构示范单位名单", GROUPS, date(2026, 12, 8), "渝机管发〔2026〕　　号", ink="green", specimen=SPECIMEN)
REVOKED = EndingFacts(
    "revoked", BUREAU, FORTY, "市级节约型公共机构示范单位", "渝节示〔2026〕0024-5", date(2026, 11, 30), date(2029, 11, 29), date(2027, 8, 2),
    "申报时提供的水平衡测试报告系伪造，2025年用水量与水费票据不符。", "《市级节约型公共机构示范单位评价标准》（2016年版）",
    copied_to=(*CITY[1:], "秀山土家族苗族自治县机关事务服务中心"), ink="green", specimen=SPECIMEN)
CANCELLED = replace(REVOKED, kind="cancelled", holder=RARE, until=None, reason="单位撤并，不再独立运行", copied_to=(), ink="blue",
                    title="重庆市公共机构节水型单位")
REVERIFY = ReverificationFacts(
    "市级节约型公共机构示范单位", "green", BUREAU, FORTY, "12500000TEST00002W", "秀山土家族苗族自治县", "渝节示〔2026〕0024-5",
    date(2026, 11, 30), date(2029, 11, 29), "2016年版", "称号期满前复核，复核不达标的取消称号。", (2026, 2027, 2028),
    ("已列入公共机构名录库", "近两年完成节约能源资源年度目标", "近三年未发生重大安全事故", "未使用国家明令淘汰的用能设备"),
    tuple(StarRow(f"2.{n}", ITEMS[n]) for n in range(1, 8)), specimen=SPECIMEN)


class Paper(NamedTuple):
    """How a paper is rendered, its facts, the colour space of its file and words that must be found in its text."""

    render: Callable[[Any], bytes]
    facts: Any
    words: tuple[str, ...]
    space: str = "rgb"


PAPERS: dict[str, Paper] = {
    **{f"certificate, {name}": Paper(certificate.render, facts, (
        facts.holder + "：", facts.number, facts.verify_code, facts.show_url, "授予你单位", "特发此证。", *facts.issuers,
        facts.specimen)) for name, facts in AWARDS.items()},
    "certificate, cmyk": Paper(partial(certificate.render, space="cmyk"), AWARD, (RARE,), "cmyk"),
    "plaque": Paper(plaque.render, AWARDS["ministries"], ("全国节约型公共机构示范单位", "财政部", "二〇二六年十一月", "国节示〔2026〕0137-2", "印刷稿"),
                    "cmyk"),
    "plaque, four issuers, reissued": Paper(plaque.render, AWARDS["forty signs, four issuers"],
                                            ("重庆市住房和城乡建设委员会", "补发"), "cmyk"),
    "plaque, etched": Paper(partial(plaque.render, ground=False), AWARD, ("市级节约型公共机构示范单位", "蚀刻线稿", "Y2HJ-6GLU"), "cmyk"),
    "application form": Paper(application_form.render, SHORT_FORM, (
        FORTY, "申报表", "1,198,765.51", "123,456,789,012.25", "542.36", "比值0.867", "不评分", "不符合", "未填", "拟于2027年更换",
        "镕䶮𬭎", "01AB01AB01AB01AB", "共40件", "本单位承诺", "市级审定意见", "加盖公章处", "近三年能源资源消费情况", "31.5", "合格线85分",
        "二〇二六年十一月六日", SPECIMEN)),
    "application form, full": Paper(application_form.render, FULL_FORM, ("共200件", "00C8DEAD00C8DEAD", "同意推荐")),
    "application form, blank": Paper(application_form.render, BLANK_FORM, ("未附佐证材料", "承诺与意见")),
    "public notice": Paper(notice_list.render, NOTICE, (
        NOTICE.title, "2026年11月24日至2026年11月30日（5个工作日）", "镕䶮𬭎", "万州区示例第119中学校", "一、市级部门及直属单位（2家）",
        "三、秀山土家族苗族自治县（79家）", "（共200家，排名不分先后）", "91.5", "渝机管公示〔2026〕3号", "附件：公示名单（200家）", SPECIMEN)),
    "covering letter": Paper(covering_letter.render, LETTER, (
        LETTER.title, FORTY, LETTER.sender, BUREAU + "：", "2026年11月6日", "成效明显", "附件：推荐单位名单（2家）")),
    "covering letter, sender of forty signs": Paper(covering_letter.render, replace(LETTER, sender=FORTY, number=""), (FORTY,)),
    "visit record": Paper(visit_record.render, VISIT, (
        FORTY, "甲某某", "（组长）", "抽查点位（10处）", "2026年12月11日", "限期整改后复验", "88.5")),
    "visit record, long opinion": Paper(visit_record.render, replace(
        VISIT, samples=(), problems=(), opinion="现场查阅台账，实地察看计量器具和节水器具，情况属实。" * 90, total=None),
        ("未发现需整改的问题",)),
    "score summary": Paper(score_summary.render, SUMMARY, (
        FORTY, "专家评分汇总表", "88.25分（合格线85分），达到合格线", "90.25", "未填写意见", "经复议维持原分")),
    "score summary, nine experts": Paper(score_summary.render, FULL_SUMMARY, ("专家I", "建议加强分项计量")),
    "rectification notice": Paper(rectification_notice.render, RECTIFY, (
        "整改通知书", FORTY + "：", "于2026年12月11日前", "4.1四层卫生间感应式水嘴滴漏", "更换阀芯并排查同批次器具", "2026年12月4日", "签收人（签字）")),
    "rectification notice, many problems": Paper(rectification_notice.render, replace(
        RECTIFY, rows=RECTIFY.rows * 20, due=None, visited=None), ("发现60项需要整改的问题",)),
    "naming letter": Paper(naming_notice.render, NAMING, (
        NAMING.title, "各区县（自治县）机关事务管理部门，市级各部门：", *CITY, "2026年12月8日", "附件：市级节约型公共机构示范单位名单（200家）", RARE)),
    "naming letter, four issuers": Paper(naming_notice.render, replace(
        NAMING, issuers=(*CITY, "重庆市住房和城乡建设委员会"), groups=GROUPS[:1], copied_to=("市委办公厅", "市人大常委会办公厅")), ("抄送：",)),
    "re-verification form": Paper(reverification_form.render, REVERIFY, (
        "复核表", FORTY, "2028年", "近三年未发生重大安全事故", "□符合", "□保持称号", "持证单位自查意见")),
    "revocation": Paper(ending_decision.render, REVOKED, (
        f"关于撤销{FORTY}“市级节约型公共机构示范单位”称号的决定", FORTY + "：", "经查，申报时提供的水平衡测试报告系伪造，2025年用水量与水费票据不符。",
        "决定自2027年8月2日起撤销", "抄送：重庆市发展和改革委员会，重庆市财政局，秀山土家族苗族自治县机关事务服务中心。")),
    "cancellation": Paper(ending_decision.render, CANCELLED, (
        f"关于注销{RARE}“重庆市公共机构节水型单位”证书的决定", "因单位撤并，不再独立运行，", "注销不属于惩戒措施")),
}
