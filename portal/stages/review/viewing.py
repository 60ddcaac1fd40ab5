"""What the middle pane of the workspace shows: a page of a file, its text, statistics, timeline, all evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from portal import filing, reading
from portal.domain.judging import Basis
from portal.domain.scheme import EvidenceRequest, Item, Scheme
from portal.models.evidence import Evidence
from portal.reading import Block
from portal.web.filters import chinese

OTHER_KINDS = frozenset({"statistics", "timeline", "all"})
READABLE = frozenset({"sheet", "document"})


@dataclass(frozen=True, kw_only=True)
class View:
    """`kind` is file, statistics, timeline, all or empty; of a file its page pictures, or its text as `blocks`."""

    kind: str = ""
    file: Evidence | None = None
    page: int = 1
    pages: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def basis(self) -> Basis | None:
        """What can be marked as the basis of a score: the page that is shown."""
        return Basis(evidence=self.file.id, page=self.page) if self.file else None


def pages_of(one: Evidence) -> tuple[str, ...]:
    """The addresses of a file's page pictures."""
    return tuple(url_for("review.drawn", case=one.application_id, evidence=one.id, number=picture.page)
                 for picture in one.file.pictures if picture.page)


def viewed(attached: Sequence[Evidence], here: Sequence[Evidence], basis: Basis | None) -> View:
    """What the address bar asks to see; else the page marked as the basis, else the first file of the item."""
    asked, page = request.args.get("file", ""), request.args.get("page", 1, type=int) or 1
    if asked in OTHER_KINDS:
        return View(kind=asked)
    by_id = {str(one.id): one for one in attached}
    file = by_id.get(asked)
    if file is None and basis and str(basis.evidence) in by_id:
        file, page = by_id[str(basis.evidence)], basis.page
    file = file or (here[0] if here else None)
    if file is None:
        return View()
    pages = pages_of(file)
    return View(kind="file", file=file, pages=pages, page=min(max(1, page), max(1, len(pages))),
                blocks=() if pages else text_of(file))


def text_of(one: Evidence) -> tuple[Block, ...]:
    """What a spreadsheet or a document says; nothing where it cannot be read."""
    if one.file.kind not in READABLE:
        return ()
    try:
        with filing.open_file(one.file) as stream:
            return tuple(reading.read(stream, kind=one.file.kind))
    except (reading.CannotRead, OSError):
        return ()


def lacking(item: Item, attached: Sequence[Evidence]) -> list[str]:
    """Names of the documents that an item asks for and that are not all attached."""
    counts = Counter(one.request_id for one in attached if one.item_id == item.id)
    return [named(one) for one in item.evidence if counts[one.id] < one.least]


def named(one: EvidenceRequest) -> str:
    """A request's name in the page's language."""
    return one.name if chinese() else one.name_en or one.name


def labels(scheme: Scheme, attached: Sequence[Evidence]) -> dict[int, str]:
    """What each file was attached as; its own name where several answer one request, or the edition has none."""
    counts = Counter((one.item_id, one.request_id) for one in attached)
    found = {}
    for one in attached:
        try:
            request = scheme.evidence_request(f"{one.item_id}/{one.request_id}")
        except KeyError:
            request = None
        found[one.id] = (named(request) if request and counts[one.item_id, one.request_id] == 1
                         else one.file.name.rpartition(".")[0] or one.file.name)
    return found


def based(basis: Basis | None, names: Mapping[int, str]) -> str:
    """The name of the file on which a mark rests; empty for none."""
    return names.get(basis.evidence, "") if basis else ""
