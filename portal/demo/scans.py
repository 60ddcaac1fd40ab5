"""Pages that look scanned: paper with a little dirt, a heading, and clauses or a table of the genre asked for."""

from __future__ import annotations

import math
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from portal.demo.lettering import DISCLAIMER, MARK, centred, fitted, font, lines
from portal.demo.scan_tables import rows_of
from portal.demo.texts import CLAUSES, PARAGRAPHS
from portal.documents import typeface

WIDTH, HEIGHT = 1000, 1414
MARGIN = 110
VARIANTS = 3
INK, GREY, RED = (40, 40, 46), (120, 122, 128), (190, 36, 32)


class Genre(StrEnum):
    """What kind of paper a document is; decides heading and body."""

    LETTER = "letter"
    RULES = "rules"
    LEDGER = "ledger"
    METERS = "meters"
    FIXTURES = "fixtures"
    REPORT = "report"
    RECORD = "record"
    SIGN_IN = "sign-in"
    CONTRACT = "contract"
    BILL = "bill"
    DIAGRAM = "diagram"


_PROSE = frozenset({Genre.LETTER, Genre.RULES, Genre.CONTRACT, Genre.REPORT})
_WORDS: tuple[tuple[str, Genre], ...] = (
    ("平面图", Genre.DIAGRAM), ("网络图", Genre.DIAGRAM), ("系统图", Genre.DIAGRAM), ("管网图", Genre.DIAGRAM), ("接线图", Genre.DIAGRAM),
    ("签到", Genre.SIGN_IN), ("培训", Genre.SIGN_IN),
    ("合同", Genre.CONTRACT), ("协议", Genre.CONTRACT), ("承诺", Genre.CONTRACT),
    ("账单", Genre.BILL), ("发票", Genre.BILL), ("缴费", Genre.BILL), ("票据", Genre.BILL), ("凭证", Genre.BILL),
    ("采购", Genre.BILL),
    ("制度", Genre.RULES), ("办法", Genre.RULES), ("规定", Genre.RULES), ("规程", Genre.RULES), ("管理规", Genre.RULES),
    ("记录", Genre.RECORD), ("巡查", Genre.RECORD), ("日志", Genre.RECORD), ("巡检", Genre.RECORD),
    ("测试", Genre.REPORT), ("审计", Genre.REPORT), ("报告", Genre.REPORT), ("检测", Genre.REPORT), ("总结", Genre.REPORT),
    ("器具", Genre.FIXTURES), ("灯具", Genre.FIXTURES), ("设备", Genre.FIXTURES),
    ("计量", Genre.METERS), ("水表", Genre.METERS), ("电表", Genre.METERS),
    ("台账", Genre.LEDGER), ("统计", Genre.LEDGER), ("报表", Genre.LEDGER), ("账", Genre.LEDGER),
    ("清单", Genre.FIXTURES), ("名册", Genre.SIGN_IN), ("名单", Genre.SIGN_IN),
)  # fmt: skip


def genre_of(document_name: str) -> Genre:
    """The genre that the name of a document suggests; a letter when it suggests none."""
    return next((genre for word, genre in _WORDS if word in document_name), Genre.LETTER)


def page(rng: Random, *, document_name: str, holder: str, dated: date, number: int) -> Image.Image:
    """The first page of a document of `holder`, RGB, 1000 × 1414 pixels."""
    genre = genre_of(document_name)
    image = _body(genre, rng.randrange(VARIANTS)).copy()
    draw = ImageDraw.Draw(image)
    middle = WIDTH // 2
    if genre in (Genre.LETTER, Genre.RULES):
        heading = f"{holder}文件"
        centred(draw, heading, x=middle, y=110, fill=RED,
                font=fitted(heading, width=WIDTH - 2 * MARGIN, largest=58, face=typeface.BOLD))
        centred(draw, f"示例〔{dated.year}〕{number}号", x=middle, y=208, font=font(25), fill=INK)
        draw.line((MARGIN, 256, WIDTH - MARGIN, 256), fill=RED, width=4)
        top = 292
    else:
        draw.text((MARGIN, 262), f"单位：{holder}", font=fitted(f"单位：{holder}", width=520, largest=24), fill=INK)
        draw.text((WIDTH - MARGIN - 250, 262), f"日期：{dated.year}年{dated.month}月{dated.day}日", font=font(24), fill=INK)
        top = 150
    centred(draw, document_name, x=middle, y=top, fill=INK,
            font=fitted(document_name, width=WIDTH - 2 * MARGIN, largest=42, face=typeface.BOLD))
    signature = font(25)
    for offset, text in enumerate((holder, f"{dated.year}年{dated.month}月{dated.day}日")):
        draw.text((WIDTH - MARGIN - signature.getlength(text), 1200 + 40 * offset), text, font=signature, fill=INK)
    return image


def jpeg(image: Image.Image, *, quality: int = 58) -> bytes:
    """The picture as a JPEG file."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def pdf(rng: Random, *, document_name: str, holder: str, today: date) -> bytes:
    """A scanned PDF of one to three pages, each laid a little askew on the glass; no text layer, as scanners leave none."""
    dated = today - timedelta(days=rng.randint(30, 700))
    first = page(rng, document_name=document_name, holder=holder, dated=dated, number=rng.randint(3, 88))
    sheets = [jpeg(first)]
    genre = genre_of(document_name)
    if genre is not Genre.BILL:
        sheets += [_following(genre, rng.randrange(VARIANTS)) for _ in range(rng.choice((0, 1, 1, 2)))]
    pages = [(sheet, math.radians(rng.uniform(-0.9, 0.9))) for sheet in sheets]
    return _bound(pages, title=document_name, holder=holder)


def _bound(pages: list[tuple[bytes, float]], *, title: str, holder: str) -> bytes:
    """A PDF 1.4 of JPEG pages turned by their angles (radians) on A4, as office scanners write it.

    Written by hand: the library would decode every picture only to find out that it can be embedded as it is.
    """
    wide, high, scale = 595.28, 841.89, 0.985
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for picture, angle in pages:
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        a, b, c, d = wide * cos, wide * sin, -high * sin, high * cos
        e, f = wide / 2 - (a + c) / 2, high / 2 - (b + d) / 2
        drawing = (
            f"0.86 g 0 0 {wide} {high} re f q {a:.4f} {b:.4f} {c:.4f} {d:.4f} {e:.4f} {f:.4f} cm /P Do Q".encode()
        )
        number = len(objects) + 1
        kids.append(number)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {number + 1} 0 R"
            f" /Resources << /XObject << /P {number + 2} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
            b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (WIDTH, HEIGHT, len(picture), picture),
        ]
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    texts = {"Title": title, "Author": holder, "Subject": MARK}
    info = " ".join(f"/{key} <FEFF{text.encode('utf-16-be').hex().upper()}>" for key, text in texts.items())
    objects.append(f"<< {info} >>".encode())
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(objects), table)
    return bytes(out)


@cache
def _paper(variant: int) -> Image.Image:
    """Empty paper: warm white with grain and one soft shadow at an edge."""
    rng = Random(f"paper {variant}")
    grain = Image.frombytes("L", (250, 354), rng.randbytes(250 * 354)).resize((WIDTH, HEIGHT))
    grain = grain.point(lambda value: value // 40)
    shade = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(shade)
    for x in range(36):
        draw.line((x, 0, x, HEIGHT), fill=(36 - x) // 2)
    dirt = ImageChops.add(grain, shade if variant % 2 else shade.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    return ImageChops.subtract(Image.new("RGB", (WIDTH, HEIGHT), (251, 250, 245)), Image.merge("RGB", (dirt, dirt, dirt)))


@cache
def _body(genre: Genre, variant: int) -> Image.Image:
    """Everything of a first page that does not name the holder; drawn once and shared."""
    rng = Random(f"{genre} {variant}")
    image = _paper(variant).copy()
    draw = ImageDraw.Draw(image)
    _fill(draw, rng, genre, top=400 if genre in (Genre.LETTER, Genre.RULES) else 325, bottom=1150)
    _marks(draw)
    _stamp(draw, rng)
    return image.filter(ImageFilter.GaussianBlur(0.5))


@cache
def _following(genre: Genre, variant: int) -> bytes:
    """A second page as a finished JPEG; it names nobody and is shared by all documents of the genre."""
    rng = Random(f"next {genre} {variant}")
    image = _paper(variant).copy()
    draw = ImageDraw.Draw(image)
    table = genre if genre not in _PROSE | {Genre.DIAGRAM} else rng.choice((Genre.FIXTURES, Genre.METERS, Genre.RECORD))
    draw.text((MARGIN, 120), f"附表{variant + 1}", font=font(30, typeface.BOLD), fill=INK)
    _table(draw, rows_of(rng, table.value), top=190, bottom=1250)
    _marks(draw)
    return jpeg(image.filter(ImageFilter.GaussianBlur(0.5)))


def _fill(draw: ImageDraw.ImageDraw, rng: Random, genre: Genre, *, top: int, bottom: int) -> None:
    if genre in _PROSE and genre is not Genre.REPORT:
        _clauses(draw, rng, genre, top=top, bottom=bottom)
    elif genre is Genre.DIAGRAM:
        _diagram(draw, rng, top=top + 20)
    elif genre is Genre.REPORT:
        _clauses(draw, rng, genre, top=top, bottom=top + 330)
        _table(draw, rows_of(rng, genre.value), top=top + 370, bottom=bottom)
    else:
        _table(draw, rows_of(rng, genre.value), top=top, bottom=bottom)


def _clauses(draw: ImageDraw.ImageDraw, rng: Random, genre: Genre, *, top: int, bottom: int) -> None:
    text_font, y = font(26), top
    articles = genre in (Genre.RULES, Genre.CONTRACT)
    source = CLAUSES if articles else tuple(rng.sample(PARAGRAPHS, k=len(PARAGRAPHS)))
    for ordinal, text in enumerate(source):
        number = "一二三四五六七八九十"[ordinal % 10] if ordinal < 10 else "十一"
        numbered = f"　　第{number}条　{text}" if articles else f"　　{number}、{text}"
        for line in lines(numbered, width=WIDTH - 2 * MARGIN, font=text_font):
            if y + 44 > bottom:
                return
            draw.text((MARGIN, y), line, font=text_font, fill=INK)
            y += 44


def _table(draw: ImageDraw.ImageDraw, rows: list[tuple[str, ...]], *, top: int, bottom: int) -> None:
    """Ruled rows; the first is the head. Rows that do not fit are left out."""
    widest = [max(len(row[column]) + 1 for row in rows) for column in range(len(rows[0]))]
    unit = (WIDTH - 2 * MARGIN) / sum(widest)
    edges = [MARGIN + round(unit * sum(widest[:column])) for column in range(len(widest) + 1)]
    height, y = 42, top
    for ordinal, row in enumerate(rows):
        if y + height > bottom:
            break
        for column, text in enumerate(row):
            room = edges[column + 1] - edges[column] - 10
            face = typeface.BOLD if ordinal == 0 else typeface.SONG
            centred(draw, text, x=(edges[column] + edges[column + 1]) // 2, y=y + 8, fill=INK,
                    font=fitted(text, width=room, largest=22, smallest=11, face=face))
        draw.line((MARGIN, y, WIDTH - MARGIN, y), fill=INK, width=3 if ordinal < 2 else 1)
        y += height
    draw.line((MARGIN, y, WIDTH - MARGIN, y), fill=INK, width=3)
    for edge in edges[1:-1]:
        draw.line((edge, top, edge, y), fill=INK, width=1)


def _diagram(draw: ImageDraw.ImageDraw, rng: Random, *, top: int) -> None:
    """Three levels of meters: the main one, functional areas, equipment."""
    areas = rng.sample(("办公楼", "食堂", "综合楼", "绿化", "设备间", "公共卫生间"), k=4)
    middle, areas_at, ends_at = WIDTH // 2, top + 250, top + 500
    _box(draw, "市政供水 一级表", x=middle, y=top, half=140)
    draw.line((middle, top + 70, middle, top + 170), fill=INK, width=3)
    for column, area in enumerate(areas):
        x = MARGIN + 100 + column * 195
        draw.line((middle, top + 170, x, top + 170, x, areas_at), fill=INK, width=3)
        _box(draw, f"{area} 二级表", x=x, y=areas_at, half=86)
        for part in (-1, 1):
            end = x + part * 46
            draw.line((x, areas_at + 70, x, areas_at + 150, end, areas_at + 150, end, ends_at), fill=INK, width=2)
            _box(draw, f"YS-{rng.randint(10, 99)}", x=end, y=ends_at, half=42)


def _box(draw: ImageDraw.ImageDraw, text: str, *, x: int, y: int, half: int) -> None:
    draw.rectangle((x - half, y, x + half, y + 70), outline=INK, width=3)
    centred(draw, text, x=x, y=y + 20, fill=INK, font=fitted(text, width=2 * half - 10, largest=26, smallest=12))


def _marks(draw: ImageDraw.ImageDraw) -> None:
    """The demonstration mark in the corner and the sentence at the foot."""
    mark = font(26, typeface.BOLD)
    left = WIDTH - MARGIN - 140
    draw.rectangle((left, 46, WIDTH - MARGIN, 90), outline=GREY, width=2)
    draw.text((left + 18, 52), MARK, font=mark, fill=GREY)
    centred(draw, DISCLAIMER, x=WIDTH // 2, y=1350, font=font(20), fill=GREY)


def _stamp(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    """A square where a seal would be: it says demonstration, for a seal is never imitated."""
    x, y = WIDTH - MARGIN - 330 + rng.randint(-20, 20), 1160 + rng.randint(-8, 8)
    draw.rectangle((x, y, x + 130, y + 130), outline=(208, 84, 78), width=4)
    for offset, text in enumerate(("演示", "印样")):
        draw.text((x + 25, y + 14 + 52 * offset), text, font=font(40, typeface.KAI), fill=(208, 84, 78))
