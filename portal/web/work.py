"""The page of a piece of long work: how far it is, what became of each row; it can be left and found again."""

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from portal import works
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

desk = Desk("works", __name__, prefix="/work")


@desk.get("/<int:number>")
def work(number: int) -> ResponseReturnValue:
    """Progress, counts and the report row by row; for who began it and for its desk."""
    found = works.find(number, me()) or abort(404)
    kind = works.KINDS[found.kind]
    home = current_app.blueprints[kind.home.partition(".")[0]]
    return render_template("work/work.html", work=found, count=works.counts([found.id])[found.id], kind=kind,
                           page=page_of(works.rows(found), size=200), desk_label=getattr(home, "label", ""))
