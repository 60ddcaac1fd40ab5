"""Decision, rejection, countersignature and national result as they are filled in."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from portal.web.watched import Watched

REASON = [DataRequired(_("Give a reason: the institution reads it.")), Length(max=2000)]


class Decide(Watched):
    """A decision to certify."""

    remark = TextAreaField(_("Remark for the record"), validators=[Optional(), Length(max=2000)])


class Reject(Watched):
    """A decision not to certify."""

    reason = TextAreaField(_("Reason"), validators=REASON)


class Countersign(Watched):
    """An authority agrees."""

    authority = SelectField(_("Countersigned for"), validators=[DataRequired(_("Choose the authority."))])
    remark = TextAreaField(_("Remark"), validators=[Optional(), Length(max=2000)])


class ObjectToDecision(Watched):
    """An authority does not agree."""

    authority = SelectField(_("Countersigned for"), validators=[DataRequired(_("Choose the authority."))])
    reason = TextAreaField(_("Why your authority does not agree"), validators=[
        DataRequired(_("Give the reason: the bureau's leaders read it.")), Length(max=2000)])


class NationalResult(FlaskForm):
    """The national authorities named the unit."""

    document = StringField(_("Document number"), validators=[
        DataRequired(_("Enter the number of the document that names the unit.")), Length(max=80)])
    remark = StringField(_("Remark"), validators=[Optional(), Length(max=200)])


class NationalRefusal(FlaskForm):
    """The national authorities did not name the unit."""

    document = StringField(_("Document number"), validators=[Optional(), Length(max=80)])
    reason = TextAreaField(_("Reason"), validators=REASON)
