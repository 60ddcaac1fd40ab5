"""Hostile files put together byte by byte: PDF, zip and Office, pictures; nothing is fetched or kept as a fixture."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

MIB = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# --- PDF

CATALOG = b"<< /Type /Catalog /Pages 2 0 R%s >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]%s >>"


def objects(*parts: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is the catalogue."""
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, trailer, len(body))


def a_pdf(catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """One empty page, with something in its catalogue, its page, or objects from number 4 on."""
    return objects(CATALOG % catalog, PAGES, PAGE % page, *more)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def packed_objects(*inside: bytes) -> bytes:
    """A PDF whose objects from number 2 on lie in a compressed object stream, as most programs write them today."""
    heads, at, body = b"", 0, b""
    for number, one in enumerate(inside, start=2):
        heads += b"%d %d " % (number, at)
        body += one + b" "
        at = len(body)
    data = zlib.compress(heads + body)
    holder = len(inside) + 2
    text = b"%PDF-1.7\n"
    first = len(text)
    text += b"1 0 obj\n" + CATALOG % b" /OpenAction 4 0 R" + b"\nendobj\n"
    packed = len(text)
    text += b"%d 0 obj\n" % holder + stream(data, b" /Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(inside), len(heads))) + b"\nendobj\n"
    start = len(text)
    rows = struct.pack(">BIH", 0, 0, 65535) + struct.pack(">BIH", 1, first, 0)
    rows += b"".join(struct.pack(">BIH", 2, holder, index) for index in range(len(inside)))
    rows += struct.pack(">BIH", 1, packed, 0) + struct.pack(">BIH", 1, start, 0)
    size = len(inside) + 4
    text += b"%d 0 obj\n" % (holder + 1) + stream(rows, b" /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R" % size) + b"\nendobj\n"
    return text + b"startxref\n%d\n%%%%EOF\n" % start


def many_pages(count: int) -> bytes:
    """A PDF that says so many pages and has them: one page object, referred to again and again."""
    kids = b"3 0 R " * count
    return objects(CATALOG % b"", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), PAGE % b"")


def page_tree_bomb(levels: int, width: int = 10) -> bytes:
    """A tree in which every node names the next one ten times: ten to the power of `levels` pages out of few bytes."""
    nodes = [b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"%d 0 R " % (number + 3) * width, width ** (levels - number)) for number in range(levels)]
    return objects(CATALOG % b"", *nodes, PAGE % b"")


@lru_cache(maxsize=4)
def flated(size: int, times: int = 1) -> bytes:
    """Zeros, packed so often."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def flate_bomb(size: int, times: int = 1) -> bytes:
    """A page whose content unpacks to `size` bytes."""
    filters = b" /Filter [%s]" % (b" /FlateDecode" * times)
    return a_pdf(b"", b" /Contents 4 0 R", stream(flated(size, times), filters))


def encrypted(password: str = "secret") -> bytes:
    """A PDF behind a password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password)
    canvas.drawString(72, 700, "secret")
    canvas.save()
    return out.getvalue()


# --- zip and Office

TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>{more}</Types>')
SHEET = ("xl/workbook.xml", "spreadsheetml.sheet")
DOCUMENT = ("word/document.xml", "wordprocessingml.document")
BOOK = ('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>')
RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def a_zip(parts: Sequence[tuple[str, str | bytes]], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of named parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def office(main: tuple[str, str], *more: tuple[str, str | bytes], body: str = "<x/>", types: str = "") -> bytes:
    """An Office file: its list of types, its main part, and whatever else."""
    return a_zip([("[Content_Types].xml", TYPES.format(part=main[0], main=main[1], more=types)), (main[0], body), *more])


def a_sheet(rows: str, *more: tuple[str, str | bytes], head: str = "", book: str = BOOK) -> bytes:
    """A workbook that opens, with these rows of XML in its only sheet."""
    return office(
        SHEET, ("_rels/.rels", RELATIONSHIPS.format(f'<Relationship Id="r" Type="{KIND}officeDocument" Target="xl/workbook.xml"/>')),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS.format(f'<Relationship Id="rId1" Type="{KIND}worksheet" Target="worksheets/sheet1.xml"/>')),
        ("xl/worksheets/sheet1.xml", f'{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'),
        *more, body=book,
        types='<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>')


def row(number: int, *texts: str) -> str:
    """A row of cells with texts in them."""
    return f'<row r="{number}">' + "".join(f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(texts)) + "</row>"


def a_document(text: str = "", *more: tuple[str, str | bytes], head: str = "", types: str = "") -> bytes:
    """A Word file with one paragraph."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return office(DOCUMENT, *more, types=types,
                  body=f'{head}<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>')


def external(kind: str, target: str = "http://evil.example/x") -> str:
    """Relationships with one that leads out of the file."""
    return RELATIONSHIPS.format(f'<Relationship Id="rId9" Type="{KIND}{kind}" Target="{target}" TargetMode="External"/>')


def laughs() -> str:
    """Entities that multiply."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lines}]>'


# --- pictures


def chunk(name: bytes, data: bytes, crc: int | None = None) -> bytes:
    """A chunk of a PNG, with a wrong checksum if one is given."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) if crc is None else crc)


def png(width: int, height: int, data: bytes | None = None, *, depth: int = 8, colour: int = 2, before: bytes = b"", crc: int | None = None) -> bytes:
    """A PNG that says its size and holds whatever data."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    raw = zlib.compress(b"\0" * (width * 3 + 1) * height) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", raw, crc) + chunk(b"IEND", b"")


def saved(format: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    """A real picture."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, format, **options)  # type: ignore[arg-type]
    return out.getvalue()


def tiff(*directories: Sequence[tuple[int, int, int, int]], following: Sequence[int] = ()) -> bytes:
    """A little-endian TIFF of directories of (tag, type, count, value); `following` says where each one leads, 0: nowhere."""
    text = b"II*\0" + struct.pack("<I", 8)
    for at, entries in enumerate(directories):
        text += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *one) for one in entries)
        text += struct.pack("<I", following[at] if at < len(following) else 0)
    return text + b"\0" * 64


def gray(width: int, height: int, at: int = 8, size: int = 16) -> list[tuple[int, int, int, int]]:
    """The entries of a plain grey picture in one strip."""
    return [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, at), (277, 3, 1, 1),
            (278, 4, 1, height), (279, 4, 1, size)]


def jpeg_with(comment: bytes) -> bytes:
    """A picture with a comment right at its beginning."""
    data = saved()
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
