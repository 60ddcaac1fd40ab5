"""The public's desk and what its pages share."""

import re
from typing import Any

from markupsafe import Markup

from portal import editions
from portal.directory import queries, words
from portal.web.caching import keep_for_visitors
from portal.web.filters import title_of
from portal.web.guard import Desk

desk = Desk("directory", __name__, public=True)
keep_for_visitors(desk, never={"directory.verify", "directory.verification"})

# Where long names and titles may break: after the leading district or county, before a bracket, after the year,
# between title words.
PARTS = re.compile("(?<=自治县)|(?<=^.{2}[区县])|(?<=^.{3}[区县])|(?<=^.{5}[区县])|(?<=^.{6}[区县])"
                   "|(?=（)|(?<=年)(?=全国|市级)|(?<=年度)(?=全国|市级)|(?<=节约型)(?=公共机构)|(?<=机构)(?=示范单位)|(?<=机构)(?=节水型)|(?<=节水型)(?=单位)")
PUBLISHER = "Chongqing Municipal Bureau of Government Offices Administration"  # translated by the masthead


@desk.app_template_filter("scheme_name")
def scheme_name(scheme: str) -> str:
    """A scheme's name in the page's language, by its id."""
    return next((title_of(one) for one in editions.every() if one.id == scheme), scheme)


@desk.app_template_filter("phrases")
def phrases(name: str) -> Markup:
    """A name that may break where it is read as parts: after its district, before a bracket, inside a long title."""
    return Markup("<wbr>").join(part for part in PARTS.split(name) if part)


@desk.context_processor
def vocabulary() -> dict[str, Any]:
    """The words that every page of this desk uses."""
    return {"standings": words.STANDINGS, "tags": words.TAGS, "standing_of": queries.standing_now}


def schemes() -> list[str]:
    """The ids of all schemes, each once, in their order on the pages: the highest title first."""
    known = {one.id for one in editions.every()}
    return [one for one in ("national", "municipal", "water-saving") if one in known] + sorted(
        known - {"national", "municipal", "water-saving"})
