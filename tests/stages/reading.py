"""Read a PDF as a reader does: its text, without line breaks and spaces."""

import pypdfium2


def words(data: bytes) -> str:
    """All text of a PDF in one string without white space."""
    with pypdfium2.PdfDocument(data) as document:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
