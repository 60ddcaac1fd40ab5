"""The directory for other programs that speak a standard: an Atom feed of what is new, and linked data."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from portal.models.certificate import Certificate

ATOM = "http://www.w3.org/2005/Atom"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(rows: Iterable[Certificate], *, title: str, publisher: str, home: str, itself: str, language: str,
         updated: datetime, address: Callable[[Certificate], str], says: Callable[[Certificate], str],
         changed: Callable[[Certificate], datetime]) -> bytes:
    """An Atom feed (RFC 4287): one entry for each certificate, at its stable address.

    `address` gives the address of a certificate's verification, `says` its standing in words, `changed` since when;
    `updated` is the feed's own moment while it has no entry.
    """
    ElementTree.register_namespace("", ATOM)
    rows = list(rows)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {XML_LANGUAGE: language})

    def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
        child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        child.text = text or None
        return child

    add(feed, "id", itself)
    add(feed, "title", title)
    add(feed, "updated", max(map(changed, rows), default=updated).isoformat(timespec="seconds"))
    add(add(feed, "author"), "name", publisher)
    add(feed, "link", rel="self", type="application/atom+xml", href=itself)
    add(feed, "link", rel="alternate", type="text/html", href=home)
    for row in rows:
        entry = add(feed, "entry")
        add(entry, "id", address(row))
        add(entry, "title", f"{row.holder} · {row.title}")
        add(entry, "updated", changed(row).isoformat(timespec="seconds"))
        if row.published_at:
            add(entry, "published", row.published_at.isoformat(timespec="seconds"))
        add(entry, "link", rel="alternate", type="text/html", href=address(row))
        add(entry, "summary", f"{row.number} · {says(row)}")
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def linked(records: Iterable[dict[str, str | None]], *, title: str, publisher: str, licence: str, itself: str,
           address: Callable[[str], str]) -> dict[str, Any]:
    """The list as JSON-LD in the words of schema.org: a data set of credentials, each recognised to its holder."""
    return {
        "@context": "https://schema.org", "@type": "Dataset", "@id": itself, "name": title, "license": licence,
        "publisher": {"@type": "GovernmentOrganization", "name": publisher},
        "hasPart": [{
            "@type": "EducationalOccupationalCredential", "@id": address(str(one["number"])), "name": one["title"],
            "identifier": one["number"], "dateCreated": one["issued_on"], "expires": one["expires_on"],
            "creativeWorkStatus": one["status"],
            "about": {"@type": "Organization", "name": one["holder"], "areaServed": one["division"]},
        } for one in records],
    }
