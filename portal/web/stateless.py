"""Views that take a POST and change nothing: no token, for there is nothing to be done in somebody's name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

View = TypeVar("View", bound=Callable[..., Any])


def stateless(reason: str, *, most: int) -> Callable[[View], View]:
    """Mark a view that reads at most `most` bytes, computes and answers; the reason is part of the mark."""

    def mark(view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **values: Any) -> Any:
            request.max_content_length = most
            return view(*args, **values)

        limited.without_csrf = True  # type: ignore[attr-defined]
        limited.stateless = reason  # type: ignore[attr-defined]
        return limited  # type: ignore[return-value]

    return mark
