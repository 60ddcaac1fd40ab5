"""What a page is told once a file is attached: the file's tile, and the parts of the page that now read otherwise."""

from typing import Any

from flask import Response, jsonify, render_template, url_for
from flask_babel import gettext as _

from portal.domain.scheme import Item, Prerequisite
from portal.models.application import Application
from portal.models.evidence import Evidence
from portal.stages.apply import queries
from portal.stages.apply.desk import case_or_404
from portal.web.filters import size


def place_url(case: Application, place: Item | Prerequisite) -> str:
    """The page on which a place's evidence is shown."""
    if isinstance(place, Item):
        return url_for("apply.item", number=case.id, item_id=place.id) + "#evidence"
    return url_for("apply.conditions", number=case.id) + f"#{place.id}"


def facts_of(bound: Evidence) -> list[str]:
    """Pages and size of an attached file in words."""
    file = bound.file
    pages = [_("%(n)s pages", n=file.pages)] if file.pages else []
    return [*pages, size(file.size)]


def arrived(number: int, place: Item | Prerequisite, bound: Evidence) -> Response:
    """The file's own tile (`html`) and what changed around it (`parts` by name, as of `version`)."""
    version, case = queries.version_of(number), case_or_404(number)
    state = queries.progress_of(case)
    row = next((one for one in state.rows if one.item.id == place.id), None)
    asked = next(one for one in place.evidence if one.id == bound.request_id)
    parts: dict[str, Any] = {f"ask-{place.id}-{asked.id}": render_template(
        "apply/part_ask.html", request_=asked, have=len(state.evidence.get((place.id, asked.id), ())))}
    if row is not None:
        parts["status"] = render_template("apply/part_status.html", row=row)
        parts["evidence-count"] = render_template("apply/part_count.html", row=row)
    return jsonify(name=bound.file.name, ok=True, facts=facts_of(bound), parts=parts, version=version,
                   url=url_for("apply.download", number=case.id, evidence_id=bound.id),
                   html=render_template("apply/part_tile.html", case=case, one=bound))
