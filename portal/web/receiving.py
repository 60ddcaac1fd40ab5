"""Take large uploads: the limit rises and the token is checked only once the view knows that the sender may send."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, after_this_request, current_app, request

from portal.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

# Room for the other fields of the form and the parts' own heads.
FORM_ALLOWANCE = 1024 * 1024


def receives_files(view: View) -> View:
    """Mark a view that calls `receive()` itself, before it reads anything of the form."""
    view.without_csrf = True  # type: ignore[attr-defined]
    return view


def receive(*, files: int = 1) -> None:
    """Raise the limit of this request to `files` files of the largest size, then check the form's token (400)."""
    settings: Settings = current_app.config["PORTAL"]
    after_this_request(_let_go)
    request.max_content_length = files * settings.upload_limit_mb * 1024 * 1024 + FORM_ALLOWANCE
    if current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()


def receive_piece(most: int) -> bytes:
    """The body of this request, at most `most` bytes (413), after the token in its head was checked (400)."""
    request.max_content_length = most
    if current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()
    data: bytes = request.get_data(cache=False)
    return data


def _let_go(answer: Response) -> Response:
    """Close what was spooled to disk, also when the request was refused."""
    request.close()
    return answer


def file_limit() -> int:
    """The largest single file in bytes, as set."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.upload_limit_mb * 1024 * 1024
