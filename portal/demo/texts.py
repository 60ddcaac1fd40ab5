"""What people write along a case: reasons, questions, findings, objections, remarks, chapters of a self-report."""

from __future__ import annotations

from random import Random
from typing import Final

CLAUSES: Final = (
    "为加强用能用水管理，降低运行成本，根据《公共机构节能条例》和本市有关规定，结合单位实际，制定本制度。",
    "成立节约能源资源工作领导小组，单位负责人任组长，后勤部门承担日常工作，各部门指定一名联络员。",
    "各部门应做到人走灯灭、人走水停；办公设备下班后切断电源，减少待机能耗。",
    "夏季空调温度设置不低于26摄氏度，冬季不高于20摄氏度；开启空调时关闭门窗。",
    "后勤部门每周至少巡查一次供水管网和用水器具，发现跑冒滴漏应在二十四小时内修复并作记录。",
    "能源资源消费实行分户、分区、分项计量，计量器具按期检定，原始记录保存不少于三年。",
    "每月五日前完成上月能源资源消费台账，每季度在单位内部公示一次，每年编写分析报告。",
    "新购设备应当列入节能产品、环境标志产品政府采购清单，淘汰高耗能、高耗水设备。",
    "公务用车实行一车一账，定点加油、定点维修，优先使用新能源汽车。",
    "对节约工作成效突出的部门给予通报表扬；对造成浪费的，责令改正并追究责任。",
    "本制度自印发之日起施行，由后勤部门负责解释。",
)
PARAGRAPHS: Final = (
    "提高认识，加强领导。各部门要把节约能源资源作为年度重点工作，主要负责人亲自过问，分管负责人具体落实。",
    "明确目标，分解任务。全年单位建筑面积能耗、人均综合能耗较上年下降百分之二，人均用水量下降百分之三，指标分解到部门。",
    "完善计量，夯实基础。年内完成主要功能区二级计量器具安装，重点用水设备实现单独计量。",
    "实施改造，挖掘潜力。对照明、食堂、卫生间和老旧管网开展节能节水改造，改造方案须经集体研究决定。",
    "加强宣传，营造氛围。利用世界水日、中国水周、全国节能宣传周开展主题活动，张贴节约标识，组织志愿服务。",
    "强化检查，严格考核。每季度开展一次专项检查，检查结果纳入部门年度考核。",
    "畅通信息，及时报送。各部门联络员每月三日前报送上月用能用水数据，数据须真实、准确、完整。",
)

_RETURN_REASONS: Final = (
    "“{document}”缺少单位公章和落款日期，请重新扫描上传。",
    "“{document}”所附台账仅有九个月，请补齐上一自然年十二个月的数据。",
    "填报的用水人数与基本信息表不一致，请核对并在说明中写明统计口径。",
    "“{document}”扫描件模糊，表内数字无法辨认，请更换清晰版本。",
    "“{document}”印发于评价期之后，请提供评价期内有效的文件。",
    "照片未反映改造完成后的状态，请补充同一部位改造前后的对比照片。",
)
_CLARIFICATIONS: Final = (
    ("请说明本年度天然气用量较上年上升的原因。", "新建食堂于三月投用，就餐人数增加约三成；折算到人均后，用量较上年下降。"),
    ("二级水表清单与管网图的编号不一致，以哪一份为准？", "以清单为准。管网图为改造前版本，已按现场编号更新并重新上传。"),
    ("非常规水源利用量是如何计量的？", "雨水回用系统设有独立水表，按月抄表，抄表记录见佐证材料。"),
    ("节水器具总数是否包含出租房屋内的器具？", "不包含。出租房屋已独立计量，不纳入本次申报范围。"),
    ("能源审计报告提出的措施落实了哪几项？", "提出的五项措施已落实四项，屋面隔热改造列入下一年度计划。"),
)
_FINDINGS: Final = (
    ("三楼卫生间一处感应水龙头关闭后仍有滴漏。", "更换阀芯，并对同批次器具逐一排查。"),
    ("食堂二级水表安装位置不便于抄读，且未张贴编号。", "增设远传模块或移位安装，统一编号并张贴标识。"),
    ("抽查的十个用水点中，有一个不是节水型器具。", "更换为节水型器具，重新核实器具普及率。"),
    ("机房空调设定为22摄氏度，低于温度管理规定。", "调整设定温度，设置权限并做好运行记录。"),
    ("地下车库照明未分区控制，白天全部开启。", "加装分区开关或雷达感应灯具，完善巡查记录。"),
    ("供水管网图未标注近两年新增的绿化支管。", "组织现场测绘，更新管网图并归档。"),
    ("废旧灯管与其他垃圾混放，未见有害垃圾收集容器。", "设置有害垃圾收集点，与有资质的单位签订回收协议。"),
)
_RECTIFIED: Final = (
    "已按要求完成整改，整改前后对比照片和采购凭证一并上传，请复验。",
    "整改已完成，并举一反三排查了同类部位，未发现其他问题。",
    "已于期限内整改到位，责任部门负责人签字确认。",
)
_OBJECTIONS: Final = (
    ("反映该单位绿化仍使用自来水漫灌，与公示材料所述不符。", "经现场核查，该单位绿化已全部采用喷灌，反映的漫灌区域系相邻单位管理，异议不成立。"),
    ("认为该单位建筑面积填报偏大，影响单位面积能耗的计算。", "经核对房屋权属证书，填报面积不含家属区，与权属登记一致，异议不成立。"),
    ("反映该单位去年发生管道爆裂，未及时处理。", "经调阅维修记录，该处漏损于接报后四小时内修复，未造成严重浪费；已要求该单位完善应急预案。"),
)
_DECISIONS: Final = (
    "评审和验收结论一致，程序完备，同意命名。",
    "综合评审得分达到标准，整改已复验合格，同意列入拟命名名单。",
    "材料真实、数据可靠，节约成效明显，同意。",
)
_REFUSALS: Final = (
    "评审得分未达到合格线，建议列入下一批次继续创建。",
    "带★项目存在零分，不符合命名条件，可在整改后重新申报。",
)
_RECOMMENDATIONS: Final = (
    "经初审，申报材料齐全，数据与统计年报一致，同意推荐。",
    "该单位节约工作基础扎实，计量、统计规范，现场查看情况良好，同意推荐。",
    "材料符合要求，初评得分达到标准，按名额排序推荐。",
)
_SCORE_REASONS: Final = {
    "full": ("材料齐全，内容与标准要求逐条对应。", "佐证充分，数据相互印证。", "制度健全且有执行记录。"),
    "most": ("材料基本齐全，个别月份记录不完整，酌情扣分。", "措施到位，但缺少效果分析，酌情扣分。", "大部分内容符合要求，部分佐证未标明日期。"),
    "part": ("仅提供了部分佐证，其余内容未见依据，按已证明部分计分。", "执行记录偏少，难以证明常态化开展，扣减相应分值。"),
    "none": ("未提供标准要求的佐证材料，本项不得分。",),
}  # fmt: skip
_STATEMENTS: Final = (
    "已按标准要求开展“{title}”工作，制度、记录和台账齐全，详见佐证材料。",
    "“{title}”由后勤部门专人负责，按月检查、按季分析，评价期内执行到位。",
    "针对“{title}”制定了专项措施并完成改造，改造前后数据对比见附件。",
    "对照“{title}”逐条自查，各项要求均已落实，原始凭证存档备查。",
)


def return_reason(rng: Random, *, document: str) -> str:
    """Why an item is sent back, naming the document."""
    return rng.choice(_RETURN_REASONS).format(document=document)


def clarification(rng: Random) -> tuple[str, str]:
    """An expert's question and the institution's answer."""
    return rng.choice(_CLARIFICATIONS)


def findings(rng: Random, *, count: int) -> tuple[tuple[str, str], ...]:
    """`count` different findings of a visit (at most seven), each with what has to be put right."""
    return tuple(rng.sample(_FINDINGS, k=min(count, len(_FINDINGS))))


def rectified(rng: Random) -> str:
    """The institution's report that a finding was put right."""
    return rng.choice(_RECTIFIED)


def objection(rng: Random) -> tuple[str, str]:
    """An objection from the public and the bureau's answer to it."""
    return rng.choice(_OBJECTIONS)


def decision_remark(rng: Random, *, passed: bool) -> str:
    """What the leader writes below a decision."""
    return rng.choice(_DECISIONS if passed else _REFUSALS)


def recommendation(rng: Random) -> str:
    """A recommender's opinion."""
    return rng.choice(_RECOMMENDATIONS)


def score_reason(rng: Random, *, share: float) -> str:
    """Why an expert gave `share` (0 to 1) of an item's points."""
    kind = "full" if share >= 0.95 else "most" if share >= 0.7 else "part" if share > 0 else "none"
    return rng.choice(_SCORE_REASONS[kind])


def self_report(rng: Random, *, name: str, headcount: int, floor_area_m2: int, water: bool) -> tuple[tuple[str, str], ...]:
    """The chapters (title, text) of an institution's self-report; `water` for the water-saving scheme."""
    use = "用水" if water else "用能"
    share, saved = rng.randint(6, 14), rng.randint(3, 48)
    overview = (
        f"{name}现有用能人数{headcount}人，建筑面积{floor_area_m2}平方米。单位成立了节约能源资源工作领导小组，"
        "由主要负责人任组长，后勤部门设专职管理岗位和统计岗位。"
    )
    usage = (
        f"主要{use}部位为办公（教学、诊疗）区、食堂和公共区域，已实现分户、分区计量，"
        f"重点设备单独计量。近三年{use}总量逐年下降，累计下降{share}%。"
    )
    measures = (
        "一是健全制度，印发管理办法并逐级分解目标；二是实施改造，更换高效灯具和节水器具，改造老旧管网；"
        "三是强化运行管理，建立每周巡查和每月分析机制；四是开展宣传培训，全员参与。"
    )
    results = (
        f"通过持续改造和精细管理，人均指标优于同类机构平均水平，年节约费用约{saved}万元，"
        "形成了“日巡查、周通报、月分析”的工作机制。"
    )
    problems = "对照标准自查，发现部分支管标识不清、个别部位计量器具级别偏低等问题，已列出清单并逐项整改完成。"
    return (
        ("基本概况", overview),
        (f"{use}情况", usage),
        ("主要措施", measures),
        ("经验效果", results),
        ("问题与整改", problems),
    )


def statement(rng: Random, *, title: str) -> str:
    """How an institution says that it meets the item of that title."""
    return rng.choice(_STATEMENTS).format(title=title)
