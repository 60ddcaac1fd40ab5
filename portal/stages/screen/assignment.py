"""The bureau's pages for assigning experts: the board of a round, a proposal, seats taken and given back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.assignment import MESSAGES as CONFLICTS
from portal.stages.screen import actions, board, queries
from portal.stages.screen.desk import desk, found
from portal.stages.screen.forms import read_seats
from portal.web.visitor import me


@desk.get("/assign")
def rounds() -> ResponseReturnValue:
    """Rounds with cases in review and how many of them lack experts."""
    return render_template("screen/rounds.html", rounds=board.rounds())


@desk.get("/assign/<int:round>")
def assign_board(round: int) -> ResponseReturnValue:
    """The board of a round; with a seed, the proposal for its empty seats."""
    table = board.board(queries.round_of(round) or abort(404))
    seed = request.args.get("seed", type=int)
    return render_template("screen/board.html", board=table, seed=seed, conflict_words=CONFLICTS,
                           proposal=table.proposal(seed) if seed is not None and table.lines else None)


@desk.post("/assign/<int:round>")
def assign(round: int) -> ResponseReturnValue:
    """Take the seats chosen on the board, all or none."""
    call = queries.round_of(round) or abort(404)
    pairs = read_seats(request.form)
    cases = {number: found(number) for number in dict.fromkeys(case for case, _expert in pairs)}
    if any(case.round_id != call.id for case in cases.values()):
        abort(404)
    people = {number: board.expert(number) or abort(404) for number in dict.fromkeys(one for _case, one in pairs)}
    actions.assign_all([(cases[case], people[one]) for case, one in pairs], by=me())
    if pairs:
        flash(ngettext("%(num)s sheet has been assigned.", "%(num)s sheets have been assigned.", len(pairs)), "done")
    else:
        flash(_("No seat was chosen; nothing was changed."), "warn")
    return redirect(url_for(".assign_board", round=round), 303)


@desk.post("/<int:number>/sheets/<int:sheet>/unassign")
def unassign(number: int, sheet: int) -> ResponseReturnValue:
    """Take an unsealed sheet back."""
    one = found(number)
    own = queries.sheet(one, sheet) or abort(404)
    name = own.expert.name
    actions.unassign(own, by=me())
    flash(_("The assignment of %(name)s has been taken back.", name=name), "done")
    if request.form.get("back") == "board":
        return redirect(url_for(".assign_board", round=one.round_id), 303)
    return redirect(url_for(".case", number=number), 303)
