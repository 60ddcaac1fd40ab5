"""A parsed TOML file becomes a Scheme, or every mistake in it is reported with its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.domain import scheme_table as table
from portal.domain.indicators import read_averages, read_factors
from portal.domain.scheme import (
    Aggregation,
    Authority,
    CertificateTerms,
    InstitutionType,
    NotApplicablePolicy,
    Prerequisite,
    Process,
    Provenance,
    Reverification,
    Scheme,
    Section,
    Visits,
)
from portal.domain.scheme_items import read_evidence, read_item
from portal.domain.scheme_table import Mistake, SchemeErrors, Table

__all__ = ["Mistake", "SchemeErrors", "check", "read", "read_all"]

SCHEME_IDS = ("national", "municipal", "water-saving")
INKS = ("red", "green", "blue")
MOTIFS = ("leaf", "city", "drop")
RECOMMENDERS = ("district", "department")
TAKEN_OVER = ("totals", "sections", "prerequisites")


def read(
    parsed: Mapping[str, Any], *, file: str, editions: Mapping[str, Mapping[str, Any]] | None = None
) -> Scheme:
    """The edition in a parsed file; `file` is its name, whose stem is the edition's id.

    `editions` holds the other parsed files by stem: an edition that says
    `criteria_of = "national-2013"` takes totals, sections and (unless it has its own)
    prerequisites from there. Raises SchemeErrors with every mistake.
    """
    scheme, mistakes = _read(parsed, file=file, editions=editions or {})
    if mistakes:
        raise SchemeErrors(mistakes)
    return scheme


def check(
    parsed: Mapping[str, Any], file: str, editions: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Mistake]:
    """Every mistake in a parsed file, in the order of the file; empty when it can be used.

    Tables of factors and averages are recognised by their content and checked as such.
    """
    if "id" not in parsed:
        for key, reader in (("factors", read_factors), ("averages", read_averages)):
            if key in parsed:
                try:
                    reader(parsed, file=file)
                except SchemeErrors as errors:
                    return list(errors.mistakes)
                return []
    return _read(parsed, file=file, editions=editions or {})[1]


def read_all(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Scheme]:
    """All editions of a folder by id, from parsed files by stem; SchemeErrors over all of them.

    Files that hold no scheme (factors, averages) are to be left out by the caller or are
    recognised by their missing `id`.
    """
    schemes: dict[str, Scheme] = {}
    mistakes: list[Mistake] = []
    for stem, parsed in files.items():
        if "id" not in parsed and ("factors" in parsed or "averages" in parsed):
            continue
        scheme, wrong = _read(parsed, file=f"{stem}.toml", editions=files)
        schemes[scheme.edition] = scheme
        mistakes.extend(wrong)
    if mistakes:
        raise SchemeErrors(mistakes)
    return schemes


def _read(
    parsed: Mapping[str, Any], *, file: str, editions: Mapping[str, Mapping[str, Any]]
) -> tuple[Scheme, list[Mistake]]:
    mistakes: list[Mistake] = []
    edition = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")
    top = Table(_take_over(parsed, file, editions, mistakes), file=file, mistakes=mistakes)
    top.text("criteria_of", "")
    totals = top.table("totals")
    base, by_type, bonus = (totals.decimal(k, least="0") for k in ("base", "by_type", "bonus"))
    pass_mark = totals.decimal("pass_mark", least="0")
    policy = totals.enum("na_policy", NotApplicablePolicy)
    default_step = totals.decimal("score_step", "0.5", above="0")
    totals.close()
    if pass_mark > base + by_type + bonus:
        totals.wrong("pass_mark", pass_mark, f"≤ {base + by_type + bonus}")
    scheme = Scheme(
        id=top.one_of("id", SCHEME_IDS),
        edition=edition,
        name=top.text("name"),
        name_en=top.text("name_en"),
        short_name=top.text("short_name"),
        short_name_en=top.text("short_name_en"),
        edition_name=top.text("edition_name"),
        edition_name_en=top.text("edition_name_en"),
        basis=top.texts("basis"),
        issued=top.text("issued", ""),
        notes=top.texts("notes", ()),
        provenance_notes=top.texts("provenance_notes", ()),
        eligible_types=frozenset(top.enums("eligible_types", InstitutionType)),
        pass_mark=pass_mark,
        total=base + by_type + bonus,
        base_total=base + by_type,
        na_policy=policy,
        sections=tuple(_section(one, default_step) for one in top.tables("sections", "section")),
        prerequisites=tuple(
            _prerequisite(one) for one in top.tables("prerequisites", "item", section="prerequisites")
        ),
        process=_process(top.table("process")),
        certificate=_certificate(top.table("certificate")),
    )
    top.close()
    _check_ids(scheme, top)
    _check_totals(scheme, top, base=base, by_type=by_type, bonus=bonus)
    return scheme, mistakes


def _take_over(
    parsed: Mapping[str, Any],
    file: str,
    editions: Mapping[str, Mapping[str, Any]],
    mistakes: list[Mistake],
) -> Mapping[str, Any]:
    source = parsed.get("criteria_of")
    if source is None:
        return parsed
    origin = editions.get(source) if isinstance(source, str) else None
    if origin is None or "criteria_of" in origin:
        known = sorted(k for k, v in editions.items() if "sections" in v)
        mistakes.append(
            Mistake(file, "", "", "criteria_of", str(source), table.choice(known))
        )
        return parsed
    merged = {key: origin[key] for key in TAKEN_OVER if key in origin} | dict(parsed)
    if "totals" in parsed and "totals" in origin:
        merged["totals"] = dict(origin["totals"]) | dict(parsed["totals"])
    return merged


def _section(t: Table, default_step: Decimal) -> Section:
    provenance = t.enum("provenance", Provenance)
    bonus = t.flag("bonus", False)
    id = t.text("id")
    items = tuple(
        read_item(one, section=id, bonus=bonus, default_step=default_step, inherited=provenance)
        for one in t.tables("items", "item", section=id)
    )
    section = Section(
        id=id,
        ordinal=t.integer("ordinal", least=1),
        title=t.text("title"),
        title_en=t.text("title_en"),
        points=t.decimal("points", above="0"),
        items=items,
        provenance=provenance,
        bonus=bonus,
        types=frozenset(t.enums("types", InstitutionType)) if t.has("types") else None,
        note=t.text("note", ""),
    )
    t.close()
    added = sum((i.points for i in items), Decimal())
    if added != section.points:
        t.wrong("points", section.points, f"{added} (Σ items)")
    return section


def _prerequisite(t: Table) -> Prerequisite:
    one = Prerequisite(
        id=t.text("id"),
        text=t.text("text"),
        text_en=t.text("text_en"),
        provenance=t.enum("provenance", Provenance),
        evidence=read_evidence(t),
        clause=t.text("clause", ""),
        note=t.text("note", ""),
    )
    t.close()
    return one


def _process(t: Table) -> Process:
    visits = t.enum("visits", Visits)
    again = t.table("reverification")
    process = Process(
        recommended_by=t.choices("recommended_by", RECOMMENDERS),
        candidate_list=t.flag("candidate_list"),
        creation_months=t.integer("creation_months", least=0),
        experts=t.integer("experts", least=1),
        aggregation=t.enum("aggregation", Aggregation),
        trim_from=t.integer("trim_from", 5, least=3),
        spread_limit=t.decimal("spread_limit", least="0"),
        visits=visits,
        sample_share=t.decimal("sample_share", "1", above="0", most="1"),
        rectification_days=t.integer("rectification_days", least=1),
        rechecks=t.integer("rechecks", least=0),
        countersigners=tuple(_authority(one) for one in t.tables("countersigners", "item")),
        nomination=t.flag("nomination"),
        notice_workdays=t.integer("notice_workdays", least=5),
        validity_years=t.integer("validity_years", least=1),
        reverification=Reverification(
            years=again.integer("years", least=1),
            months_before=again.integer("months_before", least=1),
            rule=again.text("rule", ""),
        ),
        visit_points=t.integer("visit_points", 0, least=0),
        provenance=t.text("provenance", ""),
    )
    if visits is Visits.ALL and process.sample_share != 1:
        t.wrong("sample_share", process.sample_share, "1 (visits = all)")
    if process.creation_months and not process.candidate_list:
        t.wrong("creation_months", process.creation_months, "0 (candidate_list = false)")
    again.close()
    t.close()
    return process


def _authority(t: Table) -> Authority:
    one = Authority(id=t.text("id"), name=t.text("name"), name_en=t.text("name_en", ""))
    t.close()
    return one


def _certificate(t: Table) -> CertificateTerms:
    terms = CertificateTerms(
        title=t.text("title"),
        title_en=t.text("title_en"),
        issuers=t.texts("issuers"),
        issuers_en=t.texts("issuers_en"),
        ink=t.one_of("ink", INKS),
        motif=t.one_of("motif", MOTIFS),
        number_pattern=t.pattern("number_pattern", year=2026, serial=1, check="0"),
        application_pattern=t.pattern("application_pattern", year=2026, serial=1),
        wording=t.texts("wording"),
        seal_mm=t.integer("seal_mm", least=30),
    )
    if len(terms.issuers) != len(terms.issuers_en):
        t.wrong("issuers_en", len(terms.issuers_en), f"{len(terms.issuers)} (issuers)")
    t.close()
    return terms


def _check_ids(scheme: Scheme, top: Table) -> None:
    seen: set[str] = set()
    for section in scheme.sections:
        if section.id in seen:
            top.wrong_at(section.id, "", "id", section.id, "unique")
        seen.add(section.id)
        for item in section.items:
            if item.id in seen:
                top.wrong_at(section.id, item.id, "id", item.id, "unique")
            seen.add(item.id)
    for one in scheme.prerequisites:
        if one.id in seen:
            top.wrong_at("prerequisites", one.id, "id", one.id, "unique")
        seen.add(one.id)


def _check_totals(
    scheme: Scheme, top: Table, *, base: Decimal, by_type: Decimal, bonus: Decimal
) -> None:
    """Base, type-dependent and bonus sections add up, for every eligible type by itself."""

    def added(sections: list[Section]) -> Decimal:
        return sum((s.points for s in sections), Decimal())

    common = [s for s in scheme.sections if not s.bonus and s.types is None]
    extra = [s for s in scheme.sections if s.bonus]
    if added(common) != base:
        top.wrong_at("totals", "", "base", base, f"{added(common)} (Σ sections)")
    if added(extra) != bonus:
        top.wrong_at("totals", "", "bonus", bonus, f"{added(extra)} (Σ sections)")
    for kind in sorted(scheme.eligible_types):
        own = added([s for s in scheme.sections_for(kind) if not s.bonus and s.types is not None])
        if own != by_type:
            top.wrong_at("totals", "", "by_type", by_type, f"{own} (Σ sections, {kind})")
