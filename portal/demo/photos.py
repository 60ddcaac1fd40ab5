"""Photographs that were never taken: drawn scenes of meters, taps, pipes and boards, with the time in their EXIF data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import BytesIO
from random import Random

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter

from portal.demo.lettering import MARK, centred, fitted, font
from portal.documents import typeface

WIDTH, HEIGHT = 1200, 900
VARIANTS = 4
Pen = ImageDraw.ImageDraw
Colour = tuple[int, int, int]

_WORDS: tuple[tuple[str, str], ...] = (
    ("电表", "power_meter"), ("配电", "power_meter"), ("电能", "power_meter"), ("监测平台", "screen"), ("平台", "screen"), ("截图", "screen"),
    ("公示", "board"), ("宣传", "board"), ("标识", "board"), ("标语", "board"), ("活动", "board"), ("培训", "board"), ("志愿", "board"),
    ("灯", "lamps"), ("照明", "lamps"), ("空调", "lamps"), ("光伏", "panels"), ("可再生", "panels"), ("太阳能", "panels"),
    ("垃圾", "bins"), ("分类", "bins"), ("回收", "bins"), ("水龙头", "tap"), ("器具", "tap"), ("卫生间", "tap"), ("水表", "water_meter"),
    ("计量", "water_meter"), ("管网", "pipes"), ("管道", "pipes"), ("水泵", "pipes"), ("锅炉", "pipes"), ("机房", "pipes"),
    ("雨水", "garden"), ("绿化", "garden"), ("灌溉", "garden"), ("喷灌", "garden"), ("铺装", "garden"), ("充电", "panels"),
)  # fmt: skip


def scene_of(document_name: str) -> str:
    """The scene that the name of a photograph suggests; a tap when it suggests none."""
    return next((scene for word, scene in _WORDS if word in document_name), "tap")


def photo(rng: Random, *, document_name: str, holder: str, taken: datetime) -> bytes:
    """A JPEG of 1200 × 900 pixels with a caption as camera apps print it; `taken` is local time without zone."""
    image = _scene(scene_of(document_name), rng.randrange(VARIANTS)).copy()
    _caption(image, document_name=document_name, holder=holder, taken=taken)
    exif = Image.Exif()
    stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.ImageDescription] = "demonstration data"
    exif[ExifTags.Base.Model] = "Demonstration camera"
    exif[ExifTags.Base.DateTime] = stamp
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = stamp
    out = BytesIO()
    image.save(out, "JPEG", quality=66, exif=exif)
    return out.getvalue()


def _caption(image: Image.Image, *, document_name: str, holder: str, taken: datetime) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, HEIGHT - 132, WIDTH, HEIGHT), fill=(10, 20, 30, 150))
    white = (255, 255, 255)
    draw.text((32, HEIGHT - 118), document_name, font=fitted(document_name, width=760, largest=36, face=typeface.BOLD), fill=white)
    when = f"{taken:%Y-%m-%d %H:%M}　{holder}"
    draw.text((32, HEIGHT - 60), when, font=fitted(when, width=860, largest=26), fill=white)
    draw.rectangle((WIDTH - 220, HEIGHT - 96, WIDTH - 32, HEIGHT - 38), outline=white, width=2)
    centred(draw, MARK, x=WIDTH - 126, y=HEIGHT - 88, font=font(36), fill=white)


@cache
def _scene(name: str, variant: int) -> Image.Image:
    """A finished scene without caption; drawn once and shared."""
    rng = Random(f"{name} {variant}")
    wall: Colour = rng.choice(((214, 212, 204), (206, 212, 214), (220, 214, 200), (204, 210, 204)))
    image = Image.new("RGB", (WIDTH, HEIGHT), wall)
    draw = ImageDraw.Draw(image)
    _SCENES[name](draw, rng)
    image = image.filter(ImageFilter.GaussianBlur(1.1))
    # Light from the upper left and a little grain: flat colours would look like a diagram.
    light = Image.linear_gradient("L").rotate(rng.choice((-25, 25, 0))).crop((58, 58, 198, 198)).resize((WIDTH, HEIGHT))
    light = light.point(lambda value: int(255 - (value - 40) / 3) if value > 40 else 255)
    image = ImageChops.multiply(image, Image.merge("RGB", (light, light, light)))
    grain = Image.frombytes("L", (300, 225), rng.randbytes(300 * 225)).point(lambda value: value // 18).resize((WIDTH, HEIGHT))
    return ImageChops.subtract(image, Image.merge("RGB", (grain, grain, grain)))


def _tiles(draw: Pen, *, size: int, colour: Colour) -> None:
    for x in range(0, WIDTH, size):
        draw.line((x, 0, x, HEIGHT), fill=colour, width=3)
    for y in range(0, HEIGHT, size):
        draw.line((0, y, WIDTH, y), fill=colour, width=3)


def _water_meter(draw: Pen, rng: Random) -> None:
    y = 470 + rng.randint(-30, 30)
    draw.rectangle((0, y - 48, WIDTH, y + 48), fill=(96, 104, 112))
    draw.rectangle((0, y - 30, WIDTH, y - 14), fill=(150, 158, 164))
    for x in (250, 900):
        draw.rectangle((x, y - 74, x + 56, y + 74), fill=(168, 132, 60))
    draw.ellipse((370, y - 250, 850, y + 230), fill=(38, 74, 130))
    draw.ellipse((420, y - 200, 800, y + 180), fill=(245, 246, 240), outline=(30, 40, 60), width=8)
    reading = f"{rng.randint(1000, 99999):05d}"
    for place, digit in enumerate(reading):
        x = 476 + place * 54
        draw.rectangle((x, y - 110, x + 48, y - 44), fill=(22, 22, 26) if place < 4 else (190, 40, 36))
        draw.text((x + 10, y - 112), digit, font=font(54), fill=(250, 250, 250))
    draw.text((566, y - 30), "m³", font=font(44), fill=(30, 30, 30))
    for x in (520, 640, 730):
        draw.ellipse((x - 40, y + 50, x + 40, y + 130), outline=(170, 40, 36), width=5)
        draw.line((x, y + 90, x + rng.randint(-26, 26), y + 90 - rng.randint(8, 26)), fill=(170, 40, 36), width=6)
    draw.rectangle((880, y - 300, 1120, y - 200), fill=(250, 250, 246), outline=(20, 90, 60), width=5)
    draw.text((904, y - 280), f"二级表 {rng.randint(1, 40):02d}", font=font(44), fill=(20, 90, 60))


def _power_meter(draw: Pen, rng: Random) -> None:
    draw.rectangle((180, 60, 1020, 840), fill=(206, 208, 204), outline=(120, 122, 120), width=8)
    for row in range(2):
        for column in range(3):
            x, y = 230 + column * 260, 120 + row * 360
            draw.rectangle((x, y, x + 220, y + 310), fill=(240, 240, 236), outline=(90, 92, 96), width=5)
            draw.rectangle((x + 24, y + 40, x + 196, y + 120), fill=(150, 172, 140))
            draw.text((x + 34, y + 52), f"{rng.randint(100, 99999):07.1f}", font=font(40), fill=(30, 44, 30))
            draw.text((x + 56, y + 140), "kWh", font=font(40), fill=(60, 60, 64))
            draw.ellipse((x + 30, y + 230, x + 58, y + 258), fill=(200, 40, 36))
            draw.text((x + 80, y + 222), f"{rng.choice('照空动特')}-{rng.randint(1, 9)}", font=font(34), fill=(60, 60, 64))


def _tap(draw: Pen, rng: Random) -> None:
    _tiles(draw, size=150, colour=(170, 178, 182))
    draw.rectangle((0, 640, WIDTH, HEIGHT), fill=(226, 228, 228))
    draw.ellipse((250, 560, 950, 820), fill=(250, 251, 252), outline=(186, 190, 194), width=10)
    draw.ellipse((570, 690, 630, 730), fill=(120, 126, 130))
    metal = rng.choice(((150, 158, 166), (168, 172, 176), (132, 140, 150)))
    draw.rounded_rectangle((540, 300, 620, 600), 26, fill=metal)
    draw.rounded_rectangle((540, 280, 800, 360), 36, fill=metal)
    draw.rounded_rectangle((740, 330, 800, 410), 14, fill=metal)
    draw.ellipse((566, 300, 594, 328), fill=(30, 34, 40))
    draw.line((556, 370, 556, 590), fill=(220, 224, 228), width=8)
    draw.rectangle((120, 130, 420, 230), fill=(24, 110, 150))
    draw.text((140, 148), "节约每一滴水", font=font(45), fill=(255, 255, 255))


def _pipes(draw: Pen, rng: Random) -> None:
    draw.rectangle((0, 720, WIDTH, HEIGHT), fill=(132, 130, 126))
    for ordinal, colour in enumerate(((44, 110, 72), (44, 84, 150), (160, 60, 48))):
        x = 170 + ordinal * 290 + rng.randint(-20, 20)
        draw.rectangle((x, 0, x + 84, 720), fill=colour)
        draw.rectangle((x + 14, 0, x + 28, 720), fill=tuple(min(255, part + 60) for part in colour))
        for y in (140, 520):
            draw.rectangle((x - 22, y, x + 106, y + 34), fill=(92, 96, 100))
        draw.ellipse((x - 40, 290, x + 124, 454), outline=(190, 40, 36), width=18)
        draw.line((x - 30, 372, x + 114, 372), fill=(190, 40, 36), width=14)
    draw.ellipse((960, 260, 1140, 440), fill=(248, 248, 244), outline=(40, 44, 48), width=10)
    draw.line((1050, 350, 1050 + rng.randint(-60, 60), 290), fill=(190, 40, 36), width=7)
    draw.text((1012, 372), "MPa", font=font(36), fill=(40, 44, 48))


def _board(draw: Pen, rng: Random) -> None:
    draw.rectangle((110, 70, 1090, 720), fill=(120, 84, 52))
    draw.rectangle((140, 100, 1060, 690), fill=(26, 96, 78))
    centred(draw, rng.choice(("节能降碳　绿色发展", "节约用水　从我做起", "能源资源消费公示")), x=600, y=122, font=font(66, typeface.BOLD), fill=(250, 248, 226))
    for column in range(3):
        x = 180 + column * 290
        draw.rectangle((x, 240, x + 260, 650), fill=(250, 250, 244))
        if column == 1:
            for bar in range(5):
                high = rng.randint(60, 220)
                draw.rectangle((x + 24 + bar * 44, 600 - high, x + 54 + bar * 44, 600), fill=(52, 128, 166))
            draw.line((x + 16, 600, x + 246, 600), fill=(60, 60, 60), width=4)
        else:
            for row in range(9):
                draw.line((x + 22, 280 + row * 38, x + rng.randint(150, 236), 280 + row * 38), fill=(120, 124, 128), width=8)


def _lamps(draw: Pen, rng: Random) -> None:
    draw.polygon(((0, 0), (WIDTH, 0), (860, 420), (340, 420)), fill=(232, 234, 232))
    for row in range(4):
        y, half = 30 + row * 100, 420 - row * 78
        for side in (-1, 1):
            middle = 600 + side * half // 2
            draw.polygon(((middle - half // 4, y), (middle + half // 4, y), (middle + half // 5, y + 44), (middle - half // 5, y + 44)), fill=(255, 255, 246))
    draw.rectangle((340, 420, 860, 640), fill=(198, 196, 188))
    draw.polygon(((340, 640), (860, 640), (WIDTH, HEIGHT), (0, HEIGHT)), fill=(150, 140, 126))
    draw.rectangle((930, 420, 1060, 590), fill=(246, 246, 244), outline=(150, 150, 150), width=4)
    for row in range(2):
        draw.rectangle((950, 440 + row * 70, 1040, 490 + row * 70), fill=(220, 222, 220), outline=(150, 150, 150), width=3)
    draw.text((936, 600), rng.choice(("人走灯灭", "随手关灯")), font=font(32), fill=(30, 100, 70))


def _panels(draw: Pen, rng: Random) -> None:
    draw.rectangle((0, 0, WIDTH, 380), fill=(150, 190, 224))
    draw.ellipse((80 + rng.randint(0, 300), 60, 420, 150), fill=(238, 242, 246))
    draw.rectangle((0, 380, WIDTH, HEIGHT), fill=(170, 168, 160))
    for row in range(3):
        for column in range(4):
            x, y = 60 + column * 285 - row * 20, 300 + row * 170
            draw.polygon(((x + 50, y), (x + 290, y), (x + 240, y + 140), (x, y + 140)), fill=(26, 44, 92), outline=(200, 206, 212))
            for part in (1, 2, 3):
                draw.line((x + 50 + 60 * part, y, x + 60 * part, y + 140), fill=(96, 120, 170), width=3)
            draw.line((x + 25, y + 70, x + 265, y + 70), fill=(96, 120, 170), width=3)


def _bins(draw: Pen, rng: Random) -> None:
    draw.rectangle((0, 700, WIDTH, HEIGHT), fill=(160, 158, 150))
    kinds = (("可回收物", (34, 84, 160)), ("厨余垃圾", (40, 130, 72)), ("有害垃圾", (190, 44, 40)), ("其他垃圾", (96, 98, 102)))
    for ordinal, (text, colour) in enumerate(kinds):
        x = 70 + ordinal * 278 + rng.randint(-8, 8)
        draw.polygon(((x, 300), (x + 230, 300), (x + 206, 720), (x + 24, 720)), fill=colour)
        draw.rounded_rectangle((x - 12, 258, x + 242, 312), 18, fill=tuple(max(0, part - 22) for part in colour))
        draw.rectangle((x + 40, 400, x + 190, 560), fill=(250, 250, 248))
        for line, half in enumerate((text[:2], text[2:])):
            centred(draw, half, x=x + 115, y=412 + line * 68, font=font(60, typeface.BOLD), fill=colour)


def _garden(draw: Pen, rng: Random) -> None:
    draw.rectangle((0, 0, WIDTH, 330), fill=(176, 208, 230))
    draw.rectangle((0, 330, WIDTH, HEIGHT), fill=(96, 146, 76))
    for _ in range(260):
        x, y = rng.randint(0, WIDTH), rng.randint(340, HEIGHT)
        draw.line((x, y, x + rng.randint(-6, 6), y - rng.randint(10, 26)), fill=(70, rng.randint(110, 150), 60), width=4)
    draw.rounded_rectangle((760, 200, 1120, 640), 40, fill=(58, 110, 90))
    draw.text((800, 380), "雨水收集", font=font(68, typeface.BOLD), fill=(250, 250, 246))
    for x in (180, 430):
        draw.line((x, 640, x, 560), fill=(40, 44, 48), width=14)
        for spray in range(-5, 6):
            draw.arc((x - abs(spray) * 26, 470, x + abs(spray) * 26 + 2, 700), 180, 360, fill=(226, 240, 248), width=3)


def _screen(draw: Pen, rng: Random) -> None:
    draw.rectangle((60, 40, 1140, 760), fill=(20, 24, 30))
    draw.rectangle((90, 70, 1110, 730), fill=(16, 40, 66))
    centred(draw, "能耗在线监测（演示）", x=600, y=84, font=font(46, typeface.BOLD), fill=(214, 236, 250))
    points = [(130 + step * 44, 420 - rng.randint(0, 180)) for step in range(22)]
    draw.line(points, fill=(90, 214, 180), width=6)
    for bar in range(12):
        high = rng.randint(40, 190)
        draw.rectangle((140 + bar * 78, 690 - high, 184 + bar * 78, 690), fill=(74, 144, 226))


_SCENES: dict[str, Callable[[Pen, Random], None]] = {
    "water_meter": _water_meter,
    "power_meter": _power_meter,
    "tap": _tap,
    "pipes": _pipes,
    "board": _board,
    "lamps": _lamps,
    "panels": _panels,
    "bins": _bins,
    "garden": _garden,
    "screen": _screen,
}
