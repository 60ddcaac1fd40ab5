"""The chapters of the self-report (自查报告, domain.md A4.4): keys, titles and what each is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.wording import Phrase

LEAST_LENGTH = 20
"""Characters below which a chapter counts as not written."""
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its key in `Application.report`, its title and what to write about."""

    key: str
    title: Phrase
    hint: Phrase


_WATER = Chapter(
    "usage", Phrase("Water use", "用水情况"),
    Phrase("Sources, users on three levels, facilities, green areas, water for cooling and boilers.",
           "供水水源、三级用水单位、用水设施、绿化面积、空调和锅炉用水等。"))
_ENERGY = Chapter(
    "usage", Phrase("Energy and water use", "用能用水情况"),
    Phrase("Kinds of energy, main equipment, users, metering, changes over the last years.",
           "用能种类、主要用能用水设备、用能人数、计量器具配备和近年变化情况。"))

_REST = (
    Chapter("measures", Phrase("Saving measures", "节约措施"),
            Phrase("What was done, item by item: rules, retrofits, operation, training.",
                   "逐项写明制度建设、技术改造、运行管理、宣传培训等措施。")),
    Chapter("results", Phrase("Experience and results", "经验效果"),
            Phrase("What was saved, what others can learn, conclusions of tests and audits.",
                   "取得的成效、可推广的经验，水平衡测试或能源审计的结论。")),
    Chapter("problems", Phrase("Problems and corrections", "问题与整改"),
            Phrase("What is not yet good enough and what is being done about it.", "存在的不足及整改情况。")),
    Chapter("plans", Phrase("Next steps", "下一步打算"),
            Phrase("Plans and targets for the coming years.", "今后的工作计划和目标。")),
)
_OVERVIEW = Chapter(
    "overview", Phrase("Overview of the institution", "基本概况"),
    Phrase("Duties, staff, buildings, organisation of saving work.", "单位职能、人员、建筑和节约工作组织情况。"))


def chapters(scheme: str) -> tuple[Chapter, ...]:
    """The chapters that a scheme (by its id) asks for, in order."""
    return (_OVERVIEW, _WATER if scheme == "water-saving" else _ENERGY, *_REST)


def written(report: Mapping[str, object], key: str) -> bool:
    """Whether a chapter says enough to count as written."""
    return len(str(report.get(key) or "").strip()) >= LEAST_LENGTH


def unwritten(report: Mapping[str, object], scheme: str) -> tuple[Chapter, ...]:
    """The chapters that are still to be written."""
    return tuple(one for one in chapters(scheme) if not written(report, one.key))
