"""The table of hostile files: name → bytes → why it is refused, or as what it is taken because it harms nobody."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from portal.domain.evidence import Kind, Refusal
from tests.hostile import builders as b
from tests.papers import pdf, picture, sheet

JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
HTML = b"<html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00\x03" + bytes(500)
R = Refusal


@dataclass(frozen=True)
class Case:
    """A file as it arrives, and what becomes of it: a refusal, or the kind that it is taken as under the name `kept`."""

    title: str
    name: str
    make: Callable[[], bytes]
    end: Refusal | Kind
    kept: str = ""


def _(title: str, name: str, data: bytes | Callable[[], bytes], end: Refusal | Kind, kept: str = "") -> Case:
    return Case(title, name, cache(data if callable(data) else lambda: data), end, kept)


DISGUISED = (
    _("a program as a PDF", "报告.pdf", EXE, R.ACTIVE_CONTENT),
    _("a program as a picture", "照片.jpg", EXE, R.ACTIVE_CONTENT),
    _("a Linux program as a document", "方案.docx", b"\x7fELF" + bytes(500), R.ACTIVE_CONTENT),
    _("a Java class as a PDF", "a.pdf", b"\xca\xfe\xba\xbe" + bytes(99), R.ACTIVE_CONTENT),
    _("a shell script as a PDF", "a.pdf", b"#!/bin/sh\nrm -rf /\n", R.ACTIVE_CONTENT),
    _("PHP as a picture", "a.png", b"<?php system($_GET[0]); ?>", R.ACTIVE_CONTENT),
    _("PostScript as a PDF", "a.pdf", b"%!PS-Adobe-3.0\n", R.ACTIVE_CONTENT),
    _("a web page as a photo", "照片.jpg", HTML, R.ACTIVE_CONTENT),
    _("a web page behind a mark and spaces", "照片.jpg", b"\xef\xbb\xbf \n\t<!DOCTYPE html>" + HTML, R.ACTIVE_CONTENT),
    _("a drawing with a script", "标志.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", R.ACTIVE_CONTENT),
    _("a drawing with a script as PNG", "标志.png", b"<?xml version='1.0'?><svg onload='alert(1)'/>", R.ACTIVE_CONTENT),
    _("a zip as a document", "方案.docx", lambda: b.a_zip([("a.txt", "a")]), R.CONTENT_UNKNOWN),
    _("a zip under its own name", "资料.zip", lambda: b.a_zip([("a.txt", "a")]), R.FORMAT_NOT_TAKEN),
    _("a PDF called a photo", "照片.jpg", pdf(), R.MISMATCH),
    _("a PNG called JPEG", "照片.jpg", lambda: b.saved("PNG"), R.MISMATCH),
    _("a workbook called document", "方案.docx", sheet(), R.MISMATCH),
    _("an old Word file renamed", "方案.docx", b.OLE + bytes(999), R.MISMATCH),
    _("a GIF renamed", "a.png", b"GIF89a" + bytes(60), R.CONTENT_UNKNOWN),
    _("plain words as a PDF", "a.pdf", b"plain words", R.CONTENT_UNKNOWN),
    _("a double extension that runs", "报告.pdf.exe", pdf(), R.ACTIVE_CONTENT),
    _("a double extension that ends well", "报告.exe.pdf", EXE, R.ACTIVE_CONTENT),
    _("a real PDF with an odd first extension", "报告.exe.pdf", pdf(), Kind.PDF),
    _("a name that reads backwards", "报告\u202efdp.exe", pdf(), R.ACTIVE_CONTENT),
    _("a name that reads backwards, really a PDF", "报告\u202egpj.pdf", pdf(), Kind.PDF, "报告gpj.pdf"),
    _("a macro workbook by name", "台账.xlsm", sheet(), R.SAVE_AS),
    _("an OFD", "公文.ofd", b"PK\x03\x04" + bytes(99), R.SAVE_AS),
    _("a shortcut", "照片.lnk", b"L\0\0\0" + bytes(99), R.ACTIVE_CONTENT),
)
PDFS = (
    _("a script in the list of names", "a.pdf", lambda: b.a_pdf(b" /Names << /JavaScript << /Names [(a) 4 0 R] >> >>", b"", JS), R.ACTIVE_CONTENT),
    _("a script on opening", "a.pdf", lambda: b.a_pdf(b" /OpenAction " + JS), R.ACTIVE_CONTENT),
    _("a script on a page", "a.pdf", lambda: b.a_pdf(b"", b" /AA << /O " + JS + b" >>"), R.ACTIVE_CONTENT),
    _("a script spelled with numbers", "a.pdf", lambda: b.a_pdf(b" /OpenAction << /S /J#61va#53cript /JS (x) >>"), R.ACTIVE_CONTENT),
    _("a script in a packed stream", "a.pdf", lambda: b.packed_objects(b.PAGES, b.PAGE % b"", JS), R.ACTIVE_CONTENT),
    _("a program that is started", "a.pdf", lambda: b.a_pdf(b" /OpenAction << /S /Launch /F (cmd.exe) >>"), R.ACTIVE_CONTENT),
    _("an external address", "a.pdf", lambda: b.a_pdf(b" /OpenAction << /S /URI /URI (http://evil.example/) >>"), Kind.PDF),
    _("another file referred to", "a.pdf", lambda: b.a_pdf(b" /OpenAction << /S /GoToR /F (\\\\\\\\evil\\\\share) /D [0 /Fit] >>"), Kind.PDF),
    _("a program embedded in a PDF", "a.pdf", lambda: b.a_pdf(
        b" /Names << /EmbeddedFiles << /Names [(run.exe) << /Type /Filespec /F (run.exe) /EF << /F 4 0 R >> >>] >> >>", b"", b.stream(EXE)), R.ACTIVE_CONTENT),
    _("a table embedded in a PDF", "a.pdf", lambda: b.a_pdf(
        b" /Names << /EmbeddedFiles << /Names [(a.xml) << /Type /Filespec /F (a.csv) /EF << /F 4 0 R >> >>] >> >>", b"", b.stream(b"1;2")), Kind.PDF),
    _("100,000 pages", "a.pdf", lambda: b.many_pages(100_000), R.TOO_MANY_PAGES),
    _("a tree of pages out of few bytes", "a.pdf", lambda: b.page_tree_bomb(8), R.DAMAGED),
    _("a tree of pages that holds itself", "a.pdf", lambda: b.objects(b.CATALOG % b"", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"), Kind.PDF),
    _("20,000 dictionaries in each other", "a.pdf", lambda: b.a_pdf(b" /X " + b"<< /A " * 20_000 + b">>" * 20_000), Kind.PDF),
    _("a page that unpacks to 200 MB", "a.pdf", lambda: b.flate_bomb(200 * b.MIB, 2), Kind.PDF),
    _("a password", "a.pdf", lambda: b.encrypted(), R.ENCRYPTED),
    _("only the beginning of a PDF", "a.pdf", pdf()[:200], R.DAMAGED),
    _("a PDF that is only a head", "a.pdf", b"%PDF-1.7\n" + b"x" * 500, R.DAMAGED),
    _("a PDF without a page", "a.pdf", lambda: b.objects(b.CATALOG % b"", b"<< /Type /Pages /Kids [] /Count 0 >>"), R.DAMAGED),
)
OFFICE = (
    _("a bomb in a document", "a.docx", lambda: b.a_document("", ("word/media/zeros", bytes(60 * b.MIB))), R.EXPANDS_TOO_FAR),
    _("a bomb in a workbook", "a.xlsx", lambda: b.a_sheet(b.row(1, "x") * 900_000), R.EXPANDS_TOO_FAR),
    _("a document of 5,100 parts", "a.docx", lambda: b.a_document("", *((f"word/{n}", b"") for n in range(5100))), R.EXPANDS_TOO_FAR),
    _("zips in a zip", "a.docx", lambda: b.a_zip([(f"{n}.zip", b.a_zip([("0", bytes(9999))])) for n in range(9)]), R.CONTENT_UNKNOWN),
    _("zips inside a document", "a.docx", lambda: b.a_document("", ("word/a.zip", b.a_zip([("0", bytes(9 * b.MIB))]))), Kind.DOCUMENT),
    _("a way out of the folder", "a.docx", lambda: b.a_document("", ("../../evil", "x")), R.DAMAGED),
    _("an absolute path", "a.docx", lambda: b.a_document("", ("/etc/passwd", "x")), R.DAMAGED),
    _("macros in a document", "a.docx", lambda: b.a_document("", ("word/vbaProject.bin", "x")), R.MACROS),
    _("macros by their type", "a.docx", lambda: b.a_document("", types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), R.MACROS),
    _("macros of the old kind in a workbook", "a.xlsx", lambda: b.office(
        b.SHEET, types='<Override ContentType="application/vnd.ms-excel.macrosheet+xml"/>'), R.MACROS),
    _("a template from elsewhere", "a.docx", lambda: b.a_document("", ("word/_rels/settings.xml.rels", b.external("attachedTemplate"))), R.FETCHES),
    _("an object from elsewhere", "a.docx", lambda: b.a_document("", ("word/_rels/document.xml.rels", b.external("oleObject"))), R.FETCHES),
    _("a program asked for figures", "a.xlsx", lambda: b.a_sheet("", ("xl/externalLinks/externalLink1.xml", '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>')), R.FETCHES),
    _("a link to click", "a.docx", lambda: b.a_document("", ("word/_rels/document.xml.rels", b.external("hyperlink"))), Kind.DOCUMENT),
    _("a file of the server in a document", "a.docx", lambda: b.a_document(
        "&x;", head='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), R.DAMAGED),
    _("a file of the server in a workbook", "a.xlsx", lambda: b.a_sheet(
        b.row(1, "&x;"), head='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), R.DAMAGED),
    _("entities that multiply in a document", "a.docx", lambda: b.a_document("&l9;", head=b.laughs()), R.DAMAGED),
    _("entities that multiply in a workbook", "a.xlsx", lambda: b.a_sheet(b.row(1, "&l9;"), head=b.laughs()), R.DAMAGED),
    _("formulas in a workbook", "a.xlsx", lambda: b.a_sheet('<row r="1"><c r="A1"><f>HYPERLINK("http://evil.example","x")</f><v>1</v></c></row>'), Kind.SHEET),
    _("a workbook whose XML is broken", "a.xlsx", lambda: b.a_sheet("<row><<"), Kind.SHEET),
    _("cells at impossible places", "a.xlsx", lambda: b.a_sheet('<row r="x"><c r="!!" t="s"><v>99</v></c></row>'), Kind.SHEET),
    _("elements 100,000 deep", "a.docx", lambda: b.a_document("<a>" * 100_000 + "</a>" * 100_000), Kind.DOCUMENT),
    _("a document behind a password", "a.docx", b.OLE + bytes(999) + "EncryptedPackage".encode("utf-16-le"), R.ENCRYPTED),
    _("a workbook cut short", "a.xlsx", sheet()[:-30], R.DAMAGED),
)
PICTURES = (
    _("3,600 million pixels", "a.png", lambda: b.png(60_000, 60_000, zlib.compress(bytes(99))), R.TOO_MANY_PIXELS),
    _("90 million pixels", "a.png", lambda: b.png(10_000, 9_000, zlib.compress(bytes(99))), R.TOO_MANY_PIXELS),
    _("a TIFF of 3,600 million pixels", "a.tif", lambda: b.tiff(b.gray(60_000, 60_000)), R.TOO_MANY_PIXELS),
    _("a packed text of 100 MB in a PNG", "a.png", lambda: b.png(3, 3, before=b.chunk(b"zTXt", b"a\0\0" + b.flated(100 * b.MIB))), R.DAMAGED),
    _("a colour profile of 100 MB in a PNG", "a.png", lambda: b.png(3, 3, before=b.chunk(b"iCCP", b"a\0\0" + b.flated(100 * b.MIB))), R.DAMAGED),
    _("a JPEG cut short", "a.jpg", lambda: b.saved(size=(600, 400))[:9000], R.DAMAGED),
    _("a PNG cut short", "a.png", lambda: b.saved("PNG", (600, 400))[:9000], R.DAMAGED),
    _("a PNG with a wrong checksum in its head", "a.png", lambda: b.png(3, 3).replace(b"IHDR", b"IHDr"), R.DAMAGED),
    _("a HEIC cut short", "a.heic", lambda: b.saved("HEIF", (300, 200))[:-400], R.DAMAGED),
    _("a TIFF whose directories go in a circle", "a.tif", lambda: b.tiff(b.gray(4, 4), following=(8,)), Kind.IMAGE),
    _("a TIFF of two directories in a circle", "a.tif", lambda: b.tiff(b.gray(4, 4), b.gray(4, 4), following=(122, 8)), Kind.IMAGE),
    _("a TIFF that lies about a text", "a.tif", lambda: b.tiff([*b.gray(4, 4), (315, 2, 0xFFFFFFF0, 0)]), Kind.IMAGE),
    _("a WebP that moves", "a.webp", lambda: b.saved("WEBP", save_all=True, append_images=[b.Image.new("RGB", (60, 40), c) for c in ("red", "blue")]), Kind.IMAGE),
    _("a PNG that moves", "a.png", lambda: b.saved("PNG", save_all=True, append_images=[b.Image.new("RGB", (60, 40), "red")] * 3), R.CONTENT_UNKNOWN),
    _("notes of a camera full of rubbish", "a.jpg", lambda: b.saved(exif=b"Exif\0\0II*\0\x08\0\0\0" + b"\xff" * 3000), Kind.IMAGE),
    _("nothing at all", "a.jpg", b"", R.EMPTY),
    _("zeros", "a.jpg", bytes(5000), R.CONTENT_UNKNOWN),
)
POLYGLOTS = (
    _("GIF and script", "a.png", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//;", R.CONTENT_UNKNOWN),
    _("PDF and zip", "a.pdf", lambda: pdf() + b.a_zip([("a.html", HTML)]), Kind.PDF),
    _("PDF and web page", "a.pdf", lambda: b.a_pdf(b"", b"", b"(" + HTML + b")"), Kind.PDF),
    _("web page and PDF", "a.pdf", lambda: HTML + pdf(), R.ACTIVE_CONTENT),
    _("JPEG and web page", "a.jpg", lambda: b.jpeg_with(HTML), Kind.IMAGE),
    _("JPEG and zip", "a.jpg", lambda: picture("JPEG") + b.a_zip([("a.html", HTML)]), Kind.IMAGE),
    _("PNG and PHP", "a.png", lambda: b.png(3, 3, before=b.chunk(b"tEXt", b"a\0<?php system($_GET[0]); ?>")), Kind.IMAGE),
)
NAMES = (
    _("a name of 4,096 signs", "长" * 4092 + ".pdf", pdf(), Kind.PDF, "长" * 78 + ".pdf"),
    _("a zero in the name", "a\0.exe\0.pdf", pdf(), Kind.PDF, "a.exe.pdf"),
    _("a zero before the extension", "a.pdf\0.exe", pdf(), R.ACTIVE_CONTENT),
    _("a path", "../../../../etc/a.pdf", pdf(), Kind.PDF, "a.pdf"),
    _("a path of Windows", "C:\\fakepath\\..\\a.pdf", pdf(), Kind.PDF, "a.pdf"),
    _("a line end in the name", "a\r\nSet-Cookie: x=1.pdf", pdf(), Kind.PDF, "a Set-Cookie_ x=1.pdf"),
    _("faces and flags", "😀👨\u200d👩\u200d👧🇨🇳.pdf", pdf(), Kind.PDF, "😀👨👩👧🇨🇳.pdf"),
    _("control signs", "a\x1b[31m\x07\x08b.pdf", pdf(), Kind.PDF, "a[31mb.pdf"),
    _("a device of Windows", "CON.pdf", pdf(), Kind.PDF, "_CON.pdf"),
    _("a device with a full stop", "nul.tar.pdf", pdf(), Kind.PDF, "_nul.tar.pdf"),
    _("a hidden file", ".htaccess.pdf", pdf(), Kind.PDF, "htaccess.pdf"),
    _("only an extension", ".pdf", pdf(), R.NO_EXTENSION),
    _("only spaces", "   \u3000 ", pdf(), R.NO_EXTENSION),
    _("letters put together", "e\u0301te\u0301.pdf", pdf(), Kind.PDF, "été.pdf"),
    _("markup in the name", "<img src=x onerror=alert(8)>.pdf", pdf(), Kind.PDF, "_img src=x onerror=alert(8)_.pdf"),
    _("a formula in the name", "=cmd.pdf", pdf(), Kind.PDF, "=cmd.pdf"),
    _("quotes in the name", "a\";x='b.pdf", pdf(), Kind.PDF, "a_;x='b.pdf"),
    _("an extension in full width", "a.ＰＤＦ", pdf(), R.NO_EXTENSION),
)

CASES = (*DISGUISED, *PDFS, *OFFICE, *PICTURES, *POLYGLOTS, *NAMES)
