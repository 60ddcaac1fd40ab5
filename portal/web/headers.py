"""Headers of every answer: a strict content security policy and its companions."""

from flask import Flask, Response, request

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
))


def init_app(app: Flask) -> None:
    """Add the headers; pages of signed-in people are never stored by a cache."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        # the router completes an address with the host that the request claims; a path leads to where it was asked
        if (to := headers.get("Location", "")).startswith(request.host_url):
            headers["Location"] = "/" + to[len(request.host_url):].lstrip("/\\")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not headers.get("Cache-Control") and (request.endpoint != "static" or response.status_code >= 400):
            headers["Cache-Control"] = "no-store"
        return response
