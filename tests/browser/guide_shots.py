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
    A desktop is drawn at `scale` times its size, that letters stay sharp: 1 where a picture grows too large; a phone at 1.
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
    scale: float = 1.25


_CASE = "main table a[href^='/apply/'] >> nth=1"
_TO_RECOMMEND = ("main a[href='/recommend/']", "main table a[href^='/recommend/'] >> nth=1")
_TO_SCREEN = ("main a[href='/screen/']", "main table a[href^='/screen/'] >> nth=2")
_SHEET = ("main a[href='/review/']", "main a.btn-main")
_VISIT = "main table a[href^='/visit/']"
_ON_SITE = ("/visit/", _VISIT, "main a[href$='/site']")

SHOTS: tuple[Shot, ...] = (
    Shot("apply-tasks", "applicant", ("main a[href='/apply/']", _CASE), height=860, at="main h1"),
    Shot("apply-item", "applicant", ("main a[href='/apply/']", _CASE, "main a[href$='/items/1.1a']"), height=900, at="main h1"),
    Shot("apply-phone", "applicant", ("main a[href='/apply/']", _CASE, "main a[href$='/items/2.8']"), PHONE, height=800, at="#evidence"),
    Shot("apply-sign", "signatory", ("main a[href='/apply/']", _CASE, "main a[href$='/check#sign']"), height=440, at="#sign"),
    Shot("recommend-queue", "district", _TO_RECOMMEND[:1], height=760, at="main h1"),
    Shot("recommend-scores", "district", _TO_RECOMMEND, height=860, at="main h1"),
    Shot("recommend-return", "district", (*_TO_RECOMMEND, "main a[href$='/return']"), height=820, at="main h1"),
    Shot("screen-check", "officer", _TO_SCREEN, height=860, at="main h1"),
    Shot("screen-supplement", "officer", (*_TO_SCREEN, "main a[href$='/supplement']"), height=820, at="main h1"),
    Shot("screen-board", "officer", ("main a[href*='tab=assign']", "/screen/assign", "main table a[href^='/screen/assign/']"),
         height=860, at="main h1"),
    Shot("review-queue", "expert1", _SHEET[:1], height=760, at="main h1"),
    Shot("review-sheet", "expert1", (*_SHEET, "main a[href$='item=2.1']"), height=780, scale=1),
    Shot("review-keys", "expert1", (*_SHEET, "[data-open-dialog=shortcuts]"), height=1080, element="#shortcuts", room=0),
    Shot("visit-site", "inspector", _ON_SITE, PHONE, height=844, at="main h1"),
    Shot("visit-item", "inspector", (*_ON_SITE, "main a[href$='/items/T2']"), PHONE, height=844, at="main h1"),
    Shot("visit-recheck", "team-leader", ("/visit/?tab=recheck", _VISIT, "main a[href$='/recheck']"), PHONE, height=844,
         at="main .before-after"),
    Shot("decide-board", "leader", ("/decide/board",), height=860, at="main h1"),
    Shot("decide-what-if", "leader", ("/decide/board", "input[name=mark] := 99", "main form:has(input[name=mark]) button"),
         element="main aside section:has(input[name=mark])"),
    Shot("decide-countersign", "countersign-finance", ("/decide/countersign", "main table a[href^='/decide/'] >> nth=1"),
         height=1080, at="main h1", scale=1),
    Shot("announce-queue", "officer", ("/announce/",), height=860, at="main h1"),
    Shot("announce-preview", "officer", ("/announce/", "main a[href='/announce/new/water-saving-2013']", "main button.btn-main"),
         height=860, at="main .gazette"),
    Shot("announce-objection", "officer", ("/announce/", "main a[href^='/announce/objections/']"), height=860, at="main h1"),
    Shot("certify-queue", "officer", ("/certify/",), height=784, at="main h1"),
    Shot("certify-case", "officer", ("/certify/register", "main table a[href^='/certify/'] >> nth=4"), height=800, at="main h1"),
    Shot("certify-terms", "officer", ("/certify/terms",), height=680, at="main h1"),
    Shot("administer-person", "administrator", ("/administer/?q=expert1", "main table a[href^='/administer/people/']"),
         height=860, at="main h1"),
    Shot("administer-round", "administrator", ("/administer/rounds", "main table a[href^='/administer/rounds/']"),
         height=900, at="main h1"),
    Shot("reports-board", "officer", ("/reports/",), height=900, at="main h1"),
)
