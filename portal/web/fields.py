"""Form fields that read figures as people type them: with commas, spaces and full-width digits."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import ValidationError

LARGEST = Decimal("1e15")


def figure_of(text: str) -> Decimal | None:
    """The figure in a text, None when it is empty; ValueError when it is none.

    Full-width digits and signs, thousands separators and spaces are understood; exponents are not figures.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("、", "").replace(" ", "").strip()
    if not plain:
        return None
    if not plain.lstrip("+-").replace(".", "", 1).isdecimal() or not plain.isascii():
        raise ValueError(text)
    try:
        return Decimal(plain)
    except InvalidOperation as error:  # pragma: no cover  the test above leaves nothing that Decimal refuses
        raise ValueError(text) from error


def shown(value: Decimal | int | str | None) -> str:
    """A figure as it stands in a field: no trailing zeros, no exponent; empty for none."""
    if value is None or value == "":
        return ""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def fault(value: Decimal | None, *, most: Decimal = LARGEST, places: int = 6, needed: bool = False) -> str:
    """What is wrong with a figure that is needed from 0 to `most` with so many decimals; empty when nothing is."""
    if value is None:
        return _("Enter a figure.") if needed else ""
    if value < 0:
        return _("The figure must not be negative.")
    if value > most:
        return _("The figure must not exceed %(most)s.", most=f"{most:,f}")
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        return _("Use at most %(n)s decimals.", n=places)
    return ""


class Figure(StringField):
    """A figure of at least 0; `data` is a Decimal or None."""

    def __init__(self, label: Any = None, validators: Any = (), *, most: Decimal = LARGEST, places: int = 6,
                 **more: Any) -> None:
        super().__init__(label, list(validators), **more)
        self.most, self.places = most, places
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; it is kept for showing again when it is no figure."""
        if not valuelist:
            return
        self.typed = valuelist[0]
        self.data = None
        try:
            self.data = figure_of(valuelist[0])
        except ValueError:
            raise ValueError(_("This is not a figure. Use digits and at most one point.")) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse figures out of range."""
        wrong = fault(self.data, most=self.most, places=self.places)
        if wrong:
            raise ValidationError(wrong)

    def _value(self) -> str:
        return self.typed if self.typed is not None else shown(self.data)
