"""Pictures of evidence stand upright, stay small and carry nothing but pixels."""

import io
import threading

import pytest
from PIL import Image, ImageCms
from reportlab.pdfgen.canvas import Canvas

from portal.imaging import CannotPicture, PdfEncrypted, TooManyPixels, has_picture, pdf_pages, preview, thumbnail


def saved(picture, format, **options):
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def a_pdf(pages=1, size=(595, 842), **options):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1, **options)
    for page in range(pages):
        canvas.setFillColorRGB(1, 0, 0) if page == 0 else canvas.setFillColorRGB(0, 0, 1)
        canvas.rect(0, 0, *size, fill=1, stroke=0)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def shown(content):
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "WEBP" and picture.mode == "RGB"
    return picture


def nearly(pixel, colour):
    return all(abs(one - two) < 24 for one, two in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((3000, 1500), 1600, (1600, 800)),
        ((100, 50), 1600, (100, 50)),
        ((1500, 3000), 320, (160, 320)),
        ((4000, 3), 320, (320, 1)),
    ],
)
def test_pictures_are_made_smaller_never_larger(size, longest, expected):
    content = saved(Image.new("RGB", size, "red"), "JPEG")
    assert shown(preview(content, mime="image/jpeg", longest=longest)).size == expected


def test_the_picture_stands_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise
    exif[0x010F] = "maker of the camera"
    exif.get_ifd(0x8825)[1] = "N"
    picture = Image.new("RGB", (80, 40), "red")
    picture.paste("blue", (0, 0, 40, 40))  # left half blue → top half once upright
    content = saved(picture, "JPEG", exif=exif, quality=95, comment=b"private words")
    assert b"maker of the camera" in content
    made = preview(content, mime="image/jpeg")
    upright = shown(made)
    assert upright.size == (40, 80)
    assert nearly(upright.getpixel((20, 10)), (0, 0, 255)) and nearly(upright.getpixel((20, 70)), (255, 0, 0))
    assert not upright.getexif() and "icc_profile" not in upright.info and "exif" not in upright.info
    assert b"maker" not in made and b"private" not in made and b"EXIF" not in made


@pytest.mark.parametrize(
    ("picture", "format", "mime", "colour"),
    [
        (Image.new("RGBA", (30, 30), (255, 0, 0, 0)), "PNG", "image/png", (255, 255, 255)),
        (Image.new("RGB", (30, 30), "red").quantize(4), "PNG", "image/png", (255, 0, 0)),
        (Image.new("I;16", (30, 30), 65535), "PNG", "image/png", (255, 255, 255)),
        (Image.new("I;16", (30, 30), 32768), "PNG", "image/png", (127, 127, 127)),
        (Image.new("1", (30, 30), 1), "TIFF", "image/tiff", (255, 255, 255)),
        (Image.new("CMYK", (30, 30), (0, 0, 0, 255)), "JPEG", "image/jpeg", (0, 0, 0)),
        (Image.new("L", (30, 30), 128), "JPEG", "image/jpeg", (128, 128, 128)),
        (Image.new("RGB", (30, 30), "blue"), "WEBP", "image/webp", (0, 0, 255)),
        (Image.new("RGB", (64, 64), "red"), "HEIF", "image/heic", (255, 0, 0)),
    ],
)
def test_every_mode_becomes_plain_colour(picture, format, mime, colour):
    assert nearly(shown(preview(saved(picture, format), mime=mime)).getpixel((15, 15)), colour)


def test_a_colour_profile_is_applied_and_a_broken_one_is_no_obstacle():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"broken"):
        content = saved(Image.new("RGB", (30, 30), "red"), "JPEG", icc_profile=icc)
        assert nearly(shown(preview(content, mime="image/jpeg")).getpixel((15, 15)), (255, 0, 0))


def test_pages_of_a_pdf():
    content = a_pdf(2)
    assert pdf_pages(content) == 2
    first, second = (shown(preview(content, mime="application/pdf", page=page)) for page in (1, 2))
    assert max(first.size) == 1600 and first.size[0] in (1130, 1131)
    assert nearly(first.getpixel((500, 500)), (255, 0, 0)) and nearly(second.getpixel((500, 500)), (0, 0, 255))
    assert max(shown(thumbnail(content, mime="application/pdf")).size) == 320
    for page in (0, 3):
        with pytest.raises(CannotPicture):
            preview(content, mime="application/pdf", page=page)


def test_a_page_as_large_as_a_wall_is_drawn_small():
    assert max(shown(preview(a_pdf(size=(14000, 9000)), mime="application/pdf")).size) == 1600


def test_pages_of_a_scan():
    content = saved(
        Image.new("RGB", (30, 30), "red"), "TIFF", save_all=True, append_images=[Image.new("RGB", (20, 20), "blue")]
    )
    assert shown(preview(content, mime="image/tiff", page=2)).size == (20, 20)
    with pytest.raises(CannotPicture):
        preview(content, mime="image/tiff", page=3)


def test_a_path_and_an_open_file_work_as_bytes_do(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(a_pdf())
    with path.open("rb") as file:
        file.read(10)
        assert (
            preview(file, mime="application/pdf")
            == preview(path, mime="application/pdf")
            == preview(path.read_bytes(), mime="application/pdf")
        )


def test_what_cannot_be_pictured_says_so():
    with pytest.raises(PdfEncrypted):
        pdf_pages(a_pdf(encrypt="secret"))
    for content, mime in ((b"x", "application/pdf"), (b"x", "image/png"), (b"x", "text/html"), (b"", "image/jpeg")):
        with pytest.raises(CannotPicture):
            preview(content, mime=mime)
    with pytest.raises(CannotPicture):  # one format under another's name
        preview(saved(Image.new("RGB", (9, 9)), "PNG"), mime="image/jpeg")
    assert has_picture("image/heic") and not has_picture("text/plain")


def test_a_picture_with_too_many_pixels_is_not_decoded():
    content = saved(Image.new("1", (10_000, 9_000)), "PNG")
    with pytest.raises(TooManyPixels) as refusal:
        preview(content, mime="image/png")
    assert refusal.value.pixels == 90_000_000


def test_many_threads_may_draw_at_once():
    content, results = a_pdf(3), []

    def draw(page):
        results.append(shown(preview(content, mime="application/pdf", page=page, longest=200)).size)

    threads = [threading.Thread(target=draw, args=(n % 3 + 1,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12 and set(map(max, results)) == {200}
