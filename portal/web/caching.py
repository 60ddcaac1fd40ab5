"""What caches may keep of the public's pages: a minute for visitors without a session, nothing of a person's pages."""

from collections.abc import Collection

from flask import Response, request, session
from flask_login import current_user

from portal.web.guard import Desk

MINUTE = "public, max-age=60"


def keep_for_visitors(desk: Desk, *, never: Collection[str] = ()) -> None:
    """Let caches keep this desk's pages for a minute and then ask by their tag; `never`: endpoints that are fresh."""

    @desk.after_request
    def cacheable(response: Response) -> Response:
        if (request.endpoint in never or response.status_code != 200 or request.method not in {"GET", "HEAD"}
                or current_user.is_authenticated or session):
            return response
        response.headers["Cache-Control"] = MINUTE
        response.vary.update(("Cookie", "Accept"))
        if not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
        return response
