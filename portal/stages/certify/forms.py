"""Reasons, dates and filters as they are filled in at the certifying desk."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.web.watched import Watched


class Reason(FlaskForm):
    """A deed that needs a reason."""

    reason = TextAreaField(_("Reason"), validators=[
        DataRequired(_("Give a reason: the holder reads it.")), Length(max=2000)])


class Reissue(Reason, Watched):
    """A certificate printed anew."""

    present_name = BooleanField(_("Print it to the holder's present name"))


class KeepTitle(Reason):
    """A title kept, with its new last day."""

    until = DateField(_("Valid until"), validators=[InputRequired(_("Enter the new last day."))])
