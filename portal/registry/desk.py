"""The registry's desk and what its pages share."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal import editions
from portal.domain.indicators import AVERAGES_UNITS, indicators
from portal.domain.outliers import Outlier, outliers
from portal.domain.workflow import Role
from portal.models.institution import Institution
from portal.registry import forms
from portal.registry.forms import StatisticsSheet
from portal.web.filters import endpoint_url
from portal.web.guard import Desk
from portal.web.visitor import me

PARTY = frozenset({Role.APPLICANT, Role.SIGNATORY})
BUREAU = frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR})

desk = Desk("registry", __name__, prefix="/registry", serves=PARTY | BUREAU, label=lazy_gettext("Registry"),
            home="registry.index", links=[(lazy_gettext("Registry"), "registry.index")])


def seen_in(sheet: StatisticsSheet, house: Institution) -> dict[str, Any]:
    """Indicators, averages and figures out of line to show beside the sheet; years with errors are not compared."""
    factors = editions.factors()
    figures: Mapping[int, Mapping[str, Decimal]] = {year.year: year.values for year in sheet.reported}
    last = sheet.years[-1].year
    average = editions.average_of(house.type, last)
    means = {key: getattr(average, key) for key in AVERAGES_UNITS} if average else {}
    sound = {year.year for year in sheet.faultless().years}
    found: tuple[Outlier, ...] = outliers({year: values for year, values in figures.items() if year in sound},
                                          averages=means, factors=factors)
    return {"indicators": {year: indicators(values, factors=factors) for year, values in figures.items()},
            "average": average, "outliers": found, "reasons": {year.year: year.reasons for year in sheet.years},
            "fuels": forms.FUEL_KEYS, "costed": forms.COSTED, "needed": forms.NEEDED, "name_of": forms.name_of,
            "unit_of": forms.unit_of, "indicator_name": forms.indicator_name}


def links() -> list[tuple[Any, str, str]]:
    """The strip of an institution's people: label, address and "page" for the one that is open."""
    wanted = ((_("My applications"), "apply.index"), (_("Evidence library"), "apply.library"),
              (_("Energy and water statistics"), "registry.statistics"), (_("Institution"), "registry.institution"))
    return [(name, url, "page" if url == request.path else "")
            for name, endpoint in wanted if (url := endpoint_url(endpoint))]


def mine(house: Institution) -> bool:
    """Whether the visitor may change what the institution reports."""
    return any(grant.role == Role.APPLICANT and grant.institution_id == house.id for grant in me().grants)
