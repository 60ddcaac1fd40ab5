"""Sign-in and profile as they are filled in."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, EqualTo, Length, Optional, Regexp

from portal.passwords import SHORTEST
from portal.web.watched import Watched


class SignIn(FlaskForm):
    """Name and password."""

    sign_in = StringField(_("Sign-in name"), validators=[DataRequired(_("Enter your sign-in name.")), Length(max=60)],
                          render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
    password = PasswordField(_("Password"), validators=[DataRequired(_("Enter your password."))],
                             render_kw={"autocomplete": "current-password"})


class Profile(Watched):
    """What a person may change about herself."""

    email = EmailField(_("E-mail"), validators=[
        Optional(), Length(max=120), Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_("This is no e-mail address."))],
        render_kw={"autocomplete": "email"})
    phone = TelField(_("Phone"), validators=[Optional(), Length(max=40)], render_kw={"autocomplete": "tel"})
    language = RadioField(_("Language"), choices=[("zh", "简体中文"), ("en", "English")])
    notify = RadioField(_("Mail"), choices=[
        ("at-once", _("At once")), ("digest", _("Once a day, at eight in the morning")),
        ("off", _("No mail, messages in the portal only"))])


class FreshPassword(FlaskForm):
    """A new password, twice."""

    fresh = PasswordField(_("New password"), validators=[
        DataRequired(_("Enter a new password.")),
        Length(min=SHORTEST, message=_("Use at least %(min)d characters."))],
        render_kw={"autocomplete": "new-password"})
    again = PasswordField(_("New password again"), validators=[
        EqualTo("fresh", _("The two new passwords differ."))], render_kw={"autocomplete": "new-password"})


class Password(FreshPassword):
    """A new password, with the present one."""

    present = PasswordField(_("Present password"), validators=[DataRequired(_("Enter your present password."))],
                            render_kw={"autocomplete": "current-password"})
