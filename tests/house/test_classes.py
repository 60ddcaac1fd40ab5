"""Every class that a page uses has a rule, and every rule is used by a page: no dead style, no style that is missing."""

import re
from pathlib import Path

PORTAL = Path(__file__).resolve().parents[2] / "portal"
# Names without a look of their own: what kind of thing an element is, for a reader of the page's source and for tests.
HOOKS = frozenset({"form", "explain"})
# Names that are put together from a word of the data, the part before the word; and those that end in a number.
COMPOSED = re.compile(r"([a-z]+(?:-[a-z]+)*-)['\"{]")
NUMBERED = re.compile(r"""["' ]([a-z])(?:\{\{|%0?\d?d|\{\w|['"] ?~)""")


def rules() -> set[str]:
    """Every class that a selector names."""
    found = set()
    for path in (PORTAL / "static" / "css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text("utf-8"), flags=re.S)
        for selector in re.findall(r"([^{};]+)\{", text):
            found |= set(re.findall(r"\.([a-z][\w-]*)", selector)) if not selector.strip().startswith("@") else set()
    return found


def sources() -> dict[Path, str]:
    """Everything that can put a class on an element."""
    paths = [*(PORTAL / "templates").rglob("*.html"), *(PORTAL / "static" / "js").glob("*.js"), *PORTAL.rglob("*.py")]
    return {path: path.read_text("utf-8") for path in paths}


def used(path: Path, text: str) -> set[str]:
    """Classes written out in full: in attributes of a template, in calls of a script."""
    if path.suffix == ".js":
        written = re.findall(r"classList\.(?:add|remove|toggle|contains)\(\s*'([^']*)'|className = '([^']*)'", text)
        return {word for pair in written for part in pair for word in part.split()}
    found = set()
    for value in re.findall(r'\bclass="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', re.sub(r"\{#.*?#\}", "", text, flags=re.S)):
        plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "\0", value))
        found |= {word for word in plain.split() if "\0" not in word}
    return found


def test_every_class_that_is_used_has_a_rule() -> None:
    known = rules() | HOOKS
    missing = {f"{path.relative_to(PORTAL)}: {name}" for path, text in sources().items()
               if path.suffix in {".html", ".js"} for name in used(path, text) - known}
    assert not missing, sorted(missing)


def test_every_rule_is_used() -> None:
    everything = "\n".join(sources().values())
    words = set(re.findall(r"[a-z][\w-]*", everything))
    beginnings = tuple(set(COMPOSED.findall(everything)))
    letters = set(NUMBERED.findall(everything))
    dead = {name for name in rules() if name not in words and not name.startswith(beginnings)
            and not (name[1:].isdecimal() and name[0] in letters)}
    assert not dead, sorted(dead)
    assert not {name for name in HOOKS if name in rules()}, "a hook that has a rule is no exception"
