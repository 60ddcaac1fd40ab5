"""Forms over something that others may change too: they carry the mark of what was shown (portal/seen.py)."""

from flask_wtf import FlaskForm
from wtforms import HiddenField

from portal.domain.refusal import ChangedMeanwhile


class Watched(FlaskForm):
    """A form that is filled from a row; `parts/forms.html` writes the mark beside the token."""

    seen = HiddenField()

    def told(self, stale: ChangedMeanwhile, present: str) -> None:
        """Say above the form that somebody saved in between; whoever sends what is typed once more means it."""
        self.seen.data = present
        self.form_errors = [f"{stale.sentence} {stale.instead}"]
