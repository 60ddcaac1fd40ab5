"""The series that numbers of the past were drawn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.models.certificate import NumberSeries


@dataclass
class Numbers:
    """The series that numbers were drawn from, as the stages name them."""

    last: Counter[str] = field(default_factory=Counter)

    def draw(self, name: str) -> int:
        """The next number of a series, from 1."""
        self.last[name] += 1
        return self.last[name]

    def save(self, session: Session) -> None:
        """Leave the series where they are, so that the next number is drawn after these."""
        session.add_all(NumberSeries(name=name, last=last) for name, last in sorted(self.last.items()))
