"""What arrives is taken for what it is: real files pass, disguised, damaged and dangerous ones are named."""

import hashlib
import io
import os
import struct
import tracemalloc
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from portal.domain.evidence import MESSAGES, Kind, Refusal
from portal.intake import Examined, FileRefused, examine

MIB = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPE = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>'
)


def a_pdf(pages=2, **options):
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, **options)
    for page in range(pages):
        canvas.drawString(72, 700, f"page {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def a_scripted_pdf():
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /JavaScript << /Names [(a) 4 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
    ]
    body, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def a_picture(format="JPEG", size=(60, 40), **options):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, format, **options)
    return out.getvalue()


def a_turned_picture():
    exif = Image.Exif()
    exif[0x0112] = 6
    return a_picture(exif=exif)


def a_sheet():
    book = openpyxl.Workbook()
    book.active.append(["月份", "用水量"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_zip(parts, *, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def a_document(*more, first=()):
    types = CONTENT_TYPE.format(part="word/document.xml", main="wordprocessingml.document")
    return a_zip([*first, ("[Content_Types].xml", types), ("word/document.xml", "<w:document/>"), *more])


def a_png_of(width, height):
    """A PNG that only claims its size, as a decompression bomb does."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def look(content, name, **options):
    return examine(io.BytesIO(content), name, **options)


def refusal_of(content, name, **options):
    with pytest.raises(FileRefused) as refusal:
        look(content, name, **options)
    assert str(refusal.value) == MESSAGES[refusal.value.code] % refusal.value.values
    return refusal.value


@pytest.mark.parametrize(
    ("content", "name", "kind", "mime", "shape"),
    [
        (a_pdf(3), "审计报告.pdf", Kind.PDF, "application/pdf", (3, None, None)),
        (a_picture(), "照片.JPG", Kind.IMAGE, "image/jpeg", (None, 60, 40)),
        (a_turned_picture(), "竖.jpeg", Kind.IMAGE, "image/jpeg", (None, 40, 60)),
        (a_picture("PNG"), "a.png", Kind.IMAGE, "image/png", (None, 60, 40)),
        (a_picture("WEBP"), "a.webp", Kind.IMAGE, "image/webp", (None, 60, 40)),
        (a_picture("HEIF"), "IMG_0001.HEIC", Kind.IMAGE, "image/heic", (None, 60, 40)),
        (a_picture("TIFF"), "a.tif", Kind.IMAGE, "image/tiff", (1, 60, 40)),
        (
            a_picture("TIFF", save_all=True, append_images=[Image.new("RGB", (9, 9))]),
            "扫描.tiff", Kind.IMAGE, "image/tiff", (2, 60, 40),
        ),
        (a_sheet(), "台账.xlsx", Kind.SHEET, None, (None, None, None)),
        (a_document(), "方案.docx", Kind.DOCUMENT, None, (None, None, None)),
        (a_document(first=[("customXml/item1.xml", "<a/>")]), "另一次序.docx", Kind.DOCUMENT, None, (None, None, None)),
    ],
)  # fmt: skip
def test_real_files_pass(content, name, kind, mime, shape):
    stream = io.BytesIO(content)
    found = examine(stream, name)
    assert isinstance(found, Examined)
    assert (found.name, found.kind, found.size) == (name, kind, len(content))
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert (found.pages, found.width, found.height) == shape
    assert mime is None or found.mime == mime
    assert stream.tell() == 0 and not stream.closed


def test_a_path_in_the_name_is_dropped():
    assert look(a_pdf(), "C:\\fakepath\\报告.pdf").name == "报告.pdf"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", Refusal.EMPTY),
        (a_pdf(), "报告", Refusal.NO_EXTENSION),
        (a_pdf(), "a.zip", Refusal.FORMAT_NOT_TAKEN),
        (a_pdf(), "a.doc", Refusal.SAVE_AS),
        (a_pdf(), "a.ofd", Refusal.SAVE_AS),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", Refusal.ACTIVE_CONTENT),
        (b"<svg onload='alert(1)'/>", "a.png", Refusal.ACTIVE_CONTENT),
        (b"\xef\xbb\xbf  <!DOCTYPE html><script>", "a.jpg", Refusal.ACTIVE_CONTENT),
        (b"<html>", "a.html", Refusal.ACTIVE_CONTENT),
        (b"MZ\x90\x00" + b"\0" * 400, "a.pdf", Refusal.ACTIVE_CONTENT),
        (b"\x7fELF" + b"\0" * 400, "a.docx", Refusal.ACTIVE_CONTENT),
        (b"plain words", "a.pdf", Refusal.CONTENT_UNKNOWN),
        (b"GIF89a" + b"\0" * 60, "a.png", Refusal.CONTENT_UNKNOWN),
        (b"\0" * 5000, "a.jpg", Refusal.CONTENT_UNKNOWN),
        (a_pdf(), "a.jpg", Refusal.MISMATCH),
        (a_picture(), "a.pdf", Refusal.MISMATCH),
        (a_picture("PNG"), "a.jpg", Refusal.MISMATCH),
        (a_sheet(), "a.docx", Refusal.MISMATCH),
        (a_document(), "a.xlsx", Refusal.MISMATCH),
        (OLE + b"\0" * 999, "a.docx", Refusal.MISMATCH),
        (OLE + b"\0" * 999 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", Refusal.ENCRYPTED),
        (a_zip([("a.txt", "a")]), "a.docx", Refusal.CONTENT_UNKNOWN),
        (a_document(("word/vbaProject.bin", b"x")), "a.docx", Refusal.MACROS),
        (a_document(("../../evil", b"x")), "a.docx", Refusal.DAMAGED),
        (a_pdf(encrypt="secret"), "a.pdf", Refusal.ENCRYPTED),
        (a_scripted_pdf(), "a.pdf", Refusal.ACTIVE_CONTENT),
        (a_pdf()[:200], "a.pdf", Refusal.DAMAGED),
        (b"%PDF-1.7\n" + b"x" * 500, "a.pdf", Refusal.DAMAGED),
        (a_picture(size=(600, 400))[:9000], "a.jpg", Refusal.DAMAGED),
        (a_picture("PNG", size=(600, 400))[:9000], "a.png", Refusal.DAMAGED),
        (a_sheet()[:-30], "a.xlsx", Refusal.DAMAGED),
        (a_png_of(10_000, 9_000), "a.png", Refusal.TOO_MANY_PIXELS),
        (a_png_of(60_000, 60_000), "a.png", Refusal.TOO_MANY_PIXELS),
        (a_document(("word/media/zeros", bytes(60 * MIB))), "a.docx", Refusal.EXPANDS_TOO_FAR),
        (a_document(*((f"word/{n}", b"") for n in range(5100))), "a.docx", Refusal.EXPANDS_TOO_FAR),
    ],
)  # fmt: skip
def test_refusals_name_their_reason(content, name, code):
    assert refusal_of(content, name).code is code


def test_a_damaged_part_of_a_sheet_is_noticed():
    content = bytearray(a_zip([
        ("[Content_Types].xml", CONTENT_TYPE.format(part="xl/workbook.xml", main="spreadsheetml.sheet")),
        ("xl/workbook.xml", "<workbook/>" * 50),
    ], method=zipfile.ZIP_STORED))  # fmt: skip
    content[content.index(b"<workbook/>") + 3] ^= 1
    assert refusal_of(bytes(content), "a.xlsx").code is Refusal.DAMAGED


def test_entries_that_share_their_bytes_are_a_bomb():
    packed = a_document(("word/media/0", os.urandom(3000)))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        shared = archive.getinfo("word/media/0")
        start = archive.start_dir
    directory = packed[start : packed.rindex(b"PK\x05\x06")]
    at = directory.index(b"word/media/0")
    record = directory[at - 46 : at + len("word/media/0")]
    copies = b"".join(record[:46] + f"word/media/{n}".encode() for n in range(1, 10))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 12, 12, len(directory) + len(copies), start, 0)
    assert shared.compress_size > 2000
    assert refusal_of(packed[:start] + directory + copies + end, "a.docx").code in (
        Refusal.EXPANDS_TOO_FAR,
        Refusal.DAMAGED,
    )


def test_only_the_kinds_asked_for():
    assert look(a_pdf(), "a.pdf", kinds=["pdf"]).kind is Kind.PDF
    refusal = refusal_of(a_pdf(), "a.pdf", kinds=["image", "sheet"])
    assert refusal.code is Refusal.KIND_NOT_ASKED
    assert refusal.values["allowed"] == "jpg, jpeg, png, webp, heic, heif, tif, tiff, xlsx"


def test_the_mismatch_names_both_sides():
    assert refusal_of(a_picture("PNG"), "a.jpg").values == {"extension": "jpg", "found": "png"}


def test_the_size_limit_of_the_instance_counts():
    content = a_pdf()
    assert look(content, "a.pdf", limit=len(content)).size == len(content)
    assert refusal_of(content, "a.pdf", limit=len(content) - 1).code is Refusal.TOO_LARGE


def test_a_large_file_is_read_in_flat_memory(tmp_path):
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.write(a_pdf(1))
        file.write(b"\n%" + b"x" * 99 * MIB)
    with path.open("rb") as stream:
        tracemalloc.start()
        try:
            examine(stream, "large.pdf")
        except FileRefused as refusal:
            assert refusal.code is Refusal.DAMAGED
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 12 * MIB


def test_a_file_above_the_limit_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(a_pdf(1))
        file.truncate(5000 * MIB)
    with path.open("rb") as stream:
        with pytest.raises(FileRefused) as refusal:
            examine(stream, "huge.pdf", limit=100 * MIB)
        assert refusal.value.code is Refusal.TOO_LARGE
        assert stream.tell() < 110 * MIB


SAMPLES = [
    (a_pdf(), "a.pdf"), (a_picture(), "a.jpg"), (a_picture("PNG"), "a.png"), (a_picture("WEBP"), "a.webp"),
    (a_picture("TIFF"), "a.tif"), (a_picture("HEIF"), "a.heic"), (a_sheet(), "a.xlsx"), (a_document(), "a.docx"),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_file_damaged_anywhere_is_taken_or_refused_never_a_crash(sample, data):
    content, name = bytearray(sample[0]), sample[1]
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    kept = content[: data.draw(st.integers(1, len(content)))]
    try:
        found = look(bytes(kept), name)
    except FileRefused as refusal:
        assert refusal.code in Refusal
    else:
        assert found.sha256 == hashlib.sha256(kept).hexdigest()
