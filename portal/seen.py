"""What somebody saw of a thing when beginning to change it: a short mark, and the refusal when it has moved on."""

import hashlib
import json

from flask_babel import lazy_gettext as _

from portal.domain.refusal import ChangedMeanwhile


def mark(*facts: object) -> str:
    """Sixteen characters that follow from these facts; a page carries them, so that two windows notice each other."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


def refuse_changed(seen: str, *facts: object) -> None:
    """ChangedMeanwhile unless the facts, read under the lock, still have the mark that was seen (empty: none was)."""
    if seen not in ("", mark(*facts)):
        raise stale()


def stale() -> ChangedMeanwhile:
    """The refusal of whoever saves over something that has not been read."""
    return ChangedMeanwhile(_("Somebody saved this in another window after you opened it. Nothing was overwritten."),
                            instead=_("What you typed is still here: save again to keep yours, "
                                      "or reload to see what is stored."))
