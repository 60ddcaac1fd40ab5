"""Rows for the tables on scanned pages and in spreadsheets: ledgers, meters, fixtures, logs, lists."""

from __future__ import annotations

from random import Random

from portal.demo.names import FAMILY_NAMES, GIVEN_NAMES

_PLACES = ("办公楼一层", "办公楼二层", "办公楼三层", "教学楼东侧", "食堂后厨", "综合楼", "门诊楼", "宿舍区", "绿化区", "地下车库",
           "会议中心", "设备间", "图书室", "活动室", "实验楼")  # fmt: skip
_FIXTURES = (("感应式水龙头", "只"), ("脚踏式便器冲洗阀", "套"), ("节水型坐便器", "套"), ("感应式小便斗", "套"), ("节水型淋浴器", "套"),
             ("LED平板灯", "盏"), ("LED灯管", "支"), ("变频水泵", "台"), ("一级能效空调", "台"), ("节能灶具", "台"))  # fmt: skip
_METERS = (("LXS-50E 水表", "二级表"), ("LXS-25E 水表", "三级表"), ("LXLC-100 水表", "一级表"), ("DTS634 电能表", "二级表"),
           ("DDS607 电能表", "三级表"), ("G16 燃气表", "一级表"))  # fmt: skip
_CHECKS = ("阀门无渗漏", "水龙头完好", "照明随手关闭", "空调温度26℃", "管网压力正常", "计量表读数正常", "发现一处滴漏，当日修复", "设备间清洁")


def rows_of(rng: Random, genre: str) -> list[tuple[str, ...]]:
    """A head and up to twenty rows of text cells for a genre of `scans.Genre`; an unknown genre is a ledger."""
    makers = {"meters": _meters, "fixtures": _fixtures, "record": _record, "sign-in": _sign_in, "bill": _bill, "report": _balance}
    return makers.get(genre, ledger)(rng)


def ledger(rng: Random) -> list[tuple[str, ...]]:
    """Twelve months of electricity, gas and water, and their sum."""
    rows: list[tuple[str, ...]] = [("月份", "电力（千瓦时）", "天然气（立方米）", "用水（立方米）", "费用（元）", "记录人")]
    base, sums = rng.randint(18_000, 60_000), [0, 0, 0, 0]
    for month in range(1, 13):
        season = 1.35 if month in (7, 8, 1) else 1.0
        figures = [round(base * season * rng.uniform(0.9, 1.1)), round(base * 0.05 * rng.uniform(0.8, 1.2)),
                   round(base * 0.03 * rng.uniform(0.9, 1.1))]  # fmt: skip
        figures.append(round(figures[0] * 0.82 + figures[1] * 2.98 + figures[2] * 4.3))
        sums = [one + other for one, other in zip(sums, figures, strict=True)]
        rows.append((f"{month}月", *(f"{figure:,}" for figure in figures), _name(rng)))
    return [*rows, ("合计", *(f"{figure:,}" for figure in sums), "")]


def _meters(rng: Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("序号", "型号", "级别", "安装位置", "编号", "检定有效期")]
    for ordinal in range(1, 17):
        model, level = rng.choice(_METERS)
        rows.append((str(ordinal), model, level, rng.choice(_PLACES), f"YS{rng.randint(10_000, 99_999)}", f"{rng.randint(2027, 2029)}-{rng.randint(1, 12):02d}"))
    return rows


def _fixtures(rng: Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("序号", "名称", "单位", "数量", "其中节能节水型", "位置")]
    for ordinal in range(1, 16):
        name, unit = rng.choice(_FIXTURES)
        count = rng.randint(4, 120)
        rows.append((str(ordinal), name, unit, str(count), str(count if rng.random() < 0.9 else count - 1), rng.choice(_PLACES)))
    return rows


def _record(rng: Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("日期", "时间", "巡查部位", "巡查情况", "巡查人")]
    for ordinal in range(16):
        rows.append((f"{1 + ordinal // 2}月{rng.randint(1, 28)}日", f"{rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}", rng.choice(_PLACES), rng.choice(_CHECKS), _name(rng)))
    return rows


def _sign_in(rng: Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("序号", "部门", "姓名", "岗位", "签到")]
    for ordinal in range(1, 17):
        name = _name(rng)
        rows.append((str(ordinal), rng.choice(("办公室", "后勤科", "财务科", "总务处", "工会", "设备科")), name, rng.choice(("管理岗", "能源统计岗", "设备运行岗", "宣传员")), name))
    return rows


def _bill(rng: Random) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("项目", "起码", "止码", "用量", "单价（元）", "金额（元）")]
    for name, price in (("居民及非居民用水", 4.3), ("污水处理费", 1.3), ("一般工商业用电", 0.82), ("管道天然气", 2.98)):
        start, amount = rng.randint(10_000, 90_000), rng.randint(300, 9_000)
        rows.append((name, f"{start}", f"{start + amount}", f"{amount}", f"{price:.2f}", f"{amount * price:,.2f}"))
    return rows


def _balance(rng: Random) -> list[tuple[str, ...]]:
    """Results as a water balance or audit report sums them up."""
    rows: list[tuple[str, ...]] = [("指标", "单位", "测试值", "参考值", "结论")]
    rows.append(("水计量率（一级）", "%", "100.00", "100.00", "符合"))
    rows.append(("水计量率（二级）", "%", f"{rng.uniform(95.5, 99.9):.2f}", "≥95.00", "符合"))
    rows.append(("节水器具普及率", "%", f"{rng.uniform(98.5, 100):.2f}", "100.00", "基本符合"))
    rows.append(("用水器具漏失率", "%", f"{rng.uniform(0, 2):.2f}", "≤4.00", "符合"))
    rows.append(("单位建筑面积能耗", "kgce/m²", f"{rng.uniform(3, 12):.2f}", "同类平均", "优于平均"))
    rows.append(("人均综合能耗", "kgce/人", f"{rng.uniform(60, 400):.2f}", "同类平均", "优于平均"))
    rows.append(("人均用水量", "m³/人", f"{rng.uniform(10, 60):.2f}", "同类平均", "优于平均"))
    return rows


def _name(rng: Random) -> str:
    return rng.choice(FAMILY_NAMES) + rng.choice(GIVEN_NAMES)
