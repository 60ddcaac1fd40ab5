"""Words in the page's language: the catalogue is found once for a language, not anew for each of a page's words."""

from typing import Any

from flask import Flask, g, has_app_context
from flask_babel import Domain

MESSAGES = "messages"


class Catalogues(Domain):
    """Flask-Babel's domain, a tenth of its time a word: a long page asks for more than a thousand."""

    def __init__(self) -> None:
        super().__init__(domain=MESSAGES)
        self.found: dict[tuple[str, str | None, str | None], Any] = {}

    def get_translations(self) -> Any:
        """The translations into the language of this request, or into the one that is forced."""
        # the place where Flask-Babel keeps the language once it has been chosen
        locale = getattr(g.get("_flask_babel"), "babel_locale", None) if has_app_context() else None
        if locale is None:
            return super().get_translations()
        key = (locale.language, locale.script, locale.territory)
        if key not in self.found:
            self.found[key] = super().get_translations()
        return self.found[key]


def init_app(app: Flask) -> None:
    """Let templates and Python ask one domain; after Babel itself."""
    domain = Catalogues()
    app.extensions["babel"].instance.domain_instance = domain
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: domain.get_translations().ugettext(text),
        ngettext=lambda one, many, number: domain.get_translations().ungettext(one, many, number),
        pgettext=lambda context, text: domain.get_translations().upgettext(context, text),
        npgettext=lambda context, one, many, number: domain.get_translations().unpgettext(context, one, many, number),
        newstyle=True)
    app.jinja_env.globals["_"] = domain.gettext
