"""Put printed evidence into the store and bind it to the cases of the demonstration."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import filing
from portal.demo.cast import House
from portal.demo.press import HOLDER, Press, Sheet
from portal.domain.scheme import EvidenceRequest
from portal.models.evidence import Evidence, File, Picture

Wanted = Sequence[tuple[str, EvidenceRequest]]
"""Item id and what is asked for there."""


class Archive:
    """Every document is stored once; each institution has its own rows for it, under its own name."""

    def __init__(self, session: Session, press: Press) -> None:
        self._session, self._press = session, press
        self._pictures: dict[str, list[dict[str, Any]]] = {}
        self._stored: dict[str, str] = {}
        self._owned: dict[tuple[int, str], int] = {}

    def bind(self, wanted: Wanted, *, case: int, house: House, by: int, at: datetime) -> int:
        """Bind what is wanted to a case; gives how many files it were."""
        chosen = [(item_id, request, self._press.sheet(request.name, request.kinds, copy))
                  for item_id, request in wanted for copy in range(max(1, request.least))]
        files = self._files([sheet for _item, _request, sheet in chosen], house=house, by=by, at=at)
        rows = {(item_id, request.id, file): {
            "application_id": case, "item_id": item_id, "request_id": request.id, "file_id": file, "bound_by_id": by,
            "bound_at": at} for (item_id, request, _sheet), file in zip(chosen, files, strict=True)}
        if rows:
            self._session.execute(insert(Evidence), list(rows.values()))
        return len(rows)

    def _files(self, sheets: Sequence[Sheet], *, house: House, by: int, at: datetime) -> list[int]:
        owner = house.id
        fresh: dict[str, File] = {}
        for sheet in sheets:
            sha256 = sheet.facts.sha256
            if (owner, sha256) not in self._owned and sha256 not in fresh:
                fresh[sha256] = File(
                    sha256=sha256, size=sheet.facts.size, mime=sheet.facts.mime, kind=sheet.facts.kind.value,
                    name=sheet.facts.name.replace(HOLDER[1], house.demo.short_name),
                    store=self._store(sheet), pages=sheet.facts.pages, preview="ready" if sheet.pictures else "none",
                    institution_id=owner, uploaded_by_id=by, uploaded_at=at)
        self._session.add_all(fresh.values())
        self._session.flush()
        pictures = [{"file_id": file.id, **picture} for sha256, file in fresh.items()
                    for picture in self._pictures[sha256]]
        if pictures:
            self._session.execute(insert(Picture), pictures)
        self._owned |= {(owner, sha256): file.id for sha256, file in fresh.items()}
        return [self._owned[owner, sheet.facts.sha256] for sheet in sheets]

    def _store(self, sheet: Sheet) -> str:
        """Store a document and its pictures, once; gives the store's name."""
        sha256 = sheet.facts.sha256
        if sha256 not in self._stored:
            here = filing.store()
            here.put(io.BytesIO(sheet.data), sha256=sha256, size=sheet.facts.size)
            self._stored[sha256] = here.name
            self._pictures[sha256] = []
            for page, data in sheet.pictures:
                digest, size, store = filing.keep_bytes(data)
                self._pictures[sha256].append(
                    {"page": page, "sha256": digest, "size": size, "mime": "image/webp", "store": store})
        return self._stored[sha256]

