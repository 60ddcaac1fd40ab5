"""The administrators' desk: people and roles, rounds, editions, the record; auditors read it all and change nothing."""

from collections.abc import Callable
from datetime import date

from flask import (
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from portal import audit, clock, editions, seen
from portal.administer import actions, queries, record
from portal.administer.forms import GiveRole, Invite, RoundForm, of_person
from portal.domain.appointment import SCOPES, Scope
from portal.domain.refusal import ChangedMeanwhile, Refused
from portal.domain.workflow import Role
from portal.models.person import Person
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

desk = Desk("administer", __name__, prefix="/administer", serves={Role.ADMINISTRATOR, Role.AUDITOR},
            label=_l("Administration"), home="administer.people", links=[
                (_l("People"), "administer.people"), (_l("Rounds"), "administer.rounds"),
                (_l("Criteria files"), "administer.edition_list"), (_l("Record"), "administer.events")])


@desk.before_request
def changes_are_for_administrators() -> None:
    """An auditor who also reads here sends nothing."""
    if request.method not in {"GET", "HEAD"}:
        administrators_only()


def administrators_only() -> None:
    """403 for an auditor: pages that only serve a change."""
    if Role.ADMINISTRATOR not in me().roles:
        abort(403)


@desk.context_processor
def rights() -> dict[str, object]:
    """Whether this visitor sees the buttons."""
    return {"may_change": current_user.is_authenticated and Role.ADMINISTRATOR in current_user.roles}


def find(number: int) -> Person:
    """A person, or 404."""
    return queries.person(number) or abort(404)


@desk.get("/")
def people() -> ResponseReturnValue:
    """Who has an account, with which roles."""
    words, role, state = (request.args.get(key, "").strip() for key in ("q", "role", "state"))
    page = page_of(queries.people(words=words, role=role, state=state))
    return render_template(
        "administer/people.html", page=page, words=words, role=role, state=state, roles=list(SCOPES),
        scopes=queries.scope_names(one for row in page.rows for one in row.grants),
        employers=queries.employer_names(page.rows))


@desk.route("/people/new", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    """Create an account; the first password is shown in this answer and never again."""
    administrators_only()
    form = Invite()
    if form.validate_on_submit():
        try:
            person, password = actions.invite(sign_in=form.sign_in.data, by=me(), **form.values())
        except actions.SignInTaken as refusal:
            form.sign_in.errors = [str(refusal.sentence)]
        else:
            return shown_once(person, password, fresh=True), 201
    return render_template("administer/invite.html", form=form), 422 if form.errors else 200


def shown_once(person: Person, password: str, *, fresh: bool) -> Response:
    """The page with a first password; it is kept by nobody, not even by the browser's cache."""
    answer = make_response(render_template("administer/password.html", person=person, password=password, fresh=fresh))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk.route("/people/<int:number>", methods=["GET", "POST"])
def person(number: int) -> ResponseReturnValue:
    """One person: what is known, roles, what is in hand."""
    found = find(number)
    form, stale = of_person(found), False
    if request.method == "POST" and form.validate():
        values = form.values()
        try:
            actions.change_person(found, read=form.seen.data or "", by=me(), employer_id=values.pop("employer"),
                                  **values)
        except ChangedMeanwhile as changed:
            form.told(changed, seen.mark(*actions.facts_of(found)))
            stale = True
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("administer.person", number=number), 303)
    return render_template(
        "administer/person.html", person=found, form=form, scopes=queries.scope_names(found.grants), roles=list(SCOPES),
        work=queries.open_work(found), employer=queries.institution_name(found.employer_id),
    ), 409 if stale else 422 if form.errors else 200


@desk.get("/people/<int:number>/roles")
def choose_role(number: int) -> ResponseReturnValue:
    """Go on to the role that was chosen."""
    return redirect(url_for("administer.give_role", number=number, role=_role(request.args.get("role", ""))))


def _role(value: str) -> Role:
    if value not in Role._value2member_map_ or Role(value) not in SCOPES:
        abort(404)
    return Role(value)


@desk.route("/people/<int:number>/roles/<role>", methods=["GET", "POST"])
def give_role(number: int, role: str) -> ResponseReturnValue:
    """Give a role at its place."""
    administrators_only()
    found, wanted = find(number), _role(role)
    form = GiveRole(wanted)
    refusal: Refused | None = None
    if form.validate_on_submit():
        try:
            actions.give_role(found, form.held(), by=me())
        except actions.RoleBarred as error:
            refusal = error
        else:
            flash(_("The role has been given."), "done")
            return redirect(url_for("administer.person", number=number), 303)
    return render_template("administer/role.html", person=found, role=wanted, form=form, refusal=refusal,
                           everywhere=SCOPES[wanted] is Scope.EVERYWHERE), 422 if form.errors or refusal else 200


def confirmed(person: Person, kind: str, deed: Callable[[], object], done: str, **shown: object) -> ResponseReturnValue:
    """Ask first, naming what will happen; then do it and go back to the person."""
    if request.method == "POST":
        deed()
        flash(done, "done")
        return redirect(url_for("administer.person", number=person.id), 303)
    administrators_only()
    return render_template("administer/confirm.html", person=person, kind=kind, work=queries.open_work(person), **shown)


@desk.route("/people/<int:number>/grants/<int:one>/take", methods=["GET", "POST"])
def take_role(number: int, one: int) -> ResponseReturnValue:
    """Take a role back."""
    found, grant = find(number), queries.grant(number, one) or abort(404)
    return confirmed(found, "take-role", lambda: actions.take_role(grant, by=me()), _("The role has been taken back."),
                     role=grant.role, scope=queries.scope_names([grant])[grant.id])


@desk.route("/people/<int:number>/deactivate", methods=["GET", "POST"])
def deactivate(number: int) -> ResponseReturnValue:
    """Close an account."""
    found = find(number)
    return confirmed(found, "deactivate", lambda: actions.deactivate(found, by=me()),
                     _("The account is closed. Every session has ended."))


@desk.post("/people/<int:number>/reactivate")
def reactivate(number: int) -> ResponseReturnValue:
    """Open an account again."""
    found = find(number)
    actions.reactivate(found, by=me())
    flash(_("The account is open again."), "done")
    return redirect(url_for("administer.person", number=number), 303)


@desk.route("/people/<int:number>/password", methods=["GET", "POST"])
def password(number: int) -> ResponseReturnValue:
    """Give a new first password; it is shown in this answer and never again."""
    found = find(number)
    if request.method == "POST":
        return shown_once(found, actions.new_password(found, by=me()), fresh=False)
    administrators_only()
    return render_template("administer/confirm.html", person=found, kind="password", work=None)


@desk.get("/rounds")
def rounds() -> ResponseReturnValue:
    """Every round with its window and its cases."""
    return render_template("administer/rounds.html", rounds=queries.rounds(), editions=editions, at=clock.now())


@desk.route("/rounds/new", methods=["GET", "POST"])
def new_round() -> ResponseReturnValue:
    """Announce a round."""
    administrators_only()
    year = clock.today().year
    form = RoundForm(data={"year": year, "statistics_year": year - 1})
    if form.validate_on_submit():
        try:
            made = actions.create_round(dates=form.dates(), by=me(), **form.values())
        except actions.RoundTaken as refusal:
            form.name.errors = [str(refusal.sentence)]
        else:
            flash(_("The round has been created."), "done")
            return redirect(url_for("administer.round", number=made.id), 303)
    return render_template("administer/round.html", form=form, round=None, cases=0), 422 if form.errors else 200


@desk.route("/rounds/<int:number>", methods=["GET", "POST"])
def round(number: int) -> ResponseReturnValue:
    """One round; the parts that are not used can be changed."""
    found = queries.round(number) or abort(404)
    cases = queries.cases_of(found)
    form, stale = RoundForm(found, cases=cases, seen=seen.mark(actions.told(found))), False
    if form.validate_on_submit():
        try:
            changed = actions.change_round(found, read=form.seen.data or "", by=me(), dates=form.dates(),
                                           **form.values())
        except ChangedMeanwhile as moved:
            form.told(moved, seen.mark(actions.told(found)))
            stale = True
        except actions.RoundTaken as refusal:
            form.name.errors = [str(refusal.sentence)]
        else:
            flash(_("Saved.") if changed else _("Nothing was changed."), "done")
            return redirect(url_for("administer.round", number=number), 303)
    return render_template("administer/round.html", form=form, round=found, cases=cases,
                           scheme=editions.get(found.edition)), 409 if stale else 422 if form.errors else 200


@desk.get("/editions")
def edition_list() -> ResponseReturnValue:
    """The criteria files: editions, factors, averages, each with its source."""
    return render_template("administer/editions.html", editions=queries.edition_list(), factors=editions.factors(),
                           averages=editions.averages())


def asked() -> record.Filter:
    """The filter in the address bar; a day that is none is left out."""

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            return None

    return record.Filter(action=request.args.get("action", ""), who=request.args.get("who", "").strip(),
                         case=request.args.get("case", "").strip(), since=day("since"), until=day("until"))


@desk.get("/record")
def events() -> ResponseReturnValue:
    """Every deed, filtered; the button verifies the chain from its first link."""
    head = record.head()
    # the chain has no gaps: its end counts it, unless something is left out
    whole = None if asked().any or record.blind(me()) else head.seq if head else 0
    page = page_of(record.events(asked(), reader=me()), scalars=False, total=whole)
    count, broken = audit.breaks() if "verify" in request.args else (0, None)
    return render_template("administer/record.html", page=page, asked=asked(), people=record.people_named(page.rows),
                           deeds=record.deeds(), deed=record.deed, role_word=record.role_word, head=head,
                           count=count, broken=broken)


@desk.get("/record.csv")
def events_csv() -> ResponseReturnValue:
    """The events asked for as a file."""
    answer = Response(stream_with_context(record.as_csv(asked(), reader=me())), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=record-{clock.today():%Y%m%d}.csv"
    return answer
