"""The criteria as pages: every edition, readable as it is scored by."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from portal import editions
from portal.directory.desk import desk, schemes


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
