"""Sign in and out, messages, profile."""

import math
from datetime import UTC, datetime

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException

from portal import passwords, seen
from portal.accounts import actions, queries, waiting
from portal.accounts.deeds import DEEDS, case_url, turn_url, turn_words
from portal.accounts.forms import FreshPassword, Password, Profile, SignIn
from portal.clock import now
from portal.domain.refusal import ChangedMeanwhile
from portal.web.guard import Desk, desks
from portal.web.home import own_desk, safe_next
from portal.web.limits import limiter, sign_in_limit
from portal.web.paging import page_of
from portal.web.visitor import me

door = Desk("accounts", __name__, public=True)
desk = Desk("own", __name__, label=lazy_gettext("My account"), home="own.messages")


@door.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(sign_in_limit, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password; then go on to where the visitor wanted to go."""
    if current_user.is_authenticated:
        return redirect(own_desk())
    form = SignIn()
    if form.validate_on_submit():
        person = queries.by_sign_in(form.sign_in.data or "")
        if passwords.matches(person.password_hash if person else None, form.password.data or "") and person:
            login_user(person)
            actions.signed_in(person)
            wanted = request.args.get("next")
            return redirect(safe_next(wanted) if wanted else own_desk())
        form.password.errors = [_("Name and password do not fit. Check both, or ask your administrator for a new one.")]
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@door.errorhandler(429)
def too_often(_error: HTTPException) -> ResponseReturnValue:
    """Say at the door itself until when no further attempt is taken; what was typed as the name stays."""
    limit = limiter.current_limit
    until = datetime.fromtimestamp(limit.reset_at if limit else now().timestamp() + 60, UTC)
    form = SignIn()
    page = render_template("accounts/sign_in.html", form=form, until=until)
    return page, 429, {"Retry-After": str(max(1, math.ceil((until - now()).total_seconds())))}


@desk.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    flash(_("You are signed out."), "done")
    return redirect(url_for("accounts.sign_in"))


@desk.get("/desk")
def home() -> ResponseReturnValue:
    """What waits for this person, everywhere, and the cases whose deadline is nearest."""
    at = now()
    turns = sorted((one for one in waiting.turns(me(), at) if one.kind != waiting.MESSAGES),
                   key=lambda one: (one.due is None, one.due or at, one.kind))
    return render_template("accounts/home.html", at=at, turns=turns, urgent=waiting.urgent(me()) if turns else [],
                           deed=turn_words, deeds=DEEDS, url=turn_url, case_url=case_url,
                           names={one.name: one.label for one in desks(current_app)})


@desk.get("/messages")
def messages() -> ResponseReturnValue:
    """What happened that concerns this person."""
    return render_template("accounts/messages.html", page=page_of(queries.messages(me())))


@desk.post("/messages/read")
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    actions.read_all(by=me())
    return redirect(url_for("own.messages"))


@desk.get("/messages/<int:number>")
def message(number: int) -> ResponseReturnValue:
    """Open a message: mark it as read and go to the page that it is about."""
    found = queries.message(me(), number) or abort(404)
    actions.read(found, by=me())
    return redirect(safe_next(found.url))


@desk.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """The person's own preferences."""
    form, status = Profile(obj=me(), seen=seen.mark(*actions.preferences_of(me()))), 200
    if form.validate_on_submit():
        try:
            actions.change_profile(me(), language=form.language.data, notify=form.notify.data,
                                   email=form.email.data or "", phone=form.phone.data or "", read=form.seen.data or "")
        except ChangedMeanwhile as stale:
            form.told(stale, seen.mark(*actions.preferences_of(me())))
            status = 409
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("own.profile"))
    return render_template("accounts/profile.html", form=form, password=Password(formdata=None)), status


@desk.post("/profile/password")
def password() -> ResponseReturnValue:
    """Set a new password."""
    form = Password()
    if form.validate_on_submit():
        if passwords.matches(me().password_hash, form.present.data or ""):
            actions.change_password(me(), form.fresh.data or "")
            login_user(me())
            flash(_("The password has been changed. Other sessions have ended."), "done")
            return redirect(url_for("own.profile"))
        form.present.errors = [_("The present password does not fit.")]
    return render_template("accounts/profile.html", form=Profile(
        obj=me(), formdata=None, seen=seen.mark(*actions.preferences_of(me()))), password=form), 422


@desk.route("/first-password", methods=["GET", "POST"])
def first_password() -> ResponseReturnValue:
    """Replace the password that an administrator gave; nothing else is open before."""
    if not me().first_password:
        return redirect(url_for("own.profile"))
    form = FreshPassword()
    if form.validate_on_submit():
        if not passwords.matches(me().password_hash, form.fresh.data or ""):
            actions.change_password(me(), form.fresh.data or "")
            login_user(me())
            flash(_("The password is yours alone now."), "done")
            return redirect(own_desk())
        form.fresh.errors = [_("This is the password that was given to you. Choose another one.")]
    return render_template("accounts/first_password.html", form=form), 422 if form.errors else 200
