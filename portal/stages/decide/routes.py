"""The deciding desk: the ranking of a round, one case with its grounds, countersignatures, national results."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from portal import editions, lifecycle, scorecards
from portal.domain import ranking
from portal.domain.workflow import Action, Role, Standpoint, open_actions
from portal.models.application import Application
from portal.models.decision import Decision
from portal.models.round import Round
from portal.stages.decide import actions, forms, queries
from portal.stages.decide.outcome import basis
from portal.web import case as case_page
from portal.web.acting import act
from portal.web.guard import Desk
from portal.web.several import apart
from portal.web.visitor import me

desk = Desk("decide", __name__, prefix="/decide", serves={Role.LEADER, Role.COUNTERSIGNER, Role.OFFICER},
            label=_l("Decision"), home="decide.queue",
            links=[(_l("Ranking"), "decide.board"), (_l("Countersignatures"), "decide.countersigning"),
                   (_l("National nomination"), "decide.nominations")])


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What waits for this person: the ranking for the bureau, the countersignatures for a co-authority."""
    inside = me().roles & {Role.LEADER, Role.OFFICER}
    return redirect(url_for("decide.board" if inside else "decide.countersigning"))


@desk.get("/board")
def board() -> ResponseReturnValue:
    """The ranking of a round, with what another pass mark or quota would change (nothing is stored)."""
    offered = queries.rounds(me())
    asked = request.args.get("round", type=int)
    chosen = queries.round_of(me(), asked) if asked else (offered[0][0] if offered else None)
    if asked and chosen is None:
        abort(404)
    if chosen is None:
        return render_template("decide/board.html", rounds=[], table=None)
    table = queries.ranking_of(chosen, me())
    return render_template("decide/board.html", rounds=offered, table=table, chosen=chosen,
                           may_decide=Role.LEADER in me().roles, single=_single(), **_what_if(table, chosen))


def _what_if(table: queries.Ranking, chosen: Round) -> dict[str, Any]:
    """The supposed mark and quota with their effect; what is not given stays as it is, an empty quota means none."""
    mark = _number(request.args.get("mark"), least=Decimal(0), most=table.scheme.total)
    mark = table.scheme.pass_mark if mark is None else mark
    quota = chosen.quota
    if "quota" in request.args:
        asked = request.args.get("quota", type=int)
        quota = asked if asked and asked > 0 else None
    result = None
    if "mark" in request.args or "quota" in request.args:
        result = ranking.what_if(table.entries(), present=(table.scheme.pass_mark, chosen.quota),
                                 other=(mark, quota))
    present = ranking.chosen(table.entries(), pass_mark=table.scheme.pass_mark, quota=chosen.quota)
    return {"supposed": mark, "quota": quota, "what_if": result, "present": present}


def _number(text: str | None, *, least: Decimal, most: Decimal) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and least <= value <= most else None


@desk.post("/bulk")
def bulk() -> ResponseReturnValue:
    """Decide several cases: first the list of what will be touched, then the deed with its result row by row."""
    if Role.LEADER not in me().roles:
        abort(403)
    chosen = queries.cases(me(), request.form.getlist("case", type=int))
    back = url_for("decide.board", round=request.form.get("round", type=int))
    if not chosen:
        flash(_("No unit is chosen."), "warn")
        return redirect(back, 303)
    form = forms.Decide()
    if not request.form.get("confirmed") or not form.validate_on_submit():
        asked = {one.edition: scorecards.scheme_of(one).process.countersigners for one in chosen}
        return render_template("decide/bulk.html", cases=chosen, form=form, back=back, asked=asked,
                               round=request.form.get("round", type=int))
    done = actions.decide_each(chosen, by=me(), remark=form.remark.data or "")
    return render_template("decide/bulk_done.html", done=done, back=back)


@desk.get("/countersign")
def countersigning() -> ResponseReturnValue:
    """What waits for a countersignature of this person's authority, and what it signed last."""
    names = {body.id: body for scheme in editions.every() for body in scheme.process.countersigners}
    return render_template("decide/countersigning.html", waiting=queries.to_countersign(me()),
                           signed=queries.signed(me()), authorities=names,
                           own=sorted(queries.authorities(me())))


@desk.get("/nominations")
def nominations() -> ResponseReturnValue:
    """Cases to send to the national authorities, and those whose result is awaited."""
    return render_template("decide/nominations.html", cases=queries.nominations(me()))


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """One case: scores beside each other, the outcome with its reasons, the decision and its countersignatures."""
    return _page(_find(number))


@desk.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide that the case passes."""
    form = forms.Decide()
    return _act(_find(number), form, "decide", _("Decided. The co-authorities have been asked."),
                lambda one: actions.decide(one, by=me(), remark=form.remark.data or "", read=form.seen.data or ""))


@desk.post("/<int:number>/reject")
def reject(number: int) -> ResponseReturnValue:
    """Decide that the case does not pass."""
    form = forms.Reject()
    return _act(_find(number), form, "reject", _("Rejected. The institution has been told the reason."),
                lambda one: actions.reject(one, by=me(), reason=form.reason.data or "", read=form.seen.data or ""))


@desk.post("/<int:number>/countersign")
def countersign(number: int) -> ResponseReturnValue:
    """Agree for one's authority."""
    form = _signing(forms.Countersign(), found := _to_sign(number))
    return _act(found, form, "countersign", _("Countersigned."),
                lambda one: actions.countersign(one, authority=form.authority.data, by=me(),
                                                remark=form.remark.data or "", read=form.seen.data or ""))


@desk.post("/<int:number>/object")
def object_to_decision(number: int) -> ResponseReturnValue:
    """Refuse to countersign for one's authority."""
    form = _signing(forms.ObjectToDecision(), found := _to_sign(number))
    return _act(found, form, "object", _("Your authority's objection has been recorded; the leaders are told."),
                lambda one: actions.object_to_decision(one, authority=form.authority.data, by=me(),
                                                       reason=form.reason.data or "", read=form.seen.data or ""))


@desk.post("/<int:number>/nominate")
def nominate(number: int) -> ResponseReturnValue:
    """Send the case to the national authorities."""
    return _act(_find(number), FlaskForm(), "nominate", _("Nominated."),
                lambda one: actions.nominate(one, by=me()))


@desk.post("/<int:number>/named")
def named(number: int) -> ResponseReturnValue:
    """Record that the unit was named."""
    form = forms.NationalResult()
    return _act(_find(number), form, "named", _("Recorded. The case can be put on public notice."),
                lambda one: actions.record_national_result(one, by=me(), document=form.document.data or "",
                                                           remark=form.remark.data or ""))


@desk.post("/<int:number>/refused")
def refused(number: int) -> ResponseReturnValue:
    """Record that the unit was not named."""
    form = forms.NationalRefusal()
    return _act(_find(number), form, "refused", _("Recorded. The institution has been told the reason."),
                lambda one: actions.reject_nationally(one, by=me(), document=form.document.data or "",
                                                      reason=form.reason.data or ""))


def _find(number: int) -> Application:
    return queries.case(me(), number) or abort(404)


def _to_sign(number: int) -> Application:
    """A case for somebody who countersigns; 403 for the bureau's own people, who read it."""
    return _find(number) if Role.COUNTERSIGNER in me().roles else abort(403)


def _act(found: Application, form: FlaskForm, name: str, said: str,
         deed: Callable[[Application], object]) -> ResponseReturnValue:
    return act(found, form, said, deed, page=lambda: _page(found, {name: form}), home="decide.case")


def _page(found: Application, filled: dict[str, FlaskForm] | None = None) -> str:
    """The case page; `filled` holds a form that came back with mistakes."""
    person, ground, made = me(), basis(found), queries.decision(found.id)
    here = lifecycle.standpoint(found, person)
    open_ = set(open_actions(here))
    mark = actions.mark_of(made)
    fresh: dict[str, FlaskForm] = {
        "decide": forms.Decide(formdata=None, seen=mark),
        "reject": forms.Reject(formdata=None, data={"reason": _why(ground), "seen": mark}),
        "countersign": _signing(forms.Countersign(formdata=None, seen=mark), found),
        "object": _signing(forms.ObjectToDecision(formdata=None, seen=mark), found),
        "nominate": FlaskForm(formdata=None), "named": forms.NationalResult(formdata=None),
        "refused": forms.NationalRefusal(formdata=None)}
    return render_template(
        "decide/case.html", case=found, scheme=ground.scheme, basis=ground, decision=made,
        nomination=queries.nomination(found.id), forms=apart(fresh | (filled or {})), faulty=set(filled or {}),
        single=_single(), may=_may(open_, made, person), tied=_kept_out(found, here),
        stations=case_page.stations(found, ground.scheme),
        timeline=case_page.timeline(found, role=_reading_role(), person=person),
        names={body.id: body for body in ground.scheme.process.countersigners})


def _may(open_: set[Action], made: Decision | None, person: Any) -> set[str]:
    """Which forms the page offers: what the table permits and the decision's state makes sensible."""
    objected = made is not None and any(one.agreed is False for one in made.countersignatures)
    agreed = made is not None and made.outcome == "pass" and all(one.agreed for one in made.countersignatures)
    own = queries.authorities(person)
    waits = made is not None and any(one.agreed is None and one.authority in own for one in made.countersignatures)
    return {name for name, fits in {
        "decide": Action.DECIDE in open_ and (made is None or objected),
        "reject": Action.REJECT in open_,
        "countersign": Action.COUNTERSIGN in open_ and waits,
        "object": Action.OBJECT_TO_DECISION in open_ and waits,
        "nominate": Action.NOMINATE in open_ and agreed,
        "named": Action.RECORD_NATIONAL_RESULT in open_, "refused": Action.REJECT_NATIONALLY in open_,
    }.items() if fits}


def _signing(form: Any, found: Application) -> Any:
    """Offer the authorities that this person signs for and that countersign this scheme."""
    own = queries.authorities(me())
    bodies = [body for body in scorecards.scheme_of(found).process.countersigners if body.id in own]
    form.authority.choices = [(body.id, body.name) for body in bodies]
    return form


def _kept_out(found: Application, here: Standpoint) -> bool:
    """Whether a leader or countersigner sees no deed here because he or she is tied to the institution."""
    held = lifecycle.roles_on(found, me(), despite_ties=True)
    return bool((held - here.roles) & {Role.LEADER, Role.COUNTERSIGNER})


def _reading_role() -> Role:
    roles = me().roles
    return next((role for role in (Role.LEADER, Role.OFFICER) if role in roles), Role.COUNTERSIGNER)


def _single() -> bool:
    """Whether the reader sees what each expert gave: the bureau does, without names; a co-authority sees the result."""
    return bool(me().roles & {Role.LEADER, Role.OFFICER})


def _why(ground: Any) -> str:
    return "\n".join(one.line("zh") for one in ground.outcome.reasons if one.fails)
