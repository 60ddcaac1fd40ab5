"""What experts and moderators fill in."""

from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.domain.answers import rubric_points
from portal.domain.judging import Basis, Fault, Mark, fault
from portal.domain.scheme import Item
from portal.web.arriving import number_of
from portal.web.filters import points as shown
from portal.web.watched import Watched

OTHER, ABSENT = "other", "na"


class Score(FlaskForm):
    """One item on a sheet: a cell, or another figure, or not applicable, or its steps; with reason and basis.

    `basis` is "evidence:page", the last one counts; `steps` are positions. A score chosen wins over the steps' sum.
    """

    choice = StringField(_("Review score"), validators=[Length(max=12)])
    points = StringField(_("Other figure"), validators=[Length(max=12)])
    reason = TextAreaField(_("Reason"), validators=[Length(max=2000)])
    basis = SelectMultipleField(_("Basis"), validate_choice=False)
    steps = SelectMultipleField(_("Steps"), coerce=int, validate_choice=False)
    revision = IntegerField(widget=HiddenInput(), default=0)

    def __init__(self, *, item: Item, **given: object) -> None:
        super().__init__(**given)
        self.item = item

    def mark(self) -> Mark:
        """What was filled in; call after validation."""
        reason = (self.reason.data or "").strip()
        chosen, typed = (self.choice.data or "").strip(), (self.points.data or "").strip()
        basis = _page((self.basis.data or [""])[-1])
        if chosen == ABSENT:
            return Mark(not_applicable=True, reason=reason, basis=basis)
        text = typed if chosen in {"", OTHER} else chosen
        steps = tuple(sorted({at for at in self.steps.data or () if 0 <= at < len(self.item.steps)}))
        whole = rubric_points(self.item, steps) if steps else None
        points = Decimal(text) if text else whole
        return Mark(points=points, reason=reason, basis=basis, steps=steps if points == whole else ())

    def validate_basis(self, field: SelectMultipleField) -> None:
        """Refuse what is no page."""
        if any(text and _page(text) is None for text in field.data or ()):
            raise ValidationError(gettext("This is no page of the evidence."))

    def validate_points(self, field: StringField) -> None:
        """Refuse two different answers, what is no number, and what the item does not allow."""
        chosen, typed = (self.choice.data or "").strip(), (field.data or "").strip()
        numbers = [_number(text) for text in (chosen, typed) if text and text not in {OTHER, ABSENT}]
        if None in numbers:
            raise ValidationError(gettext("Enter a number."))
        if typed and chosen not in {"", OTHER} and (chosen == ABSENT or _number(chosen) != _number(typed)):
            raise ValidationError(gettext("You chose one score and typed another: choose “Other” or clear the figure."))
        match fault(self.item, self.mark()):
            case Fault.RANGE:
                raise ValidationError(gettext("Enter 0 to %(max)s points.", max=shown(self.item.points)))
            case Fault.STEP:
                raise ValidationError(gettext("Points go in steps of %(step)s.", step=shown(self.item.step)))
            case Fault.NOT_APPLICABLE:
                raise ValidationError(gettext("This item must be scored: the standard knows no exception."))


def _page(text: str) -> Basis | None:
    evidence, page = (number_of(part) for part in (text.partition(":")[0], text.partition(":")[2]))
    return None if evidence is None or page is None else Basis(evidence=evidence, page=page)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Seal(Watched):
    """The overall comment of a sheet."""

    comment = TextAreaField(_("Overall comment"), validators=[Optional(), Length(max=4000)])


class Because(FlaskForm):
    """A deed with its reason."""

    reason = TextAreaField(_("Reason"), validators=[DataRequired(_("Give the reason.")), Length(max=2000)])


class Ask(FlaskForm):
    """A question to the institution about one item (empty: about the case)."""

    question = TextAreaField(_("Question"), validators=[DataRequired(_("Write the question.")), Length(max=1000)])


class Reopen(Because):
    """Which sheets to reopen, until when, and why."""

    sheets = SelectMultipleField(
        _("Sheets to reopen"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validators=[DataRequired(_("Choose at least one sheet."))])
    until = DateField(_("Seal again by"), validators=[DataRequired(_("Give the day by which to seal again."))])


class Conclude(FlaskForm):
    """The end of the review; the reason is needed when the case does not pass."""

    reason = TextAreaField(_("Reason"), validators=[Optional(), Length(max=2000)])
