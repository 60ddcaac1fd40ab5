"""Static files under the digest of them all, and the one stylesheet that is assembled from its sources at the start."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

SHEET = "portal.css"
# What the others rest on comes first, what overrides them last; the rest in the order of the alphabet.
FIRST = ("tokens", "base", "frame", "masthead", "words", "forms", "states", "tables", "case", "evidence", "controls")
LAST = ("floating", "modes", "print")
A_YEAR = 31536000
_PART = r"(?:[^(),]|\([^()]*\))+"
_PAIR = re.compile(rf"light-dark\(({_PART}),\s*{_PART}\)")
_NAMED = re.compile(r"--[\w-]+:[^;]*light-dark\([^;]*;")


def assemble(folder: Path) -> str:
    """The sources of a folder as one sheet, with the light colours for browsers that know no light-dark()."""
    found = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.css"))}
    middle = [name for name in found if name not in FIRST + LAST]
    names = [name for name in (*FIRST, *middle, *LAST) if name in found]
    return "\n".join(found[name] + (light_only(found[name]) if name == "tokens" else "") for name in names)


def light_only(tokens: str) -> str:
    """A block that gives every token written as light-dark(light, dark) its light value where nobody reads that."""
    values = " ".join(_PAIR.sub(r"\1", line) for line in _NAMED.findall(tokens))
    return ("\n@supports not (color: light-dark(#000, #fff)) {\n  :root { " + values + " }\n"
            "  :root, :root[data-theme] { color-scheme: light; }\n}\n") if values else ""


class Shelf:
    """What stands in the static folder now: the assembled sheet and one digest (12 hex digits) of every file."""

    def __init__(self, folder: Path, *, watching: bool) -> None:
        self.folder, self.watching = folder, watching
        self._seen: tuple[tuple[str, int], ...] = ()
        self._read()

    def _files(self) -> Iterable[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def _read(self) -> None:
        digest = hashlib.sha256()
        for path in self._files():
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0" + path.read_bytes())
        self.sheet = assemble(self.folder / "css").encode()
        digest.update(self.sheet)
        self.digest = digest.hexdigest()[:12]

    def look(self) -> None:
        """Read again what was changed, where somebody works on it."""
        if not self.watching:
            return
        seen = tuple((str(path), path.stat().st_mtime_ns) for path in self._files())
        if seen != self._seen:
            self._read()
            self._seen = seen


class Sessions(SecureCookieSessionInterface):
    """Sessions that leave static files alone: they are the same for everybody, and a cache may keep them."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save the session of a page."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_app(app: Flask, *, watching: bool) -> None:
    """Serve every static file under /static/v-<digest>/, kept for a year; without the digest it is asked for again.

    `watching`: changed files show at the next page (somebody works on them); otherwise they are read once.
    """
    shelf = Shelf(Path(app.static_folder or ""), watching=watching)
    app.session_interface = Sessions()
    app.add_url_rule("/static/v-<version>/<path:filename>", endpoint="static")

    def send(filename: str, version: str = "") -> Response:
        if filename == SHEET:
            answer = Response(shelf.sheet, mimetype="text/css")
            answer.set_etag(shelf.digest)
            answer.make_conditional(request)
        else:
            answer = app.send_static_file(filename)
        answer.headers.pop("Expires", None)
        kept = version == shelf.digest
        answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if kept else "no-cache"
        return answer

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            shelf.look()
            values.setdefault("version", shelf.digest)

    app.view_functions["static"] = send
    app.jinja_env.globals["stylesheet"] = SHEET
