"""The user guides: Markdown in docs/guide/<language>/<desk>.md, read as pages with anchors, contents and pictures.

Authors write plain Markdown (docs/guide/README.md says which); HTML in a guide is shown as text, never run.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from PIL import Image

from portal.settings import shipped

# In the order of a case; a guide that is not written yet is left out of every list.
GUIDES = ("public", "apply", "recommend", "screen", "review", "visit", "decide", "announce", "certify", "administer")
LANGUAGES = ("zh", "en")
PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
_TO_GUIDE = re.compile(r"(?:\.\./(?P<language>zh|en)/)?(?P<desk>[a-z-]+)\.md(?P<rest>#.*)?")


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or 3 and the anchor under which it is found."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Guide:
    """One guide as a page: its title, the sentence below it, the body as safe HTML, the headings for the contents."""

    desk: str
    language: str
    title: str
    lead: str
    body: Markup
    headings: tuple[Heading, ...]


def folder() -> Path:
    """Where the guides are: docs/guide in a checkout, the same inside an installed package."""
    return shipped("docs/guide")


def read(desk: str, language: str) -> Guide | None:
    """The guide of a desk in this language, else in the other one; None when there is none."""
    if desk not in GUIDES:
        return None
    for one in (language, *(other for other in LANGUAGES if other != language)):
        path = folder() / one / f"{desk}.md"
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return None


def shelf(language: str) -> list[Guide]:
    """Every guide that is written, in the order of a case."""
    return [found for found in (read(desk, language) for desk in GUIDES) if found]


def picture(name: str) -> Path | None:
    """The file of a picture by its path inside the guides' folder; None for anything that is no picture in there."""
    if "\0" in name:
        return None
    root = folder().resolve()
    path = (root / name).resolve()
    return path if path.suffix.lower() in PICTURES and path.is_relative_to(root) and path.is_file() else None


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Guide:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(path.read_text("utf-8"))
    title, lead, tokens = _front(tokens)
    headings = tuple(_headings(tokens))
    for token in _every(tokens):
        _dress(token, path.parent)
    body = _wrapped(str(parser.renderer.render(tokens, parser.options, {})))
    return Guide(path.stem, path.parent.name, title, lead, Markup(body), headings)


def _front(tokens: list[Token]) -> tuple[str, str, list[Token]]:
    """The title (the first heading) and the paragraph after it, taken off the rest."""
    title = lead = ""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title, tokens = _plain(tokens[1]), tokens[3:]
    if tokens and tokens[0].type == "paragraph_open":
        lead, tokens = _plain(tokens[1]), tokens[3:]
    return title, lead, tokens


def _plain(inline: Token) -> str:
    """The words of a line without its marks."""
    return "".join(one.content for one in inline.children or [] if one.type in {"text", "code_inline"})


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    """Give every heading its anchor, as GitHub would, and tell those of level 2 and 3."""
    seen: dict[str, int] = {}
    for token, inline in zip(tokens, tokens[1:], strict=False):
        if token.type != "heading_open":
            continue
        text = _plain(inline)
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        seen[anchor] = seen.get(anchor, -1) + 1
        anchor += f"-{seen[anchor]}" if seen[anchor] else ""
        token.attrSet("id", anchor)
        if token.tag in {"h2", "h3"}:
            yield Heading(int(token.tag[1]), text, anchor)


def _every(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


def _dress(token: Token, beside: Path) -> None:
    """Lead links and pictures to where the portal has them; give tables the look of the house."""
    if token.type == "link_open":
        token.attrSet("href", address(str(token.attrGet("href"))))
    elif token.type == "table_open":
        token.attrSet("class", "table")
    elif token.type == "image":
        name = posixpath.normpath(posixpath.join(beside.name, str(token.attrGet("src"))))
        token.attrSet("src", f"/guide/files/{name}")
        token.attrSet("loading", "lazy")
        found = picture(name)
        if found:
            with Image.open(found) as drawn:
                token.attrSet("width", str(drawn.width))
                token.attrSet("height", str(drawn.height))


def address(target: str) -> str:
    """Where a link of a guide leads on this site; addresses of pages and of other sites stay as they are."""
    found = _TO_GUIDE.fullmatch(target)
    if not found:
        return target
    asked = f"?language={found['language']}" if found["language"] else ""
    return f"/guide/{found['desk']}{asked}{found['rest'] or ''}"


def _wrapped(html: str) -> str:
    """Pictures of their own become figures with their words below; wide tables scroll."""
    html = re.sub(r"<p>(<img [^>]*?alt=\"([^\"]*)\"[^>]*/?>)</p>",
                  lambda found: f"<figure>{found[1]}<figcaption>{_caption(found)}</figcaption></figure>", html)
    return html.replace("<table", '<div class="table-wrap"><table').replace("</table>", "</table></div>")


def _caption(found: re.Match[str]) -> str:
    titled = re.search(r' title="([^"]*)"', found[1])
    return titled[1] if titled else str(escape(Markup(found[2]).unescape()))
