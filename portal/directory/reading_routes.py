"""What the portal says about itself: user guides, accessibility, privacy."""

from typing import Any

from flask import abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from portal.directory import guide
from portal.directory.desk import desk
from portal.web.filters import chinese

# Which guide helps at which desk; a desk that is not named here is led to the list of guides.
GUIDE_OF = {
    "directory": "public", "notices": "public", "accounts": "public", "apply": "apply", "registry": "apply",
    "recommend": "recommend", "screen": "screen", "review": "review", "moderate": "review", "visit": "visit",
    "decide": "decide", "announce": "announce", "certify": "certify", "papers": "certify", "administer": "administer",
}


@desk.app_context_processor
def help_link() -> dict[str, Any]:
    """`help_url()` for every page: the guide of its desk, or the list of guides."""

    def help_url() -> str:
        name = GUIDE_OF.get(request.blueprint or "", "")
        written = guide.read(name, language())
        return url_for("directory.guide_page", name=name) if written else url_for("directory.guides")

    return {"help_url": help_url}


def language() -> str:
    """The language in which guides are read here."""
    return "zh" if chinese() else "en"


@desk.get("/guide")
def guides() -> ResponseReturnValue:
    """Every guide, in the order of a case."""
    return render_template("directory/guides.html", guides=guide.shelf(language()))


@desk.get("/guide/<name>")
def guide_page(name: str) -> ResponseReturnValue:
    """One guide with its contents."""
    found = guide.read(name, language()) or abort(404)
    return render_template("directory/guide.html", guide=found, guides=guide.shelf(language()),
                           foreign=found.language != language())


@desk.get("/guide/files/<path:name>")
def guide_picture(name: str) -> ResponseReturnValue:
    """A picture of a guide."""
    return send_file(guide.picture(name) or abort(404), max_age=3600)


@desk.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """How far the pages can be used by everybody, what falls short and whom to tell."""
    return render_template("directory/accessibility.html")


@desk.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept about whom, for how long, and who reads it."""
    return render_template("directory/privacy.html")
