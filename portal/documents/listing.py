"""A list of units in official order, as notices and naming letters attach it."""
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportlab.platypus import Flowable

from portal.documents import letter
from portal.documents.palette import Palette
from portal.documents.prose import Prose, Style, Styles
from portal.documents.tables import Cell, figure, ruled, titled
from portal.documents.typeface import BOLD

ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class ListedUnit:
    """One unit of the list; score is None where the scheme keeps it unpublished."""

    unit: str
    area: str
    kind: str = ""
    score: Decimal | None = None


@dataclass(frozen=True)
class ListedGroup:
    """A group of the list in its printed order: 市级部门及直属单位, 万州区 … Its ordinal is set here."""

    title: str
    rows: tuple[ListedUnit, ...]


def size(groups: Sequence[ListedGroup]) -> int:
    """How many units the list has."""
    return sum(len(group.rows) for group in groups)


def annex(name: str, groups: Sequence[ListedGroup], *, measure: float, look: Styles, col: Palette,
          scores: bool = False) -> list[Flowable]:
    """The list as an attachment: groups with ordinals, numbers that run through, heads on every page."""
    count = size(groups)
    story: list[Flowable] = [*letter.annex(name, col=col),
                             Prose(f"（共{count}家，排名不分先后）", look.small.but(align="center", size=10, after=6))]
    marks, serial = 17 if scores else 0, 0
    widths = [12, measure - 12 - 44 - 22 - marks, 44, 22, *([marks] if marks else [])]
    for at, group in enumerate(groups):
        rows: list[list[Cell | Flowable]] = [["序号", "单位名称", "所属区县或部门", "类型", *(["综合评分"] if scores else [])]]
        for row in group.rows:
            serial += 1
            rows.append([str(serial), row.unit, row.area, row.kind, *([figure(row.score)] if scores else [])])
        title = Prose(f"{_ordinal(at)}、{group.title}（{len(group.rows)}家）", Style(col.ink, BOLD, 12.5, 20, before=9, after=4))
        story += titled(title, ruled(rows, widths, look=look, col=col, align="cllc" + "c" * bool(marks)), measure)
    return story


def _ordinal(at: int) -> str:
    """0 → 一, 10 → 十一, 38 → 三十九."""
    tens, ones = divmod(at + 1, 10)
    return ("" if tens < 2 else ORDINALS[tens - 1]) + ("十" if tens else "") + (ORDINALS[ones - 1] if ones else "")
