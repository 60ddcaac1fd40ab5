"""The announcing desk: compose and publish notices, read objections, answer them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import editions
from portal.clock import today
from portal.domain.scheme import Scheme
from portal.domain.workflow import Role
from portal.models.application import Application
from portal.models.notice import Objection, PublicNotice
from portal.stages.announce import actions, gazette, phrases, queries
from portal.stages.announce.forms import Answer, Compose
from portal.web import case as case_page
from portal.web import sending
from portal.web.filters import day as day_words
from portal.web.filters import title_of
from portal.web.guard import Desk
from portal.web.paging import page_of
from portal.web.visitor import me

desk = Desk("announce", __name__, prefix="/announce", serves={Role.OFFICER}, label=_l("Public notices"),
            home="announce.queue", links=[(_l("Notices and objections"), "announce.queue"),
                                          (_l("All notices"), "announce.archive")])


@desk.get("/")
def queue() -> ResponseReturnValue:
    """What waits: cases ready for a notice, open objections, and the notices that run."""
    running = queries.running()
    return render_template(
        "announce/queue.html", ready=[(editions.get(name), count) for name, count in queries.ready_editions()],
        objections=queries.waiting_objections(), running=running, sizes=queries.sizes(running),
        open=queries.open_objections(running), workdays=gazette.workdays)


@desk.get("/all")
def archive() -> ResponseReturnValue:
    """Every notice, newest first."""
    chosen: dict[str, Any] = {"scheme": request.args.get("scheme", ""), "year": request.args.get("year", type=int)}
    page = page_of(queries.notices(**chosen))
    return render_template("announce/archive.html", page=page, sizes=queries.sizes(page.rows), chosen=chosen,
                           open=queries.open_objections(page.rows), years=queries.years(),
                           schemes={scheme.id: title_of(scheme) for scheme in editions.every()})


@desk.route("/new/<edition>", methods=["GET", "POST"])
def compose(edition: str) -> ResponseReturnValue:
    """Compose a notice of one edition's cases, look at it as it will be printed, then publish it."""
    scheme = _scheme(edition)
    cases = queries.ready_cases(edition)
    form = Compose(data=None if request.method == "POST" else _proposal(scheme, cases))
    form.cases.choices = [(case.id, case.institution.name) for case in cases]
    if request.method == "GET" or "edit" in request.form:
        return render_template("announce/compose.html", form=form, scheme=scheme, cases=cases,
                               blocks=gazette.blocks(cases))
    if not form.validate_on_submit():
        return render_template("announce/compose.html", form=form, scheme=scheme, cases=cases,
                               blocks=gazette.blocks(cases)), 422
    chosen = [case for case in cases if case.id in (form.cases.data or [])]
    if "publish" not in request.form:
        day = today()
        return render_template("announce/preview.html", form=form, scheme=scheme, cases=chosen,
                               blocks=gazette.blocks(chosen), objection=phrases.OBJECTION, issuer=phrases.ISSUER,
                               published_on=day, last_day=gazette.last_day(scheme, day),
                               workdays=gazette.length(scheme))
    made = actions.publish(
        chosen, by=me(), title=form.title.data or "", basis=form.basis.data or "",
        contact_office=form.contact_office.data or "", contact_phone=form.contact_phone.data or "",
        contact_address=form.contact_address.data or "")
    flash(_("Published. The notice runs until %(day)s.", day=day_words(made.last_day)), "done")
    return redirect(url_for("announce.notice", number=made.id), 303)


def _proposal(scheme: Scheme, cases: list[Application]) -> dict[str, object]:
    """What the form opens with: the standing phrases, the contact of the last notice, every case that is ready."""
    last = queries.last_contact()
    grounds = phrases.NATIONAL_BASIS if scheme.process.nomination else phrases.BASIS
    first = scheme.basis[-1] if scheme.basis else ""
    return {
        "title": phrases.TITLE.format(year=today().year, scheme=scheme.name),
        "basis": grounds.format(basis=first, scheme=scheme.name), "cases": [case.id for case in cases],
        "contact_office": last.contact_office if last else "", "contact_phone": last.contact_phone if last else "",
        "contact_address": last.contact_address if last else "",
    }


@desk.get("/<int:number>")
def notice(number: int) -> ResponseReturnValue:
    """One notice with its days, its list and its objections (names only here)."""
    found = _find(number)
    return render_template(
        "announce/notice.html", notice=found, blocks=gazette.blocks([one.application for one in found.entries]),
        days=gazette.workdays(found), runs=gazette.runs(found), objections=queries.objections(found))


@desk.get("/<int:number>/notice.pdf")
def paper(number: int) -> ResponseReturnValue:
    """The notice as it is printed."""
    found = _find(number)
    return sending.paper(gazette.paper(found), f"{found.number}.pdf")


@desk.get("/objections/<int:number>")
def objection(number: int) -> ResponseReturnValue:
    """One objection, with who objects and what was attached."""
    return _objection_page(_find_objection(number), Answer(formdata=None))


@desk.post("/objections/<int:number>/<any(dismiss, uphold):verdict>")
def answer(number: int, verdict: str) -> ResponseReturnValue:
    """Answer an objection: dismiss it, or uphold it and end the case (asked for once more)."""
    found, form = _find_objection(number), Answer()
    if not form.validate_on_submit():
        return _objection_page(found, form), 422
    words = form.answer.data or ""
    if verdict == "dismiss":
        actions.dismiss(found, by=me(), answer=words)
        flash(_("Dismissed. The answer is published."), "done")
    elif "confirmed" not in request.form:
        return render_template("announce/uphold.html", objection=found, form=form)
    else:
        actions.uphold(found, by=me(), answer=words)
        flash(_("Upheld. The case has ended and the answer is published."), "done")
    return redirect(url_for("announce.objection", number=found.id), 303)


@desk.get("/objections/<int:number>/files/<int:file>")
def attachment(number: int, file: int) -> ResponseReturnValue:
    """A file that the objector attached."""
    found = queries.attachment(number, file) or abort(404)
    return sending.attachment(found.file)


def _objection_page(found: Objection, form: Answer) -> str:
    scheme = editions.get(found.application.edition)
    return render_template("announce/objection.html", objection=found, form=form, case=found.application,
                           scheme=scheme, stations=case_page.stations(found.application, scheme),
                           timeline=case_page.timeline(found.application, role=Role.OFFICER, person=me()))


def _find(number: int) -> PublicNotice:
    return queries.notice(number) or abort(404)


def _find_objection(number: int) -> Objection:
    return queries.objection(number) or abort(404)


def _scheme(edition: str) -> Scheme:
    try:
        return editions.get(edition)
    except KeyError:
        abort(404)
