"""The bureau's pages for assigning experts: the board of a round, a proposal, seats taken and given back."""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.assignment import MESSAGES as CONFLICTS
from portal.domain.assignment import ConflictOfInterest
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
    table = board.board(queries.round_of(round) or abort(404), reader=me())
    seed = request.args.get("seed", type=int)
    return render_template("screen/board.html", board=table, seed=seed, conflict_words=CONFLICTS,
                           proposal=table.proposal(seed) if seed is not None and table.lines else None)


@desk.post("/assign/<int:round>")
def assign(round: int) -> ResponseReturnValue:
    """Show what the seats chosen on the board will change; once confirmed, take them, all or none."""
    table = board.board(queries.round_of(round) or abort(404), reader=me())
    chosen = [(table.line(case) or abort(404), table.expert(one) or abort(404))
              for case, one in read_seats(request.form)]
    if not chosen:
        flash(_("No seat was chosen; nothing was changed."), "warn")
        return redirect(url_for(".assign_board", round=round), 303)
    for line, expert in chosen:
        if ties := line.conflicts.get(expert.id):
            raise ConflictOfInterest(ties)
    if not request.form.get("confirmed"):
        return render_template(
            "screen/assign.html", board=table, chosen=chosen, more=Counter(expert.id for _line, expert in chosen),
            by_case=[(line, people) for line in table.lines
                     if (people := [expert for each, expert in chosen if each is line])])
    actions.assign_all([(line.case, expert) for line, expert in chosen], by=me())
    flash(ngettext("%(num)s sheet has been assigned.", "%(num)s sheets have been assigned.", len(chosen)), "done")
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
