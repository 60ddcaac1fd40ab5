"""The sentences in which the rules explain themselves, in English and in Chinese, by code.

Explanations and reasons travel as codes and values; whoever prints them asks for a language here.
Both columns are data in the words of the standards, as in `criteria/`: an interface for machines
that has no catalogue at hand says the same as a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Phrase(NamedTuple):
    """One sentence or label in both languages, with %(name)s places."""

    en: str
    zh: str

    def say(self, language: str = "zh", values: Mapping[str, object] | None = None) -> str:
        """The phrase in "zh…" or, for any other language, in English."""
        pattern = self.zh if language.lower().startswith("zh") else self.en
        return pattern % values if values else pattern


LABELS: dict[str, Phrase] = {
    "electricity_kwh": Phrase("Electricity", "电力"),
    "natural_gas_m3": Phrase("Natural gas", "天然气"),
    "raw_coal_kg": Phrase("Raw coal", "原煤"),
    "gasoline_vehicle_l": Phrase("Petrol for vehicles", "汽油（车辆用油）"),
    "gasoline_other_l": Phrase("Petrol for other uses", "汽油（其他用油）"),
    "diesel_vehicle_l": Phrase("Diesel for vehicles", "柴油（车辆用油）"),
    "diesel_other_l": Phrase("Diesel for other uses", "柴油（其他用油）"),
    "lpg_kg": Phrase("Liquefied petroleum gas", "液化石油气"),
    "heat_mj": Phrase("Heat", "热力"),
    "water_m3": Phrase("Water", "用水总量"),
    "nonconventional_water_m3": Phrase("Water from non-conventional sources", "非常规水源用水量"),
    "floor_area_m2": Phrase("Floor area", "建筑面积"),
    "headcount": Phrase("Energy users", "用能人数"),
    "water_headcount": Phrase("Water users", "用水人数"),
    "kgce_per_m2": Phrase("Average energy per floor area", "同类机构单位建筑面积能耗平均值"),
    "kgce_per_person": Phrase("Average energy per person", "同类机构人均综合能耗平均值"),
    "m3_per_person": Phrase("Average water per person", "同类机构人均用水量平均值"),
    "total_kgce": Phrase("Total energy", "综合能耗总量"),
    "without_vehicles_kgce": Phrase("Total energy without vehicle fuel", "综合能耗总量（不含公务用车用油）"),
    "unit_rate": Phrase("Unit metering rate", "单位水计量率"),
    "sub_rate": Phrase("Sub-unit metering rate", "次级用水单位水计量率"),
}

FORMULA_TITLES: dict[str, Phrase] = {
    "area-energy": Phrase("Energy per floor area", "单位建筑面积能耗"),
    "person-energy": Phrase("Energy per person", "人均综合能耗"),
    "person-water": Phrase("Water per person", "人均用水量"),
    "person-water-or-certificate": Phrase("Water per person", "人均用水量"),
    "metering-rate": Phrase("Water metering rate", "水计量率"),
    "fixture-rate": Phrase("Share of water-saving fixtures", "节水器具普及率"),
    "leak-rate": Phrase("Share of leaking fixtures", "用水器具漏失率"),
    "cooling-makeup": Phrase("Make-up water of central cooling", "中央空调冷却补水率"),
    "condensate-recovery": Phrase("Boiler condensate recovery", "锅炉冷凝水回收率"),
    "manual": Phrase("Scored by the standard's rubric", "按评分细则评定"),
}

FORMULA_SENTENCES: dict[str, Phrase] = {
    "area-energy": Phrase(
        "(total energy − vehicle fuel) ÷ floor area", "（综合能耗总量 − 公务用车用油）÷ 建筑面积"
    ),
    "person-energy": Phrase("total energy ÷ energy users", "综合能耗总量 ÷ 用能人数"),
    "person-water": Phrase(
        "(water − non-conventional sources) ÷ water users",
        "（用水总量 − 非常规水源用水量）÷ 用水人数",
    ),
    "person-water-or-certificate": Phrase(
        "(water − non-conventional sources) ÷ water users",
        "（用水总量 − 非常规水源用水量）÷ 用水人数",
    ),
    "metering-rate": Phrase("metered water ÷ total water × 100 %", "计量水量 ÷ 总用水量 × 100%"),
    "fixture-rate": Phrase(
        "water-saving fixtures ÷ all fixtures × 100 %", "节水型器具数 ÷ 用水器具总数 × 100%"
    ),
    "leak-rate": Phrase(
        "leaking fixtures ÷ all fixtures × 100 %", "漏水器具数 ÷ 用水器具总数 × 100%"
    ),
    "cooling-makeup": Phrase(
        "make-up water ÷ circulating water × 100 %", "冷却补水量 ÷ 冷却循环水量 × 100%"
    ),
    "condensate-recovery": Phrase(
        "condensate recovered ÷ steam produced × 100 %", "冷凝水回收量 ÷ 蒸汽产量 × 100%"
    ),
}

NOTES: dict[str, Phrase] = {
    "certificate": Phrase(
        "A valid water-saving certificate gives full points.", "已是本地区节水型单位，直接得满分。"
    ),
    "floored": Phrase(
        "The started percentage point of %(rest)s %% does not count.",
        "不足一个百分点的 %(rest)s%% 不计分。",
    ),
    "ceiled": Phrase(
        "A started step counts as a whole one when points are deducted.",
        "扣分时，不足一档的按一档计。",
    ),
    "by-hand": Phrase("Scored by the standard's rubric.", "按评分细则评定。"),
    "departed": Phrase(
        "Scored %(points)s; the figures give %(computed)s.",
        "评定 %(points)s 分；按数据计算为 %(computed)s 分。",
    ),
    "not-applicable": Phrase("Not scored: %(condition_en)s", "不评分：%(condition)s"),
    "metering-missed": Phrase(
        "Unit and sub-unit level must both reach their rate, else 0.",
        "单位和次级用水单位须同时达标，否则不得分。",
    ),
}

MISSING: dict[str, Phrase] = {
    "no-answer": Phrase("no answer yet", "尚未填报"),
    "not-reported": Phrase("“%(field)s” is not reported", "未填报“%(field)s”"),
    "zero": Phrase("“%(field)s” is zero", "“%(field)s”为 0，无法计算"),
    "no-energy": Phrase("no energy is reported", "未填报能源消费量"),
    "no-water": Phrase("no water is reported", "未填报用水量"),
    "no-average": Phrase("“%(field)s” is not published", "缺少“%(field)s”"),
    "count-missing": Phrase("“%(field)s” is not stated", "未填报“%(field)s”"),
    "count-zero": Phrase("“%(field)s” is zero", "“%(field)s”为 0，无法计算"),
    "no-factor": Phrase("no coal factor for “%(field)s”", "缺少“%(field)s”的折标煤系数"),
}

REASONS: dict[str, Phrase] = {
    "below-pass-mark": Phrase(
        "Total %(total)s is below the pass mark %(pass_mark)s.",
        "总分 %(total)s 低于合格线 %(pass_mark)s。",
    ),
    "star-zero": Phrase(
        "Star item %(item)s %(title)s scores 0.", "带★项 %(item)s“%(title)s”得 0 分。"
    ),
    "prerequisite-unmet": Phrase(
        "Prerequisite %(item)s is not met: %(title)s", "不符合申报基本条件 %(item)s：%(title)s"
    ),
    "item-missing": Phrase(
        "%(item)s %(title)s counts 0: %(why)s.", "%(item)s“%(title)s”按 0 分计：%(why)s。"
    ),
    "star-divided": Phrase(
        "Star item %(item)s %(title)s scores 0 on %(zero)s of %(sheets)s sheets.",
        "带★项 %(item)s“%(title)s”在 %(sheets)s 份评分表中有 %(zero)s 份得 0 分。",
    ),
    "na-divided": Phrase(
        "%(item)s %(title)s is not scored on %(na)s of %(sheets)s sheets.",
        "%(item)s“%(title)s”在 %(sheets)s 份评分表中有 %(na)s 份不评分。",
    ),
    "prerequisite-divided": Phrase(
        "Prerequisite %(item)s is not met on %(zero)s of %(sheets)s sheets: %(title)s",
        "申报基本条件 %(item)s 在 %(sheets)s 份评分表中有 %(zero)s 份判为不符合：%(title)s",
    ),
    "wide-spread": Phrase(
        "The sheets are %(spread)s points apart; the limit is %(limit)s.",
        "评分表分差 %(spread)s 分，超过 %(limit)s 分，应当复议。",
    ),
    "no-sheets": Phrase("There is no sealed sheet.", "没有已封存的评分表。"),
}

UNITS: dict[str, str] = {"person": "人", "kgce/person": "kgce/人", "m³/person": "m³/人", "%": "%"}
"""Units that read differently in Chinese; others are international."""
UNITS_EN: dict[str, str] = {"件": "pieces", "person": "people"}
"""Units that the editions give in Chinese."""


def label(key: str, language: str = "zh") -> str:
    """A figure's name; the key itself when it has none."""
    phrase = LABELS.get(key)
    return phrase.say(language) if phrase else key


def unit(key: str, language: str = "zh") -> str:
    """A unit's sign in the language."""
    return (UNITS if language.lower().startswith("zh") else UNITS_EN).get(key, key)


def figure(value: Decimal, places: int | None = None) -> str:
    """A figure for reading: thousands apart, trailing zeros dropped unless `places` is given."""
    if places is not None:
        return f"{value:,.{places}f}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
