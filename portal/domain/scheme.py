"""What a scheme is: its edition's checklist, its process and its certificate, as frozen data with look-ups.

The values come from `criteria/*.toml` through `scheme_file.read`. Nothing here can change after
it was read: an application is scored for good by the edition it started under.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any


class InstitutionType(StrEnum):
    """The classification that averages and type-dependent sections use (domain.md D1)."""

    GOVERNMENT = "government"
    HIGHER_EDUCATION = "higher-education"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    VENUE = "venue"
    OTHER = "other"


class Provenance(StrEnum):
    """How sure we are of a text: shown to whoever relies on it."""

    SOLID = "solid"
    """Seen in an official document or a copy of it."""
    DERIVED = "derived"
    """Arithmetic on solid numbers."""
    INDIRECT = "indirect"
    """Real, but of another province or a later year."""
    RECONSTRUCTED = "reconstructed"
    """Drafted for demonstration; the official text prevails."""


class CheckMethod(StrEnum):
    """Where an item is verified."""

    DOCUMENTS = "documents"
    SITE = "site"
    BOTH = "both"


class NotApplicablePolicy(StrEnum):
    """What a not applicable item does to the total."""

    FULL = "full"
    """It counts as earned."""
    EXCLUDE_RESCALE = "exclude-rescale"
    """It leaves the base, and the base is rescaled to its full points."""
    EXCLUDE = "exclude"
    """It leaves the base; the total shrinks."""


class Aggregation(StrEnum):
    """How several sheets become one result."""

    MEAN = "mean"
    TRIMMED_MEAN = "trimmed-mean"
    """The mean without one highest and one lowest sheet, from `trim_from` sheets on."""


class Visits(StrEnum):
    """Whether every unit is visited or a sample."""

    ALL = "all"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRequest:
    """One document that is asked for by its exact name: at least `least` files of these `kinds`.

    Kinds are "pdf", "image", "sheet", "document".
    """

    id: str
    name: str
    name_en: str = ""
    least: int = 1
    kinds: tuple[str, ...] = ("pdf", "image")
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Points for a ratio to the average of at most `limit`; the last band has no limit."""

    limit: Decimal | None
    points: Decimal
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of a rubric; parts of the same non-empty `group` are alternatives."""

    label: str
    points: Decimal
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A figure the institution states for an item, such as the number of fixtures."""

    id: str
    name: str
    name_en: str = ""
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The only circumstance in which an item is not scored (不评分)."""

    condition: str
    condition_en: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row of the checklist (评价项目)."""

    id: str
    title: str
    title_en: str
    requirement: str
    points: Decimal
    provenance: Provenance
    star: bool = False
    bonus: bool = False
    formula: str | None = None
    params: tuple[tuple[str, Decimal], ...] = ()
    """The formula's numbers, for example ("from", 96); their names are in `formulas.FORMULAS`."""
    bands: tuple[Band, ...] = ()
    steps: tuple[Step, ...] = ()
    counts: tuple[Count, ...] = ()
    not_applicable: NotApplicable | None = None
    evidence: tuple[EvidenceRequest, ...] = ()
    check: CheckMethod = CheckMethod.DOCUMENTS
    clause: str = ""
    step: Decimal = Decimal("0.5")
    note: str = ""
    site_note: str = ""
    """What the acceptance team looks at on site."""
    section: str = ""
    """The id of the section the item stands in."""

    def param(self, name: str) -> Decimal:
        """A number of the item's formula; KeyError when the edition does not give it."""
        return dict(self.params)[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One unit of the checklist (评价单元); `types` limits it to some institutions."""

    id: str
    ordinal: int
    title: str
    title_en: str
    points: Decimal
    items: tuple[Item, ...]
    provenance: Provenance
    bonus: bool = False
    types: frozenset[InstitutionType] | None = None
    note: str = ""

    def serves(self, type: InstitutionType) -> bool:
        """Whether institutions of this type are scored by this section."""
        return self.types is None or type in self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """A condition of applying (申报基本条件): answered yes or no; a no fails."""

    id: str
    text: str
    text_en: str
    provenance: Provenance
    evidence: tuple[EvidenceRequest, ...] = ()
    clause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A body that countersigns, by the id that a person's countersigning role names."""

    id: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverification:
    """How a title is kept: every `years`, asked for `months_before` it ends."""

    years: int
    months_before: int
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """How a case of this scheme is handled; workflow switches its optional stages by it."""

    recommended_by: tuple[str, ...]
    """"district" and/or "department"."""
    candidate_list: bool
    creation_months: int
    experts: int
    aggregation: Aggregation
    trim_from: int
    spread_limit: Decimal
    visits: Visits
    sample_share: Decimal
    """Share of the units that are visited, 0 to 1 (1 when all are)."""
    rectification_days: int
    """Working days."""
    rechecks: int
    countersigners: tuple[Authority, ...]
    nomination: bool
    """Whether a national result is recorded after the municipal decision."""
    notice_workdays: int
    validity_years: int
    reverification: Reverification
    visit_points: int = 0
    """How many points (for example water outlets) a visit samples at least."""
    provenance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateTerms:
    """What the certificate of this scheme says and looks like."""

    title: str
    title_en: str
    issuers: tuple[str, ...]
    issuers_en: tuple[str, ...]
    ink: str
    motif: str
    number_pattern: str
    """For example "渝节水证〔{year}〕{serial:04d}-{check}"."""
    application_pattern: str
    """For example "渝节水申{year}-{serial:04d}"."""
    wording: tuple[str, ...]
    seal_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One edition of one scheme (创建项目 + 标准版本)."""

    id: str
    """"national", "municipal" or "water-saving"."""
    edition: str
    """The stem of the file it was read from, for example "water-saving-2013"."""
    name: str
    name_en: str
    short_name: str
    short_name_en: str
    edition_name: str
    edition_name_en: str
    basis: tuple[str, ...]
    pass_mark: Decimal
    total: Decimal
    """Full marks with the bonus."""
    base_total: Decimal
    """Full marks without the bonus."""
    na_policy: NotApplicablePolicy
    sections: tuple[Section, ...]
    prerequisites: tuple[Prerequisite, ...]
    process: Process
    certificate: CertificateTerms
    eligible_types: frozenset[InstitutionType]
    issued: str = ""
    """Year or date of issue of the standard, as text."""
    notes: tuple[str, ...] = ()
    provenance_notes: tuple[str, ...] = ()
    _items: dict[str, Item] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", {i.id: i for s in self.sections for i in s.items})

    def sections_for(self, type: InstitutionType | str) -> tuple[Section, ...]:
        """The sections that score institutions of this type, in order."""
        kind = InstitutionType(type)
        return tuple(s for s in self.sections if s.serves(kind))

    def items(self, type: InstitutionType | str | None = None) -> tuple[Item, ...]:
        """The items of this type of institution in order; all items without a type."""
        chosen = self.sections if type is None else self.sections_for(type)
        return tuple(item for section in chosen for item in section.items)

    def item(self, id: str) -> Item:
        """The item with this id; KeyError when the edition has none."""
        return self._items[id]

    def has_item(self, id: str) -> bool:
        """Whether the edition has an item with this id."""
        return id in self._items

    def section(self, id: str) -> Section:
        """The section with this id; KeyError when the edition has none."""
        for section in self.sections:
            if section.id == id:
                return section
        raise KeyError(id)

    def prerequisite(self, id: str) -> Prerequisite:
        """The prerequisite with this id; KeyError when the edition has none."""
        for one in self.prerequisites:
            if one.id == id:
                return one
        raise KeyError(id)

    def stars(self, type: InstitutionType | str | None = None) -> tuple[Item, ...]:
        """The items that must not score zero (带★项)."""
        return tuple(item for item in self.items(type) if item.star)

    def evidence_request(self, request: str) -> EvidenceRequest:
        """The request "ITEM/ID" or "PREREQUISITE/ID"; KeyError when unknown."""
        place, _, id = request.partition("/")
        owner: Item | Prerequisite = (
            self.item(place) if self.has_item(place) else self.prerequisite(place)
        )
        for one in owner.evidence:
            if one.id == id:
                return one
        raise KeyError(request)

    def evidence_requests(
        self, type: InstitutionType | str | None = None
    ) -> Iterator[tuple[Item | Prerequisite, EvidenceRequest]]:
        """Everything that is asked for, with its prerequisite or item, in order."""
        owners: tuple[Item | Prerequisite, ...] = (*self.prerequisites, *self.items(type))
        for owner in owners:
            for request in owner.evidence:
                yield owner, request


def digest(scheme: Scheme) -> str:
    """SHA-256 (hex) over the whole content of an edition: what an application freezes.

    It covers what the scheme says, not how its file is spelled: comments and order of keys do not
    count, and criteria taken over from another edition do.
    """
    text = json.dumps(_plain(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name != "_items"
        }
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value
