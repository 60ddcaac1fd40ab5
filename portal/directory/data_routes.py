"""The directory as open data: spreadsheet, JSON, linked data, feed, and the page that explains them."""

from flask import Response, jsonify, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import editions
from portal.clock import in_china, now, today
from portal.directory import dataset, feeds, queries, words
from portal.directory.desk import PUBLISHER, desk
from portal.directory.forms import Wanted
from portal.web.filters import absolute, chinese


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
        records, title=_("Certified units"), publisher=_(PUBLISHER), licence=dataset.LICENCE["url"],
        itself=absolute(request.full_path.rstrip("?")),
        address=lambda one: absolute(url_for("directory.verification", asked=one))))
    answer.mimetype = "application/ld+json"
    return answer


@desk.get("/units.atom")
def units_atom() -> ResponseReturnValue:
    """The certificates published last, for feed readers."""
    data = feeds.atom(
        queries.fresh(), title=_("Certified units"), publisher=_(PUBLISHER), itself=absolute(request.path),
        home=absolute(url_for("directory.units")), updated=now(), changed=queries.changed,
        language="zh-Hans" if chinese() else "en",
        address=lambda row: absolute(url_for("directory.verification", asked=row.number)),
        says=lambda row: str(words.STANDINGS[queries.standing_now(row)]))
    return Response(data, mimetype="application/atom+xml")


@desk.get("/open-data")
def open_data() -> ResponseReturnValue:
    """What can be downloaded, what the fields mean, under which licence."""
    return render_template("directory/open_data.html", fields=dataset.FIELDS, licence=dataset.LICENCE,
                           updated=queries.updated(), editions=editions.every(), standings=words.STANDINGS)
