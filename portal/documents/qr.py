"""QR codes drawn as one vector path, with their quiet zone."""
from typing import Literal

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

QUIET = 4                                # modules, as ISO/IEC 18004 asks


def draw(c: Canvas, x: float, y: float, side: float, data: str, color: Color, ground: Color,
         level: Literal["L", "M", "Q", "H"] = "M") -> float:
    """Draw `data` in a square of `side` points, quiet zone inside; returns the module size."""
    code = QrCodeWidget(data, barLevel=level).qr
    code.make()
    n, path = code.getModuleCount(), PDFPathObject()
    m = side / (n + 2 * QUIET)
    for r in range(n):
        start = None
        for k in range(n + 1):
            dark = k < n and bool(code.modules[r][k])
            if dark and start is None:
                start = k
            elif not dark and start is not None:
                path.rect(round(x + (start + QUIET) * m, 3),
                          round(y + side - (r + QUIET + 1) * m, 3),
                          round((k - start) * m, 3), round(m, 3))
                start = None
    c.saveState()
    c.setFillColor(ground)
    c.rect(x, y, side, side, stroke=0, fill=1)
    c.setFillColor(color)
    c.drawPath(path, stroke=0, fill=1)
    c.restoreState()
    return float(m)
