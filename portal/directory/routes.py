"""The public's pages: front page, list of certified units, unit, and (in the modules named below) the rest."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal import editions
from portal.clock import in_china, now, today
from portal.directory import (
    criteria_routes,
    data_routes,
    list_routes,
    queries,
    reading_routes,
    tiles,
    verify_routes,
    words,
)
from portal.directory.desk import desk, scheme_name, schemes
from portal.directory.forms import LISTED, Wanted
from portal.domain.scheme import InstitutionType
from portal.domain.workflow import Action
from portal.models.notice import PublicNotice
from portal.web.filters import endpoint_url
from portal.web.paging import page_of
from portal.wording import TYPES

# the modules that add their pages to the desk
__all__ = ["criteria_routes", "data_routes", "desk", "list_routes", "reading_routes", "verify_routes"]


def notice_url(notice: PublicNotice) -> str:
    """The stable address of a public notice."""
    return endpoint_url("notices.notice", number=notice.id) or f"/notices/{notice.id}"


@desk.get("/")
def front() -> ResponseReturnValue:
    """What this is, the figures, what is open, what is on notice, what was certified last."""
    by_scheme, by_division = queries.figures()
    rounds = [(one, editions.get(one.edition)) for one in queries.rounds()]
    return render_template(
        "directory/front.html", figures=[(one, by_scheme.get(one, 0)) for one in schemes()], rounds=rounds,
        notices=queries.notices(), latest=queries.latest(), picture=tiles.picture(by_division),
        notice_url=notice_url,
        notice_list=endpoint_url("notices.index"), municipal=by_division.get(tiles.MUNICIPAL, 0),
        areas=sum(count for code, count in by_division.items() if not code.isdigit()), moment=now())


@desk.get("/units")
def units() -> ResponseReturnValue:
    """The certified units, searched and filtered, grouped as in official lists."""
    wanted = Wanted.read(request.args)
    counts, places = queries.counts(wanted), queries.divisions()
    page = page_of(queries.units_shown(wanted), total=counts.certificates)
    return render_template(
        "directory/units.html", wanted=wanted, page=page, counts=counts, facets=facets(wanted, counts, places),
        places=places, picture=tiles.picture(counts.facets["division"]), charts=charts(wanted, counts))


def charts(wanted: Wanted, counts: queries.Counts) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """How the certificates found are spread over years and types: (title, [(label, address, count)])."""

    def line(kind: str, value: str, label: Any) -> tuple[str, str, int]:
        found = wanted.without(kind).args() | {kind: value}
        return str(label), url_for("directory.units", **found), counts.facets[kind][value]  # type: ignore[arg-type]

    return [(_("By year of the title"), [line("year", one, one) for one in sorted(counts.facets["year"])]),
            (_("By type of institution"), [line("type", one.value, TYPES[one]) for one in InstitutionType
                                           if counts.facets["type"].get(one.value)])]


def facets(wanted: Wanted, counts: queries.Counts, places: dict[str, str]) -> list[dict[str, Any]]:
    """The choices beside the list: each with its label, count and whether it is chosen; empty ones left out."""
    years = sorted({*counts.facets["year"], *wanted.chosen.get("year", ())}, reverse=True)
    choices: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("scheme", _("Scheme"), [(one, scheme_name(one)) for one in schemes()]),
        ("status", _("Status"), [(one.value, words.STANDINGS[one]) for one in LISTED]),
        ("type", _("Type of institution"), [(one.value, TYPES[one]) for one in InstitutionType]),
        ("division", _("District or municipal bodies"),
         [(code, _("Municipal departments and bodies directly under the city") if code == tiles.MUNICIPAL else name)
          for code, name in places.items()]),
        ("year", _("Year of the title"), [(year, year) for year in years])]
    return [{"name": name, "label": label, "open": name in {"scheme", "status"} or name in wanted.chosen,
             "options": [(value, text, counts.facets[name].get(value, 0), value in wanted.chosen.get(name, ()))
                         for value, text in options
                         if counts.facets[name].get(value) or value in wanted.chosen.get(name, ())]}
            for name, label, options in choices]


@desk.get("/units/<int:number>")
def unit(number: int) -> ResponseReturnValue:
    """One institution with its certificates and their history."""
    found = queries.unit(number) or abort(404)
    return render_template("directory/unit.html", unit=found, history=history(found))


def history(found: queries.Unit) -> list[tuple[Any, Any, str]]:
    """What happened to the certificates of a unit, newest first, as (day, sentence, kind)."""
    by_case = {one.application_id: one for one in found.certificates}
    lines: list[tuple[Any, Any, str]] = []
    for one in found.certificates:
        named = _("Named %(title)s, certificate %(number)s", title=one.title, number=one.number)
        lines.append((one.issued_on, named, ""))
        if one.reissued_on:
            lines.append((one.reissued_on, _("Certificate %(number)s reissued", number=one.number), ""))
        if one.ended_on and one.ended_on <= today():
            values = {"number": one.number, "reason": one.ended_reason}
            lines.append((one.ended_on, _("Certificate %(number)s revoked. Reason: %(reason)s", **values)
                          if one.ended_as == "revoked" else
                          _("Certificate %(number)s cancelled. Reason: %(reason)s", **values), "warn"))
        elif one.expires_on and one.expires_on < today() and not one.reverifying:
            lines.append((one.expires_on, _("The term of certificate %(number)s ended", number=one.number), ""))
    for case_id, action, at in found.deeds:
        number = by_case[case_id].number
        lines.append((in_china(at).date(),
                      _("Title kept after re-verification, certificate %(number)s", number=number)
                      if action == Action.KEEP_TITLE else
                      _("Re-verification of certificate %(number)s opened", number=number), ""))
    for notice in found.notices:
        link = Markup('<a href="{}">{}</a>').format(notice_url(notice), notice.title)
        lines.append((notice.published_on, Markup("{}").format(_("On public notice:")) + " " + link, ""))
    return sorted(lines, key=lambda line: line[0], reverse=True)
