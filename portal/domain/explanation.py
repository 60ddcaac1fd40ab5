"""How a score came about, and why a sheet fails: values first, sentences on request."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.domain import wording
from portal.domain.indicators import reading, rounded
from portal.domain.scheme import Band

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One figure that went into a formula; `source` is "statistics", "answer" or "factors"."""

    name: str
    value: Decimal
    unit: str
    source: str
    title: str = ""
    title_en: str = ""

    def label(self, language: str = "zh") -> str:
        """What the figure is called."""
        own = self.title if language.lower().startswith("zh") else self.title_en
        return own or wording.label(self.name, language)

    def unit_label(self, language: str = "zh") -> str:
        """The unit's sign."""
        return wording.unit(self.unit, language)

    def line(self, language: str = "zh") -> str:
        """"建筑面积 10,000 m²"."""
        sign = self.unit_label(language)
        return f"{self.label(language)} {wording.figure(self.value)}{' ' + sign if sign else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A score's way from its inputs through formula and band to its points.

    `result`, `average` and `ratio` are unrounded; `rounded` belongs to whoever prints.
    `formula` is a name of `formulas.FORMULAS` or "manual". `note` is a code of `wording.NOTES`;
    `missing` is a code of `wording.MISSING` when the item could not be scored.
    """

    formula: str
    points: Decimal
    max: Decimal
    inputs: tuple[Input, ...] = ()
    result: Decimal | None = None
    unit: str = ""
    period: str = ""
    average: Decimal | None = None
    ratio: Decimal | None = None
    band: Band | None = None
    band_over: Decimal | None = None
    note: str = ""
    note_values: Values = ()
    missing: str = ""
    missing_values: Values = ()

    def title(self, language: str = "zh") -> str:
        """The indicator's name."""
        return wording.FORMULA_TITLES[self.formula].say(language)

    def formula_line(self, language: str = "zh") -> str:
        """The formula in words; empty for an item that is scored by hand."""
        phrase = wording.FORMULA_SENTENCES.get(self.formula)
        return phrase.say(language) if phrase else ""

    def band_line(self, language: str = "zh") -> str:
        """The band that was reached, such as "0.9 < 比值 ≤ 1.0"."""
        if self.band is None:
            return ""
        if language.lower().startswith("zh"):
            return self.band.label
        low = f"{self.band_over} < " if self.band_over is not None else ""
        if self.band.limit is None:
            return f"ratio > {self.band_over}"
        return f"{low}ratio ≤ {self.band.limit}"

    def ratio_line(self) -> str:
        """The ratio to the average, never rounded across an edge of its band; may be empty."""
        if self.ratio is None:
            return ""
        edges = [self.band_over, self.band.limit if self.band else None]
        shown = [reading(self.ratio, against=edge, places=4) for edge in edges if edge is not None]
        return max(shown, key=len, default=str(rounded(self.ratio, 4)))

    def note_line(self, language: str = "zh") -> str:
        """The remark on rounding, certificate or departure; empty when there is none."""
        return _say(wording.NOTES, self.note, self.note_values, language)

    def missing_line(self, language: str = "zh") -> str:
        """Why the item could not be scored; empty when it was."""
        return _say(wording.MISSING, self.missing, self.missing_values, language)

    def result_line(self, language: str = "zh") -> str:
        """"= 12.35 kgce/m²", rounded to two decimals; empty without a result."""
        if self.result is None:
            return ""
        if self.unit == "%":
            # 96.999 must not read 97.00: the next whole per cent decides about points
            return f"{reading(self.result, against=rounded(self.result, 0))}%"
        return f"{rounded(self.result)} {wording.unit(self.unit, language)}"

    def lines(self, language: str = "zh") -> tuple[str, ...]:
        """The whole way, one step a line."""
        zh = language.lower().startswith("zh")
        found = [one.line(language) for one in self.inputs]
        if self.result is not None:
            name = self.formula_line(language) or self.title(language)
            found.append(f"{self.title(language)} = {name} = {self.result_line(language)}")
        if self.average is not None and self.ratio is not None:
            mean, times = rounded(self.average), self.ratio_line()
            sign = wording.unit(self.unit, language)
            found.append(
                f"同类机构平均值 {mean} {sign}，比值 {times}"
                if zh
                else f"average of the same type {mean} {sign}, ratio {times}"
            )
        if self.band is not None:
            found.append(("计分档：" if zh else "band: ") + self.band_line(language))
        if self.missing:
            found.append(self.missing_line(language))
        if self.note:
            found.append(self.note_line(language).rstrip("。."))
        if self.note != "not-applicable":
            got, may = wording.figure(rounded(self.points)), wording.figure(self.max)
            found.append(f"得 {got} 分（满分 {may} 分）" if zh else f"{got} of {may} points")
        return tuple(found)

    def text(self, language: str = "zh") -> str:
        """The explanation as one plain sentence."""
        zh = language.lower().startswith("zh")
        return ("；" if zh else "; ").join(self.lines(language)) + ("。" if zh else ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Something that decides about passing, or that a decider should know.

    `code` is a key of `wording.REASONS`; `fails` tells a refusal from a remark.
    Values may hold `title` with `title_en`, and `why` (a code of `wording.MISSING`) with `field`.
    """

    code: str
    values: Values = ()
    fails: bool = True

    def value(self, name: str) -> str:
        """One value; KeyError when the reason has none of that name."""
        return dict(self.values)[name]

    def line(self, language: str = "zh") -> str:
        """The reason as a sentence."""
        return _say(wording.REASONS, self.code, self.values, language)


def _say(table: dict[str, wording.Phrase], code: str, values: Values, language: str) -> str:
    if not code:
        return ""
    known = dict(values)
    if not language.lower().startswith("zh"):
        if known.get("title_en"):
            known["title"] = known["title_en"]
        if known.get("field_en"):
            known["field_label"] = known["field_en"]
    if "field" in known:
        known["field"] = known.get("field_label") or wording.label(known["field"], language)
    if "why" in known:
        known["why"] = wording.MISSING[known["why"]].say(language, known)
    return table[code].say(language, known)
