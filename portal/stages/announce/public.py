"""The public side of notices: the lists as printed, how to object, and what became of an objection."""

import unicodedata
from typing import BinaryIO

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.evidence import short_name
from portal.intake import Examined, FileRefused, examine
from portal.models.notice import PublicNotice
from portal.stages.announce import actions, gazette, phrases, queries
from portal.stages.announce.forms import Object, chosen
from portal.web import sending
from portal.web.caching import keep_for_visitors
from portal.web.guard import Desk
from portal.web.limits import limiter
from portal.web.paging import page_of
from portal.web.receiving import receive, receives_files

desk = Desk("notices", __name__, prefix="/notices", public=True)
keep_for_visitors(desk, never={"notices.object_form", "notices.find_objection", "notices.objection"})


@desk.get("")
def index() -> ResponseReturnValue:
    """Every notice, the newest first, those that run on top."""
    page = page_of(queries.notices(), size=30)
    return render_template("notices/index.html", page=page, sizes=queries.sizes(page.rows), runs=gazette.runs)


@desk.get("/<int:number>")
def notice(number: int) -> ResponseReturnValue:
    """One notice as the bureau prints it; it stays here when it is over."""
    found = _find(number)
    return render_template(
        "notices/notice.html", notice=found, blocks=gazette.blocks([one.application for one in found.entries]),
        days=gazette.workdays(found), runs=gazette.runs(found), objection=phrases.OBJECTION, issuer=phrases.ISSUER,
        answered=queries.answered(found))


@desk.get("/<path:text>")
def by_number(text: str) -> ResponseReturnValue:
    """A notice by its printed number."""
    found = queries.by_number(text) or abort(404)
    return redirect(url_for("notices.notice", number=found.id), 301)


@desk.get("/<int:number>/notice.pdf")
def paper(number: int) -> ResponseReturnValue:
    """The notice as PDF."""
    found = _find(number)
    return sending.paper(gazette.paper(found), f"{found.number}.pdf")


@desk.get("/<int:number>/object")
def object_form(number: int) -> ResponseReturnValue:
    """The form of an objection; after the period, who to turn to instead."""
    found = _find(number)
    form = _offer(Object(formdata=None, data={"entry": request.args.get("unit", type=int), "party": "person"}), found)
    return _form_page(found, form)


@desk.post("/<int:number>/object")
@receives_files
@limiter.limit("30 per hour")
def object_to(number: int) -> ResponseReturnValue:
    """Take the objection with its attachments and give a receipt."""
    found = _find(number)
    receive()
    form = _offer(Object(), found)
    files = []
    if form.validate_on_submit():
        files = _examined(form)
    if form.errors:
        return _form_page(found, form), 422
    entry = next(one for one in found.entries if one.id == form.entry.data)
    made = actions.object_to(entry, party=form.party.data, name=form.name.data or "", phone=form.phone.data or "",
                             email=form.email.data or "", address=form.address.data or "",
                             facts=form.facts.data or "", files=files)
    return redirect(url_for("notices.objection", receipt=made.receipt, new=1), 303)


@desk.get("/objections")
def find_objection() -> ResponseReturnValue:
    """Look an objection up by its receipt number."""
    receipt = typed(request.args.get("receipt", ""))
    if not receipt:
        return render_template("notices/find.html", receipt="", unknown=False, blank="receipt" in request.args)
    if queries.by_receipt(receipt) is None:
        return render_template("notices/find.html", receipt=receipt, unknown=True), 404
    return redirect(url_for("notices.objection", receipt=receipt))


def typed(receipt: str) -> str:
    """A receipt number as it is kept, from full-width characters, small letters, spaces and any kind of dash."""
    plain = unicodedata.normalize("NFKC", receipt[:80]).upper()
    return "".join("-" if unicodedata.category(one) == "Pd" or one in "−_" else one
                   for one in plain if not one.isspace() and one != "\0")


@desk.get("/objections/<receipt>")
def objection(receipt: str) -> ResponseReturnValue:
    """What became of an objection; nothing about the person who raised it."""
    found = queries.by_receipt(typed(receipt))
    if found is None:
        return render_template("notices/find.html", receipt=receipt, unknown=True), 404
    return render_template("notices/objection.html", objection=found, new="new" in request.args)


def _form_page(found: PublicNotice, form: Object) -> str:
    return render_template("notices/object.html", notice=found, form=form, runs=gazette.runs(found),
                           limit_mb=current_app.config["PORTAL"].upload_limit_mb)


def _offer(form: Object, found: PublicNotice) -> Object:
    """The units on the notice, in printed order."""
    form.entry.choices = [(0, _("Please choose")), *(
        (one.id, f"{one.position}. {one.application.institution.name}") for one in found.entries)]
    if form.entry.data is None and len(found.entries) == 1:
        form.entry.data = found.entries[0].id
    return form


def _examined(form: Object) -> list[tuple[Examined, BinaryIO]]:
    """Every attachment examined; one that is refused becomes an error at the field, naming the file."""
    taken, problems = [], []
    for one in chosen(form.files):
        try:
            taken.append((examine(one.stream, one.filename), one.stream))
        except FileRefused as error:
            problems.append(_("%(name)s: %(problem)s", name=short_name(one.filename),
                              problem=_(error.message) % error.values))
    if problems:
        form.files.errors = problems
    return taken


def _find(number: int) -> PublicNotice:
    return queries.notice(number) or abort(404)
