"""What the officer, the leader and the team fill in."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.clock import today
from portal.domain.acceptance import Found, Recheck
from portal.domain.judging import Fault, Mark, fault
from portal.domain.scheme import Item
from portal.models.visit import Finding
from portal.stages.visit import inspecting
from portal.stages.visit.rivals import Settlement
from portal.web.filters import chinese
from portal.web.filters import points as shown
from portal.web.watched import Watched

REASON = [DataRequired(_("Give a reason: the institution reads it.")), Length(max=2000)]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Team(Watched):
    """Leader and members, by the people's numbers."""

    leader = RadioField(_("Leader"), coerce=int, validators=[InputRequired(_("Choose who leads."))])
    members = SelectMultipleField(_("Members"), coerce=int, widget=ListWidget(prefix_label=False),
                                  option_widget=CheckboxInput())

    def offer(self, leaders: Sequence[tuple[int, str]], members: Sequence[tuple[int, str]]) -> None:
        """Say who can be chosen."""
        self.leader.choices, self.members.choices = list(leaders), list(members)

    def validate_members(self, field: SelectMultipleField) -> None:
        """Somebody goes along with the leader."""
        if not set(field.data or ()) - {self.leader.data}:
            raise ValidationError(gettext("Choose at least one member besides the leader."))


class Plan(Watched):
    """Day, place, who will be there."""

    on = DateField(_("Day of the visit"), validators=[
        InputRequired(_("Enter the day as year-month-day, for example 2026-12-14."))])
    place = StringField(_("Place of the visit"), validators=[
        DataRequired(_("Enter where the team goes.")), Length(max=160)])
    attendees = TextAreaField(_("Present for the institution"), validators=[Optional(), Length(max=1000)])

    def __init__(self, *, planned: object = None, **given: object) -> None:
        super().__init__(**given)
        self.planned = planned

    def validate_on(self, field: DateField) -> None:
        """A new day lies ahead; a day kept may have come."""
        if field.data and field.data < today() and field.data != self.planned:
            raise ValidationError(gettext("That day has passed. Choose a day from today on."))


class Note(FlaskForm):
    """What was found of one item."""

    found = RadioField(_("Found"), choices=[
        (Found.TRUE.value, _("As reported")), (Found.PARTLY.value, _("Partly")), (Found.FALSE.value, _("Not so"))],
        validators=[InputRequired(_("Choose what you found."))])
    points = StringField(_("Site score"), validators=[Optional(), Length(max=12)],
                         render_kw={"inputmode": "decimal", "autocomplete": "off"})
    not_applicable = BooleanField(_("Not scored"))
    note = TextAreaField(_("What was seen"), validators=[Optional(), Length(max=2000)])
    revision = IntegerField(widget=HiddenInput(), default=0)

    def __init__(self, *, item: Item, **given: object) -> None:
        super().__init__(**given)
        self.item = item

    @property
    def score(self) -> Decimal | None:
        """The points typed, None when the field is empty."""
        return _number((self.points.data or "").strip())

    def validate_points(self, field: StringField) -> None:
        """Refuse what is no number and what the item does not allow."""
        if self.not_applicable.data:
            return
        if (field.data or "").strip() and self.score is None:
            raise ValidationError(gettext("Enter a number."))
        match fault(self.item, Mark(points=self.score)):
            case Fault.RANGE:
                raise ValidationError(gettext("Enter 0 to %(max)s points.", max=shown(self.item.points)))
            case Fault.STEP:
                raise ValidationError(gettext("Points go in steps of %(step)s.", step=shown(self.item.step)))

    def validate_not_applicable(self, field: BooleanField) -> None:
        """Only where the standard knows the case."""
        if field.data and self.item.not_applicable is None:
            raise ValidationError(gettext("This item must be scored: the standard knows no exception."))


class Sample(FlaskForm):
    """A sampled point; `listed` is its number on the institution's list, None for one that was not drawn."""

    listed = SelectField(_("Number on the list"), coerce=lambda text: int(text) if text else None, default="")
    place = StringField(_("Where"), validators=[DataRequired(_("Enter where the point is.")), Length(max=120)])
    fixture = StringField(_("Fixture"), validators=[Optional(), Length(max=80)])
    sound = RadioField(_("Sound or not"), choices=[("1", _("Sound")), ("0", _("Problem"))],
                       validators=[InputRequired(_("Choose a result."))])
    note = StringField(_("What was seen"), validators=[Optional(), Length(max=500)])

    def offer(self, open_numbers: Sequence[int], chosen: int | None = None) -> None:
        """Say which drawn numbers are still to be looked at; the first, or the one asked for, is chosen."""
        self.listed.choices = [(n, gettext("No. %(n)s", n=n)) for n in open_numbers] + [
            ("", gettext("Not on the list"))]
        if not self.is_submitted() or self.listed.raw_data is None:
            self.listed.data = chosen if chosen in open_numbers else next(iter(open_numbers), None)


class SampleResult(Watched):
    """The result of a point that is on the list."""

    sound = RadioField(_("Sound or not"), choices=[("1", _("Sound")), ("0", _("Problem"))],
                       validators=[InputRequired(_("Choose a result."))])
    note = StringField(_("What was seen"), validators=[Optional(), Length(max=500)])


class ProblemForm(FlaskForm):
    """A problem: what, demand, owner, due day."""

    what = TextAreaField(_("Problem"), validators=[DataRequired(_("Write what the problem is.")), Length(max=1000)])
    item = SelectField(_("Item of the checklist"), validators=[Optional()])
    owner = StringField(_("Responsible for the rectification"), validators=[Optional(), Length(max=80)])
    due_on = DateField(_("To be rectified by"), validators=[
        InputRequired(_("Enter the day as year-month-day, for example 2026-12-14."))])
    demand = TextAreaField(_("Demand"), validators=[
        DataRequired(_("Write what the institution has to do.")), Length(max=1000)])
    seen = StringField(widget=HiddenInput(), default="")

    def offer(self, items: Sequence[Item]) -> None:
        """Say which items a problem may belong to."""
        self.item.choices = [("", gettext("No particular item"))] + [
            (item.id, f"{item.id} {item.title if chinese() else item.title_en}") for item in items]

    def validate_due_on(self, field: DateField) -> None:
        """A day that lies ahead."""
        if field.data and field.data < today():
            raise ValidationError(gettext("That day has passed. Choose a day from today on."))


class Again(Watched):
    """How a problem came out at the re-check."""

    recheck = RadioField(_("Re-check"), choices=[
        (Recheck.PASSED.value, _("Rectified")), (Recheck.FAILED.value, _("Not rectified"))],
        validators=[InputRequired(_("Choose a result."))])
    recheck_note = TextAreaField(_("What was seen"), validators=[Length(max=1000)])

    def __init__(self, *, row: Finding, **given: object) -> None:
        super().__init__(**given)
        self.row = row

    def validate_recheck_note(self, field: TextAreaField) -> None:
        """A failure, and what was put right before anybody was told, say nothing without a note."""
        result = self.recheck.data
        known, said = result in set(Recheck), (field.data or "").strip()
        if known and not said and inspecting.needs_note(self.row, Recheck(result)):
            raise ValidationError(gettext("Write what you saw: the institution reads it."))


class Settle(FlaskForm):
    """Which of two notes of an item holds."""

    how = RadioField(_("Which note holds"), choices=[
        (Settlement.RECORD.value, _("The one on the record")), (Settlement.RIVAL.value, _("The other one")),
        (Settlement.BOTH.value, _("The one on the record, with both texts"))],
        validators=[InputRequired(_("Choose which note holds."))])


class Signature(FlaskForm):
    """A signature: the name, confirmed; a drawing comes as a file beside it."""

    party = RadioField(choices=[("self", ""), ("unit", "")], default="self")
    name = StringField(_("Name"), validators=[DataRequired(_("Enter the name of whoever signs.")), Length(max=30)])
    post = StringField(_("Post"), validators=[Optional(), Length(max=40)])
    confirmed = BooleanField(_("I have read the record and sign it with my name."))

    def __init__(self, *, drawn: bool = False, **given: object) -> None:
        super().__init__(**given)
        self.drawn = drawn

    def validate_confirmed(self, field: BooleanField) -> None:
        """A typed name is a signature only when it is confirmed."""
        if not field.data and not self.drawn:
            raise ValidationError(gettext("Sign in the box, or confirm the typed name."))


class Verdict(FlaskForm):
    """The leader's verdict."""

    outcome = RadioField(_("Verdict"), choices=[
        ("accept", _("Accept")), ("rectify", _("Require rectification")), ("reject", _("Reject"))],
        validators=[InputRequired(_("Choose the verdict."))])
    summary = TextAreaField(_("Summary for the record"), validators=[Optional(), Length(max=2000)])
    reason = TextAreaField(_("Reason"), validators=[Length(max=2000)])

    def validate_reason(self, field: TextAreaField) -> None:
        """The institution reads why it has to rectify or was rejected."""
        if self.outcome.data in {"rectify", "reject"} and not (field.data or "").strip():
            raise ValidationError(gettext("Give a reason: the institution reads it."))


class OnDocuments(FlaskForm):
    """Acceptance on documents."""

    remark = TextAreaField(_("Remark for the record"), validators=[Optional(), Length(max=2000)])


class Overdue(FlaskForm):
    """A case closed because it was not rectified in time."""

    reason = TextAreaField(_("Reason"), validators=REASON)
