"""Public institutions that do not exist: names, codes, addresses and sizes of every type in every area.

The organisation code (characters 9 to 17 of a credit code) of every invented institution starts with `YYY`,
counted upwards. The codes of public institutions are numeric (issued before 2015) or start with `MB`; no issued
block starts with Y, so a code of the demonstration passes both check digits and belongs to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from portal.demo.names import PLACE_WORDS
from portal.demo.places import (
    Department,
    Division,
    DivisionKind,
    areas,
    departments,
    municipal,
)
from portal.domain import credit_code
from portal.domain.scheme import InstitutionType

ORGANISATION_PREFIX = "YYY"
_CODES = 100_000


@dataclass(frozen=True)
class Institution:
    """One entry of the registry (名录库), all of it invented.

    `type_code` is the statistical form's code (01, 021 … 03); `department` is None for an institution that its
    district recommends; `floor_area_m2` is a whole number of square metres.
    """

    name: str
    short_name: str
    credit_code: str
    type: InstitutionType
    type_code: str
    division: Division
    department: Department | None
    superior: str
    address: str
    postcode: str
    headcount: int
    water_headcount: int
    floor_area_m2: Decimal

    @property
    def profile(self) -> str:
        """The row of `statistics.TYPICAL` it is compared with: a municipal organ is not a district's."""
        if self.type is InstitutionType.GOVERNMENT and self.department is not None:
            return "municipal-government"
        return self.type.value


@dataclass(frozen=True)
class _Kind:
    """How one kind of institution is named, coded and sized.

    `median` and `spread`: headcount is log-normal; `area_per_head` in m² makes the two energy averages of the
    type agree with each other; `water_share` is water users per energy user.
    """

    type: InstitutionType
    full: str
    short: str
    type_code: str
    authority: str
    superior: str
    median: int
    spread: float
    area_per_head: float
    water_share: float = 1.0


_T = InstitutionType
_DISTRICT: tuple[tuple[int, _Kind], ...] = (
    (8, _Kind(_T.GOVERNMENT, "{area}{word}镇人民政府", "{word}镇政府", "01", "11", "{area}人民政府", 90, 0.35, 36)),
    (8, _Kind(_T.GOVERNMENT, "{area}{word}街道办事处", "{word}街道办", "01", "11", "{area}人民政府", 110, 0.35, 36)),
    (4, _Kind(_T.GOVERNMENT, "{area}{word}片区市场监督管理所", "{word}市场监管所", "01", "11", "{area}市场监督管理局", 35, 0.3, 36)),
    (4, _Kind(_T.GOVERNMENT, "{area}{word}片区综合行政执法大队", "{word}执法大队", "01", "11", "{area}城市管理局", 60, 0.3, 36)),
    (9, _Kind(_T.SCHOOL, "{area}{word}小学校", "{word}小学", "021", "12", "{area}教育委员会", 900, 0.45, 19.9)),
    (7, _Kind(_T.SCHOOL, "{area}{word}中学校", "{word}中学", "021", "12", "{area}教育委员会", 1800, 0.45, 19.9)),
    (3, _Kind(_T.SCHOOL, "{area}{word}幼儿园", "{word}幼儿园", "021", "12", "{area}教育委员会", 320, 0.35, 19.9)),
    (2, _Kind(_T.SCHOOL, "{area}{word}职业教育中心", "{word}职教中心", "021", "12", "{area}教育委员会", 2400, 0.4, 19.9)),
    (4, _Kind(_T.HOSPITAL, "{area}{word}人民医院", "{word}医院", "024", "12", "{area}卫生健康委员会", 900, 0.5, 18.5, 1.35)),
    (3, _Kind(_T.HOSPITAL, "{area}{word}社区卫生服务中心", "{word}社区卫生中心", "024", "12", "{area}卫生健康委员会", 120, 0.4, 18.5, 1.3)),
    (2, _Kind(_T.VENUE, "{area}{word}文化馆", "{word}文化馆", "023", "12", "{area}文化和旅游发展委员会", 700, 0.5, 6.7, 1.1)),
    (2, _Kind(_T.VENUE, "{area}{word}图书馆", "{word}图书馆", "023", "12", "{area}文化和旅游发展委员会", 900, 0.5, 6.7, 1.1)),
    (2, _Kind(_T.VENUE, "{area}{word}体育馆", "{word}体育馆", "025", "12", "{area}体育局", 1100, 0.5, 6.7, 1.1)),
    (3, _Kind(_T.OTHER, "{area}{word}农业技术推广站", "{word}农技站", "022", "12", "{area}农业农村委员会", 40, 0.3, 16)),
    (2, _Kind(_T.OTHER, "{area}{word}敬老服务中心", "{word}敬老中心", "026", "12", "{area}民政局", 130, 0.35, 16)),
    (1, _Kind(_T.OTHER, "{area}{word}青少年联合会", "{word}青联", "03", "13", "{area}人民政府", 30, 0.3, 16)),
)
_BODY = _Kind(_T.GOVERNMENT, "重庆市{word}{body}", "{word}{body}", "01", "11", "{department}", 160, 0.4, 41.4)
_MUNICIPAL: dict[str, tuple[tuple[str, _Kind], ...]] = {
    "government": (("行政服务中心", _BODY), ("综合行政执法总队", _BODY), ("事务管理办公室", _BODY)),
    "education": (
        ("大学", _Kind(_T.HIGHER_EDUCATION, "重庆{word}{body}", "{word}{body}", "021", "12", "{department}", 14000, 0.45, 21.5)),
        ("职业技术学院", _Kind(_T.HIGHER_EDUCATION, "重庆{word}{body}", "{word}职院", "021", "12", "{department}", 8500, 0.4, 21.5)),
        ("师范学院", _Kind(_T.HIGHER_EDUCATION, "重庆{word}{body}", "{word}师院", "021", "12", "{department}", 11000, 0.4, 21.5)),
    ),
    "health": (
        ("医院", _Kind(_T.HOSPITAL, "重庆市{word}{body}", "{word}{body}", "024", "12", "{department}", 2200, 0.4, 18.5, 1.4)),
        ("中医院", _Kind(_T.HOSPITAL, "重庆市{word}{body}", "{word}{body}", "024", "12", "{department}", 1500, 0.4, 18.5, 1.4)),
    ),
    "culture": (
        ("博物馆", _Kind(_T.VENUE, "重庆{word}{body}", "{word}{body}", "023", "12", "{department}", 3200, 0.4, 6.7, 1.1)),
        ("图书馆", _Kind(_T.VENUE, "重庆{word}{body}", "{word}{body}", "023", "12", "{department}", 2600, 0.4, 6.7, 1.1)),
    ),
    "sport": (("体育中心", _Kind(_T.VENUE, "重庆市{word}{body}", "{word}{body}", "025", "12", "{department}", 3000, 0.4, 6.7, 1.1)),),
    "science": (("研究院", _Kind(_T.OTHER, "重庆{word}{body}", "{word}{body}", "022", "12", "{department}", 260, 0.4, 16)),),
    "justice": (("司法服务中心", _BODY), ("公共法律服务局", _BODY)),
    "group": (("活动中心", _Kind(_T.OTHER, "重庆市{word}{body}", "{word}{body}", "03", "13", "{department}", 90, 0.35, 16)),),
    "affiliated": (("服务中心", _Kind(_T.OTHER, "重庆市{word}{body}", "{word}{body}", "026", "12", "{department}", 140, 0.4, 16)),),
}
# The first institutions of an area are one of each main type, so that every list has something to show.
_FIRST_OF_AREA = (_T.GOVERNMENT, _T.SCHOOL, _T.HOSPITAL, _T.VENUE)
# Departments that run systems of their own have more than one institution.
_UNDER = {"市教育委员会": 12, "市卫生健康委员会": 7, "市文化和旅游发展委员会": 3, "市科学技术局": 2}
_PER_AREA = 7
_PER_SCALE = 115 + 20 + 41 * _PER_AREA


def institutions(rng: Random, *, scale: int = 1) -> tuple[Institution, ...]:
    """About 420 institutions for each unit of scale: seven in every area, one under every department and more
    under those that run whole systems.

    Full names and credit codes are unique; the order is municipal first, then area by area, as lists print them.
    """
    if scale < 1 or scale * _PER_SCALE > _CODES:
        raise ValueError(f"scale must lie between 1 and {_CODES // _PER_SCALE}")
    maker = _Maker(rng)
    made = [
        maker.under(department)
        for department in departments()
        for _ in range(scale * _UNDER.get(department.name, 1))
    ]
    for area in areas():
        for ordinal in range(_PER_AREA * scale):
            made.append(maker.within(area, wanted=_FIRST_OF_AREA[ordinal] if ordinal < len(_FIRST_OF_AREA) else None))
    return tuple(made)


class _Maker:
    """Hands out names and codes once each."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._serials: Iterator[int] = iter(range(_CODES))

    def under(self, department: Department) -> Institution:
        """An institution that a municipal department is in charge of."""
        body, kind = self._rng.choice(_MUNICIPAL[department.system])
        return self._make(kind, municipal(), department, body=body, department_name=f"重庆{department.name}")

    def within(self, area: Division, *, wanted: InstitutionType | None) -> Institution:
        """An institution that a district, county or functional area is in charge of."""
        kinds = [(weight, kind) for weight, kind in _DISTRICT if wanted in (None, kind.type)]
        (kind,) = self._rng.choices([kind for _, kind in kinds], weights=[weight for weight, _ in kinds])
        return self._make(kind, area, None)

    def _make(
        self, kind: _Kind, division: Division, department: Department | None, *, body: str = "", department_name: str = ""
    ) -> Institution:
        area = "" if division.kind is DivisionKind.MUNICIPAL else f"重庆市{division.name}"
        if division.kind is DivisionKind.FUNCTIONAL_AREA:
            area = division.name
        words = {"area": area, "body": body, "department": department_name}
        name, word = self._name(kind, words)
        headcount = max(12, round(kind.median * math.exp(self._rng.gauss(0, kind.spread))))
        floor_area = Decimal(headcount * kind.area_per_head * math.exp(self._rng.gauss(0, 0.08)))
        superior = kind.superior.format(**words)
        if division.kind is DivisionKind.FUNCTIONAL_AREA:
            superior = f"{division.name}管理委员会"
        return Institution(
            name=name,
            short_name=kind.short.format(word=word, **words),
            credit_code=_compose(kind.authority, division.registration_code, next(self._serials)),
            type=kind.type,
            type_code=kind.type_code,
            division=division,
            department=department,
            superior=superior,
            address=f"{area or '重庆市'}示例{self._rng.choice('一二三四五六七八九')}路{self._rng.randint(1, 299)}号",
            postcode=_postcode(division),
            headcount=headcount,
            water_headcount=round(headcount * kind.water_share * self._rng.uniform(1.0, 1.06)),
            floor_area_m2=floor_area.quantize(Decimal(1), ROUND_HALF_UP),
        )

    def _name(self, kind: _Kind, words: dict[str, str]) -> tuple[str, str]:
        """A full name nobody has yet, and the invented word in it; two words are joined when single ones run out."""
        for attempt in range(400):
            word = self._rng.choice(PLACE_WORDS)
            if attempt >= 20:
                word += self._rng.choice(PLACE_WORDS)
            name = kind.full.format(word=word, **words)
            if name not in self._names:
                self._names.add(name)
                return name, word
        raise ValueError(f"no name left for {kind.full}")


def _compose(authority: str, division_code: str, serial: int) -> str:
    """A credit code with right check digits in the range that belongs to nobody."""
    first8 = f"{ORGANISATION_PREFIX}{serial:05d}"
    first17 = authority + division_code + first8 + credit_code.org_check(first8)
    return first17 + credit_code.check_character(first17)


def _postcode(division: Division) -> str:
    """A postcode that looks like one of the city (40 and four digits) and is invented: 409 and the area's ordinal."""
    ordinal = 0 if division.kind is DivisionKind.MUNICIPAL else areas().index(division) + 1
    return f"409{ordinal * 20:03d}"
