"""What administrators fill in: a person, a role, a round."""

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, EmailField, Field, IntegerField, RadioField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from portal import clock, editions, seen
from portal.administer import actions, queries
from portal.domain import timetable
from portal.domain.appointment import SCOPES, Held, Scope
from portal.domain.workflow import Role
from portal.models.person import Person
from portal.models.round import Round
from portal.web.filters import chinese, title_of
from portal.web.watched import Watched

DATE_FAULTS = {
    timetable.Fault.MISSING: _("Enter day and time."),
    timetable.Fault.ORDER: _("This must not be before the date above it."),
    timetable.Fault.PAST: _("The round has cases: this date can only be moved into the future."),
}


class ChinaMoment(DateTimeLocalField):
    """A day and time on a Chinese wall clock; `data` is an aware instant."""

    data: datetime | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the wall clock as China's."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data.tzinfo is None:
            self.data = self.data.replace(tzinfo=clock.CHINA)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return clock.in_china(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class PersonForm(Watched):
    """What is known of a person."""

    name = StringField(lazy_pgettext("person", "Name"), validators=[DataRequired(_("Enter the name.")), Length(max=60)])
    position = StringField(_("Position"), validators=[Optional(), Length(max=80)])
    employer = StringField(_("Institution that the person belongs to"), validators=[Optional(), Length(max=120)])
    email = EmailField(_("E-mail"), validators=[
        Optional(), Length(max=120), Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_("This is no e-mail address."))])
    phone = TelField(_("Phone"), validators=[Optional(), Length(max=40)])
    language = RadioField(_("Language"), choices=[("zh", "简体中文"), ("en", "English")], default="zh")

    employer_id: int | None = None

    def validate_employer(self, field: Field) -> None:
        """Find the institution that was meant."""
        self.employer_id = _institution(field.data) if (field.data or "").strip() else None

    def values(self) -> dict[str, Any]:
        """The columns of a person, after validation."""
        return {"name": self.name.data.strip(), "position": (self.position.data or "").strip(),
                "email": (self.email.data or "").strip(), "phone": (self.phone.data or "").strip(),
                "language": self.language.data, "employer": self.employer_id}


class Invite(PersonForm):
    """A new person: what is known, and a sign-in name."""

    sign_in = StringField(_("Sign-in name"), validators=[
        DataRequired(_("Enter a sign-in name.")), Length(min=3, max=60, message=_("Use 3 to 60 characters.")),
        Regexp(r"^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*$",
               message=_("Use letters, digits, dots, hyphens and underscores."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})


def _institution(words: str) -> int:
    found = queries.institutions_named(words)
    if not found:
        raise ValidationError(gettext("No institution of the registry has this credit code or exactly this name."))
    if len(found) > 1:
        raise ValidationError(gettext("Several institutions have this name: enter the credit code."))
    return found[0].id


class GiveRole(FlaskForm):
    """One role with the place where it is held; the form only has the fields that the role needs."""

    institution = StringField(_("Institution"), validators=[DataRequired(_("Enter the institution.")), Length(max=120)])
    body = SelectField(_("Recommending body"), validators=[DataRequired(_("Choose the body."))])
    authority = SelectField(_("Authority"), validators=[DataRequired(_("Choose the authority."))])

    def __init__(self, role: Role, **given: Any) -> None:
        super().__init__(**given)
        self.role, self.institution_id = role, 0
        scope = SCOPES[role]
        if scope is not Scope.INSTITUTION:
            del self.institution
        if scope is Scope.BODY:
            self.body.choices = {
                gettext("Districts"): [(f"v{code}", name) for code, name in queries.divisions()],
                gettext("Departments"): [(f"d{number}", name) for number, name in queries.departments()]}
        else:
            del self.body
        if scope is Scope.AUTHORITY:
            self.authority.choices = [(key, title_of(one)) for key, one in queries.authorities().items()]
        else:
            del self.authority

    def validate_institution(self, field: Field) -> None:
        """Find the institution that was meant."""
        self.institution_id = _institution(field.data)

    def held(self) -> Held:
        """What was filled in, after validation."""
        body = self.body.data if self.body is not None else ""
        return Held(
            role=self.role, institution=self.institution_id or None,
            division=body[1:] if body.startswith("v") else None,
            department=int(body[1:]) if body.startswith("d") else None,
            authority=self.authority.data if self.authority is not None else None)


class RoundForm(Watched):
    """A round; an existing one has only the fields that are not used yet."""

    edition = SelectField(_("Standard"), validators=[DataRequired(_("Choose the standard."))])
    year = IntegerField(_("Year"), validators=[InputRequired(_("Enter the year.")), NumberRange(
        min=2000, max=2100, message=_("Enter a year between 2000 and 2100."))])
    name = StringField(_("Name of the round"), validators=[DataRequired(_("Enter a name.")), Length(max=120)])
    statistics_year = IntegerField(_("Year of the statistics"), validators=[InputRequired(_("Enter the year.")),
        NumberRange(min=2000, max=2100, message=_("Enter a year between 2000 and 2100."))])
    quota = IntegerField(_("Quota of each recommending body"), validators=[Optional(), NumberRange(
        min=1, max=10000, message=_("Enter a whole number from 1, or leave it empty."))])
    opens_at = ChinaMoment(_("Applications open"))
    closes_at = ChinaMoment(_("Applications close"))
    recommend_by = ChinaMoment(_("Recommend by"))
    review_by = ChinaMoment(_("Review by"))
    visit_by = ChinaMoment(_("Visit by"))

    def __init__(self, row: Round | None = None, *, cases: int = 0, **given: Any) -> None:
        super().__init__(obj=row, **given)
        self.row, self.cases = row, cases
        present = _dates(row) if row else None
        self.used = timetable.used_parts(present, cases=cases, at=clock.now()) if present else frozenset()
        self.edition.choices = [
            (one.edition, f"{title_of(one)} {one.edition_name if chinese() else one.edition_name_en}")
            for one in editions.every()]
        for part in self.used:
            delattr(self, part)
        # the field shows minutes: a date whose minute is untouched keeps its seconds and counts as unchanged
        for name in timetable.DATES:
            kept = (present or {}).get(name)
            if kept and name in self and self[name].data == kept.replace(second=0, microsecond=0):
                self[name].data = kept

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then the order of the dates with those that are fixed."""
        sound = bool(super().validate(extra_validators))
        present = _dates(self.row) if self.row else None
        wanted: dict[str, datetime | None] = {
            name: self[name].data if name in self else (present or {})[name] for name in timetable.DATES}
        for name, fault in timetable.faults(wanted, present, cases=self.cases, at=clock.now()).items():
            if name in self and not self[name].errors:
                self[name].errors = [*self[name].errors, str(DATE_FAULTS[fault])]
                sound = False
        return sound

    def dates(self) -> dict[str, datetime]:
        """The dates that were filled in."""
        return {name: self[name].data for name in timetable.DATES if name in self}

    def values(self) -> dict[str, Any]:
        """Everything else that was filled in."""
        found = {name: self[name].data for name in (*timetable.BASIS, "quota") if name in self}
        return found | ({"name": found["name"].strip()} if "name" in found else {})


def _dates(row: Round) -> dict[str, datetime]:
    return {name: getattr(row, name) for name in timetable.DATES}


def of_person(person: Person) -> PersonForm:
    """The form of somebody known, filled from what was sent, else from the row."""
    return PersonForm(obj=person, employer=queries.institution_name(person.employer_id),
                      seen=seen.mark(*actions.facts_of(person)))
