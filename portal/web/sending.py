"""Send stored files: evidence only as an attachment, previews as the pictures that we drew ourselves."""

import io

from flask import Response, abort, send_file

from portal import filing
from portal.models.evidence import File


def attachment(file: File) -> Response:
    """The original bytes under their name, never shown by the browser itself."""
    answer = send_file(filing.open_file(file), mimetype="application/octet-stream", as_attachment=True,
                       download_name=file.name, max_age=0)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def picture(file: File, page: int) -> Response:
    """The preview of one page (0: thumbnail); 404 while there is none."""
    for one in file.pictures:
        if one.page == page:
            answer = send_file(filing.open_file(one), mimetype=one.mime, max_age=3600, etag=one.sha256)
            answer.headers["Cache-Control"] = "private, max-age=3600"
            return answer
    abort(404)


def paper(data: bytes, name: str, *, inline: bool = True) -> Response:
    """A PDF of our own making."""
    return send_file(io.BytesIO(data), mimetype="application/pdf", as_attachment=not inline, download_name=name)
