"""A notice as it is composed, an answer, and the public's objection."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

MOST_FILES = 5


class Compose(FlaskForm):
    """Title, grounds, contact and the units that a notice announces."""

    title = StringField(_("Title"), validators=[DataRequired(_("Enter the title.")), Length(max=200)])
    basis = TextAreaField(_("Grounds, as printed above the list"), validators=[
        DataRequired(_("Say on which grounds the units are announced.")), Length(max=4000)])
    contact_office = StringField(_("Office to contact"), validators=[
        DataRequired(_("Enter the office: objections on paper go there.")), Length(max=80)])
    contact_phone = TelField(_("Phone of the office"), validators=[
        DataRequired(_("Enter the office's phone.")), Length(max=40)])
    contact_address = StringField(_("Address of the office"), validators=[
        DataRequired(_("Enter the office's address.")), Length(max=160)])
    cases = SelectMultipleField(_("Units"), coerce=int, widget=ListWidget(), option_widget=CheckboxInput(),
                                validators=[InputRequired(_("Choose at least one unit."))])


class Answer(FlaskForm):
    """The answer to an objection, as it will be published."""

    answer = TextAreaField(_("Answer, published without the objector's name"), validators=[
        DataRequired(_("Write the answer: the objector and the public read it.")), Length(max=4000)])


class Object(FlaskForm):
    """An objection; who objects is for the bureau only."""

    entry = SelectField(_("Which unit?"), coerce=int, validators=[InputRequired(_("Choose the unit."))])
    facts = TextAreaField(_("Facts and grounds"), description=_(
        "When, where, what happened, and what shows it."), validators=[
        DataRequired(_("Say what is wrong and what shows it.")),
        Length(min=10, max=8000, message=_("Give the facts in %(min)d to %(max)d characters."))])
    files = MultipleFileField(_("Attachments"), validators=[Optional()])
    party = RadioField(_("In whose name?"), choices=[("person", _("A person")), ("organisation", _("An organisation"))],
                       validators=[InputRequired(_("Say in whose name you object."))])
    name = StringField(_("Real name of the person, or full name of the organisation"), validators=[
        DataRequired(_("Enter the name: anonymous objections cannot be examined.")), Length(max=120)],
        render_kw={"autocomplete": "name"})
    phone = TelField(_("Phone"), validators=[
        DataRequired(_("Enter a phone number for questions.")), Length(max=40),
        Regexp(r"^[0-9+()（）\-\s]{5,40}$", message=_("Enter digits, such as 023-12345678."))],
        render_kw={"autocomplete": "tel"})
    email = EmailField(_("E-mail"), validators=[Optional(), Length(max=120), Regexp(
        r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_("This is no e-mail address."))],
                       render_kw={"autocomplete": "email"})
    address = StringField(_("Postal address"), validators=[
        DataRequired(_("Enter the address: the written answer goes there.")), Length(max=160)],
        render_kw={"autocomplete": "street-address"})

    def validate_entry(self, field: SelectField) -> None:
        """The line that only asks to choose is no choice."""
        if not field.data:
            raise ValidationError(_("Choose the unit."))

    def validate_files(self, field: MultipleFileField) -> None:
        """No more files than the form says."""
        if len(chosen(field)) > MOST_FILES:
            raise ValidationError(_("Attach at most %(n)d files.", n=MOST_FILES))


def chosen(field: MultipleFileField) -> list[Any]:
    """The files that were really chosen: an empty control sends one part without a name."""
    return [one for one in field.data or [] if getattr(one, "filename", "")]
