"""The certifying desk: what may be issued and what blocks it, the register, one certificate and its deeds."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from portal import editions, lifecycle, papers, signing, works
from portal.clock import today
from portal.documents import plaque
from portal.domain.certificate import validity_end
from portal.domain.workflow import Action, Role
from portal.models.application import Application
from portal.models.certificate import Certificate
from portal.stages.certify import actions, forms, listing, queries
from portal.web import case as case_page
from portal.web import sending
from portal.web.acting import act
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.several import apart
from portal.web.visitor import me

desk = Desk("certify", __name__, prefix="/certify", serves={Role.OFFICER, Role.LEADER}, label=_l("Certificates"),
            home="certify.queue", links=[(_l("To issue"), "certify.queue"), (_l("Re-verification"), "certify.terms"),
                                         (_l("Register"), "certify.register")])


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What may be issued now, what is blocked until when and why, what is not in the directory yet."""
    announced, issuing = queries.announced(), works.under_way("certificates-issue")
    publishing = works.under_way("certificates-publish")
    return render_template("certify/queue.html",
                           free=[one for one in announced if one.free and one.case.id not in issuing],
                           blocked=[one for one in announced if not one.free],
                           unpublished=[row for row in queries.unpublished() if row.application_id not in publishing],
                           officer=Role.OFFICER in me().roles, recent=works.recent(actions.KINDS), kinds=works.KINDS)


@desk.get("/terms")
def terms() -> ResponseReturnValue:
    """Titles under re-verification, terms that end soon, terms that have ended."""
    return render_template("certify/terms.html", reverifying=queries.reverifying(), soon=queries.ending_soon(),
                           ended=queries.ended_terms(), officer=Role.OFFICER in me().roles)


@desk.get("/register")
def register() -> ResponseReturnValue:
    """Every certificate, searched and filtered in the address bar."""
    chosen = _chosen()
    schemes = {scheme.id: scheme for scheme in editions.every()}
    return render_template("certify/register.html", page=page_of(queries.register(**chosen)), chosen=chosen,
                           schemes=schemes.values(), years=queries.years(), standing=queries.standing)


@desk.get("/register.csv")
def register_csv() -> ResponseReturnValue:
    """The register as chosen, as a spreadsheet file."""
    answer = Response(listing.csv_of(queries.exported(**_chosen())), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=certificates-{today():%Y%m%d}.csv"
    return answer


def _chosen() -> dict[str, Any]:
    """Search, filters and order as the address has them."""
    return {"text": request.args.get("q", ""), "scheme": request.args.get("scheme", ""),
            "status": request.args.get("status", ""), "year": request.args.get("year", type=int),
            "sort": request.args.get("sort", "")}


@desk.post("/bulk/<any(issue, publish, expire):deed>")
def bulk(deed: str) -> ResponseReturnValue:
    """Do one deed to several cases: first the list of what will be touched, then the page of the work, row by row."""
    if Role.OFFICER not in me().roles:
        abort(403)
    numbers = request.form.getlist("case", type=int)
    back = url_for("certify.terms" if deed == "expire" else "certify.queue")
    if deed == "issue":
        cases = [one.case for one in queries.announced(numbers)]
    else:
        cases = [row.application for row in queries.certificates(numbers)]
    if not cases:
        flash(_("No unit is chosen."), "warn")
        return redirect(back, 303)
    if not request.form.get("confirmed"):
        return render_template("certify/bulk.html", deed=deed, cases=cases, back=back)
    return redirect(url_for("works.work", number=actions.begin(deed, cases, by=me()).id), 303)


@desk.get("/<int:number>")
def case(number: int) -> ResponseReturnValue:
    """A case on notice, or its certificate with everything that may be done to it."""
    return _page(_find(number))


@desk.get("/<int:number>/paper.pdf")
def paper(number: int) -> ResponseReturnValue:
    """The certificate as it is printed."""
    row = _certificate(number)
    return sending.paper(papers.current(row), f"{row.number}.pdf")


@desk.get("/<int:number>/plaque.pdf")
def plate(number: int) -> ResponseReturnValue:
    """The artwork of the plaque; `?line=1` for etching."""
    row = _certificate(number)
    return sending.paper(plaque.render(papers.facts(row), ground="line" not in request.args),
                         _("plaque %(number)s", number=row.number) + ".pdf")


@desk.post("/<int:number>/issue")
def issue(number: int) -> ResponseReturnValue:
    """Issue the certificate."""
    return _act(_find(number), FlaskForm(), "issue", _("Issued."), lambda one: actions.issue(one, by=me()))


@desk.post("/<int:number>/publish")
def publish(number: int) -> ResponseReturnValue:
    """Put the certificate into the directory."""
    return _act(_find(number), FlaskForm(), "publish", _("Published in the directory."),
                lambda one: actions.publish(one, by=me()))


@desk.post("/<int:number>/reissue")
def reissue(number: int) -> ResponseReturnValue:
    """Print the certificate anew."""
    form = forms.Reissue()
    return _act(_find(number), form, "reissue", _("Reissued under the same number."),
                lambda one: actions.reissue(one, by=me(), reason=form.reason.data or "",
                                            present_name=bool(form.present_name.data), read=form.seen.data or ""))


@desk.post("/<int:number>/reverify")
def reverify(number: int) -> ResponseReturnValue:
    """Open the re-verification."""
    return _act(_find(number), FlaskForm(), "reverify", _("The re-verification is open."),
                lambda one: actions.start_reverification(one, by=me()))


@desk.post("/<int:number>/keep")
def keep(number: int) -> ResponseReturnValue:
    """Keep the title."""
    form = forms.KeepTitle()
    return _act(_find(number), form, "keep", _("The title is kept."),
                lambda one: actions.keep_title(one, by=me(), reason=form.reason.data or "",
                                               until=form.until.data or today()))


@desk.post("/<int:number>/expire")
def expire(number: int) -> ResponseReturnValue:
    """Close the case after the end of the term."""
    return _act(_find(number), FlaskForm(), "expire", _("Closed as expired."),
                lambda one: actions.expire(one, by=me()))


@desk.route("/<int:number>/<any(revoke, cancel, withdraw):deed>", methods=["GET", "POST"])
def end(number: int, deed: str) -> ResponseReturnValue:
    """End a certificate before its term: a page of its own names object, effect and record before it is done."""
    found, row, form = _find(number), _certificate(number), forms.Reason()
    wanted = {"revoke": Action.REVOKE, "cancel": Action.CANCEL, "withdraw": Action.WITHDRAW_TITLE}[deed]
    if form.validate_on_submit():
        do = {"revoke": actions.revoke, "cancel": actions.cancel, "withdraw": actions.withdraw_title}[deed]
        do(found, by=me(), reason=form.reason.data or "")
        flash(_("The certificate has ended. The verification page says so from now on."), "done")
        return redirect(url_for("certify.case", number=found.id), 303)
    page = render_template("certify/end.html", case=found, certificate=row, form=form, deed=deed,
                           allowed=wanted in lifecycle.actions_open(found, me()))
    return page, 422 if form.errors else 200


def _find(number: int) -> Application:
    return queries.case(number) or abort(404)


def _certificate(number: int) -> Certificate:
    return queries.certificate(number) or abort(404)


def _act(found: Application, form: FlaskForm, name: str, said: str,
         deed: Callable[[Application], object]) -> ResponseReturnValue:
    return act(found, form, said, deed, page=lambda: _page(found, {name: form}), home="certify.case")


def _page(found: Application, filled: dict[str, FlaskForm] | None = None) -> str:
    scheme, row = editions.get(found.edition), queries.certificate(found.id)
    fresh: dict[str, Any] = {
        "reissue": forms.Reissue(formdata=None, seen=actions.mark_of(found, row) if row else ""),
        "keep": forms.KeepTitle(formdata=None, data={"until": _next_end(row, scheme.process.reverification.years)})}
    role = Role.OFFICER if Role.OFFICER in me().roles else Role.LEADER
    return render_template(
        "certify/case.html", case=found, scheme=scheme, certificate=row, forms=apart(fresh | (filled or {})),
        faulty=set(filled or {}), open=lifecycle.actions_open(found, me()), notice=queries.notice_of(found),
        objections=queries.open_objections(found), standing=queries.standing(row) if row else None,
        signature=signing.facts(row) if row else None,
        stations=case_page.stations(found, scheme),
        timeline=case_page.timeline(found, role=role, person=me()))


def _next_end(row: Certificate | None, years: int) -> Any:
    """The last day proposed when a title is kept: one more term from the end of the present one."""
    if row is None:
        return None
    return validity_end(max(row.expires_on or today(), today()), years=years)
