"""The public's pages: front page, list of certified units, unit, verification, criteria, open data."""

import re
from typing import Any

from flask import (
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from portal import editions
from portal.clock import in_china, now, today
from portal.directory import dataset, feeds, queries, tiles, words
from portal.directory.forms import LISTED, Wanted
from portal.domain.certificate import Standing
from portal.domain.certificate import number as certificate_number
from portal.domain.scheme import InstitutionType
from portal.domain.workflow import Action
from portal.models.notice import PublicNotice
from portal.web.errors import wants_json
from portal.web.filters import endpoint_url, title_of
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.wording import TYPES

desk = Desk("directory", __name__, public=True)

# Where long names and titles may break: after the leading district or county, before a bracket, between title words.
PARTS = re.compile("(?<=自治县)|(?<=^.{2}[区县])|(?<=^.{3}[区县])|(?<=^.{5}[区县])|(?<=^.{6}[区县])"
                   "|(?=（)|(?<=节约型)(?=公共机构)|(?<=机构)(?=示范单位)|(?<=机构)(?=节水型)|(?<=节水型)(?=单位)")
PUBLISHER = "Chongqing Municipal Bureau of Government Offices Administration"  # translated by the masthead
FRESH = frozenset({"directory.verify", "directory.verification"})


@desk.after_request
def cacheable(response: Response) -> Response:
    """Let caches keep pages of visitors without a session for a minute; never a verification, never a person's page."""
    if (request.endpoint in FRESH or response.status_code != 200 or request.method not in {"GET", "HEAD"}
            or current_user.is_authenticated or session):
        return response
    response.headers["Cache-Control"] = "public, max-age=60"
    response.vary.update(("Cookie", "Accept"))
    if not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


@desk.app_template_filter("scheme_name")
def scheme_name(scheme: str) -> str:
    """A scheme's name in the page's language, by its id."""
    return next((title_of(one) for one in editions.every() if one.id == scheme), scheme)


@desk.app_template_filter("phrases")
def phrases(name: str) -> Markup:
    """A name that may break where it is read as parts: after its district, before a bracket, inside a long title."""
    return Markup("<wbr>").join(part for part in PARTS.split(name) if part)


def notice_url(notice: PublicNotice) -> str:
    """The stable address of a public notice."""
    return endpoint_url("notices.notice", number=notice.id) or f"/notices/{notice.id}"


@desk.context_processor
def vocabulary() -> dict[str, Any]:
    """The words that every page of this desk uses."""
    return {"standings": words.STANDINGS, "tags": words.TAGS, "standing_of": queries.standing_now}


def schemes() -> list[str]:
    """The ids of all schemes, each once, in their order on the pages: the highest title first."""
    known = {one.id for one in editions.every()}
    return [one for one in ("national", "municipal", "water-saving") if one in known] + sorted(
        known - {"national", "municipal", "water-saving"})


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
    page = page_of(queries.units(wanted))
    return render_template(
        "directory/units.html", wanted=wanted, page=page, counts=counts, facets=facets(wanted, counts, places),
        places=places, picture=tiles.picture(counts.facets["division"]))


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
    return sorted(lines, key=lambda line: line[0], reverse=True)


@desk.get("/units.csv")
def units_csv() -> ResponseReturnValue:
    """The list as a spreadsheet file, with the filters of the address."""
    records = map(dataset.record, queries.exported(Wanted.read(request.args)))
    response = Response(stream_with_context(dataset.lines(records)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=units-{today():%Y%m%d}.csv"
    return response


@desk.get("/units.json")
def units_json() -> ResponseReturnValue:
    """The list for machines, with the field dictionary, the licence and the day."""
    rows = [dataset.record(row) for row in queries.exported(Wanted.read(request.args))]
    changed = queries.updated()
    return jsonify(
        name=_("Certified units"), publisher=_(PUBLISHER),
        licence=dataset.LICENCE, updated=in_china(changed).isoformat(timespec="seconds") if changed else None,
        as_of=today().isoformat(), fields=dataset.dictionary(), count=len(rows), units=rows)


@desk.get("/units.jsonld")
def units_jsonld() -> ResponseReturnValue:
    """The list as linked data, with the filters of the address."""
    records = map(dataset.record, queries.exported(Wanted.read(request.args)))
    answer = jsonify(feeds.linked(
        records, title=_("Certified units"), publisher=_(PUBLISHER), licence=dataset.LICENCE["url"], itself=request.url,
        address=lambda one: url_for("directory.verification", asked=one, _external=True)))
    answer.mimetype = "application/ld+json"
    return answer


@desk.get("/units.atom")
def units_atom() -> ResponseReturnValue:
    """The certificates published last, for feed readers."""
    data = feeds.atom(
        queries.fresh(), title=_("Certified units"), publisher=_(PUBLISHER), itself=request.base_url,
        home=url_for("directory.units", _external=True), updated=queries.updated() or now(),
        address=lambda row: url_for("directory.verification", asked=row.number, _external=True),
        says=lambda row: str(words.STANDINGS[queries.standing_now(row)]))
    return Response(data, mimetype="application/atom+xml")


@desk.get("/verify")
def verify() -> ResponseReturnValue:
    """Ask for a number or code; the answer has an address of its own."""
    asked = request.args.get("number", "").strip()
    if asked:
        return redirect(url_for("directory.verification", asked=asked[:100], format=request.args.get("format")), 303)
    return render_template("directory/verify.html", found=None)


@desk.get("/verify/<path:asked>")
def verification(asked: str) -> ResponseReturnValue:
    """What a certificate is worth now: the answer is the largest word on the page."""
    found = queries.verification(asked[:100])
    status = 404 if found.standing is Standing.UNKNOWN else 200
    row = found.certificate
    scheme = editions.get(row.edition) if row and row.edition in {one.edition for one in editions.every()} else None
    if wants_json():
        return jsonify(answer(found, scheme.certificate.issuers if scheme else ())), status
    return render_template("directory/verify.html", found=found, row=row, scheme=scheme,
                           kind=words.VERDICTS.get(found.standing, "none"), example=example()), status


def example() -> str:
    """A number as it looks; its check character fits, its serial number is far beyond those in use."""
    pattern = editions.get("water-saving-2013").certificate.number_pattern
    return certificate_number(pattern, year=today().year, serial=9132)


def answer(found: queries.Verification, issuers: tuple[str, ...]) -> dict[str, Any]:
    """A verification for machines; `status` is valid, reverifying, expired, revoked, cancelled or unknown."""
    row, checked = found.certificate, in_china(now()).isoformat(timespec="seconds")
    if row is None:
        return {"status": found.standing.value, "asked": found.asked,
                "fault": found.fault.value if found.fault else None, "checked_at": checked}
    return {
        "status": found.standing.value, "number": row.number, "holder": row.holder, "scheme": row.scheme,
        "title": row.title, "division": row.division, "issued_on": row.issued_on.isoformat(),
        "expires_on": row.expires_on.isoformat() if row.expires_on else None, "reverifying": row.reverifying,
        "reissued_on": row.reissued_on.isoformat() if row.reissued_on else None,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None, "ended_reason": row.ended_reason or None,
        "issuers": list(issuers), "dossier_digest": row.dossier_digest or None,
        "paper_sha256": row.paper_sha256 or None, "checked_at": checked}


@desk.get("/criteria")
def criteria() -> ResponseReturnValue:
    """Every edition of every scheme, the newest of a scheme first."""
    groups = [sorted((one for one in editions.every() if one.id == scheme), key=lambda one: one.issued, reverse=True)
              for scheme in schemes()]
    return render_template("directory/criteria.html", groups=groups)


@desk.get("/criteria/<edition>")
def edition(edition: str) -> ResponseReturnValue:
    """One edition: conditions of applying, sections, items, bands, evidence, where each text comes from."""
    scheme = next((one for one in editions.every() if one.edition == edition), None) or abort(404)
    return render_template("directory/edition.html", scheme=scheme, digest=editions.digest_of(scheme.edition))


@desk.get("/criteria/<edition>.toml")
def edition_file(edition: str) -> ResponseReturnValue:
    """An edition as the file that the portal scores by."""
    path = next((path for path in editions.files() if path.stem == edition), None) or abort(404)
    return Response(path.read_bytes(), mimetype="application/toml",
                    headers={"Content-Disposition": f"attachment; filename={path.name}"})


@desk.get("/open-data")
def open_data() -> ResponseReturnValue:
    """What can be downloaded, what the fields mean, under which licence."""
    return render_template("directory/open_data.html", fields=dataset.FIELDS, licence=dataset.LICENCE,
                           updated=queries.updated(), editions=editions.every(), standings=words.STANDINGS)
