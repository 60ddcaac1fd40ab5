"""What the guides' pictures show: one entry for each picture, read by `python -m tests.browser.guide`.

A way begins at /desk, a visitor's (no `sign_in`) at the front page. Each step is clicked (a selector of Playwright that fits both languages: an address or a class, no
words), or opened when it begins with `/`, or written when it holds ` := `. No step may change the demonstration.
"""

from dataclasses import dataclass

DESK, PHONE = 1240, 390


@dataclass(frozen=True)
class Shot:
    """One picture: its file name without ending, who signs in, the way there, the window's width in px.

    `element` is photographed alone, with `room` px around it; without one, the window is, `height` px high, after scrolling
    `at` to its top. Every element that `marks` selects is outlined.
    """

    name: str
    sign_in: str
    way: tuple[str, ...] = ()
    width: int = DESK
    height: int = 0
    element: str = ""
    room: int = 12
    at: str = ""
    marks: str = ""


SHOTS: tuple[Shot, ...] = (
    Shot("apply-tasks", "applicant", ("main table a[href^='/apply/'] >> nth=1",), height=760),
)
