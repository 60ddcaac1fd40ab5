"""Draw the preview pictures of a stored file: a thumbnail and the first pages, as WebP."""

from portal import drawing, filing, imaging
from portal.db import db, transaction
from portal.models.evidence import File, Picture

MOST_PAGES = 40


def draw(file: int) -> None:
    """Make the pictures of a file that has none yet; safe to repeat. A file nobody can draw is marked so."""
    row = db.session.get(File, file)
    if row is None or row.preview in {"ready", "none"}:
        return
    if not imaging.has_picture(row.mime):
        with transaction():
            row.preview = "none"
        return
    try:
        with filing.open_file(row) as source:
            drawn = drawing.pictures(source, mime=row.mime, pages=min(row.pages or 1, MOST_PAGES))
    except imaging.CannotPicture:
        with transaction():
            row.preview = "failed"
        return
    kept = [(page, *filing.keep_bytes(data)) for page, data in drawn]
    with transaction() as session:
        have = {picture.page for picture in row.pictures}
        for page, sha256, size, where in kept:
            if page not in have:
                session.add(Picture(file_id=row.id, page=page, sha256=sha256, size=size, mime=imaging.PREVIEW_MIME,
                                    store=where))
        row.preview = "ready"
