"""The golden digests of all papers: `python -m tests.documents.golden` writes them anew, `--print` shows the present ones.

Two digests for each paper: of its bytes, and of its content with every stream inflated, because another build
of zlib packs the same content into other bytes.
"""
import hashlib
import json
import re
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

from tests.documents.conftest import STREAM
from tests.documents.specimens import PAPERS

FILE = Path(__file__).with_name("golden.json")
# what moves when only the packing differs: lengths, offsets, and the file's id that is made from them
PACKING = re.compile(rb"/Length \d+|^\d{10} \d{5} n[ \r\n]*|startxref\s+\d+|/ID\s*\[.*?\]", re.MULTILINE | re.DOTALL)


def content(pdf: bytes) -> bytes:
    """The file with its streams inflated and without what depends on their packed length."""
    parts, end = [], 0
    for found in STREAM.finditer(pdf):
        body = found.group(2)
        inflated = zlib.decompress(body) if b"FlateDecode" in found.group(1) else body
        parts += [PACKING.sub(b"", pdf[end:found.start(2)]), inflated]
        end = found.end(2)
    return b"".join([*parts, PACKING.sub(b"", pdf[end:])])


def digests() -> dict[str, dict[str, str]]:
    """The present digests of every paper."""
    found = {}
    for name, paper in PAPERS.items():
        pdf = paper.render(paper.facts)
        found[name] = {"bytes": hashlib.sha256(pdf).hexdigest(), "content": hashlib.sha256(content(pdf)).hexdigest()}
    return found


def makers() -> dict[str, str]:
    """What else the bytes depend on."""
    return {"reportlab": version("reportlab"), "zlib": zlib.ZLIB_RUNTIME_VERSION}


def kept() -> dict[str, dict[str, str]]:
    """The digests in the file, with an entry "made with" on top."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str]) -> None:
    """Write or print the digests; say which papers changed."""
    present = {"made with": makers(), **digests()}
    text = json.dumps(present, ensure_ascii=False, indent=2) + "\n"
    if "--print" in arguments:
        sys.stdout.buffer.write(text.encode())
        return
    before = kept() if FILE.exists() else {}
    FILE.write_text(text, "utf-8")
    changed = [name for name in PAPERS if before.get(name) != present[name]]
    print("\n".join(f"changed: {name}" for name in changed) or "nothing changed")


if __name__ == "__main__":
    main(sys.argv[1:])
