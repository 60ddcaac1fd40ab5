"""Several forms on one page: each field gets an identifier of its own, so that labels and messages find it."""

from collections.abc import Mapping
from typing import TypeVar

from flask_wtf import FlaskForm

Forms = TypeVar("Forms", bound=Mapping[str, FlaskForm])


def apart(forms: Forms) -> Forms:
    """Prefix every field's identifier with its form's name; the names that are sent stay as they are."""
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.name}"
            field.label.field_id = field.id
    return forms
