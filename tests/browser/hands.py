"""A person at a real browser: opens a page, fills in its form, presses its buttons and reads what the page then says."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

SAVED = "自动保存"
expect.set_options(timeout=20_000)
MAIN_FORM = "main form[method=post]"


def sign_in(page: Page, name: str, password: str) -> None:
    """Sign in on the sign-in page and wait for the page it leads to."""
    page.goto("/sign-in")
    page.fill("#sign_in", name)
    page.fill("#password", password)
    page.click("main button.btn-main")
    page.wait_for_url(lambda there: "/sign-in" not in there)


class Hands:
    """One person's window; every deed waits for the page that answers it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> "Hands":
        """Open an address; it answers as a page."""
        answer = self.page.goto(address)
        assert answer is not None and answer.ok, f"{address}: {answer and answer.status}\n{self.said()[:800]}"
        return self.is_ready()

    def is_ready(self) -> "Hands":
        """The page's scripts listen: a key typed before would be lost."""
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self

    def said(self) -> str:
        """What the page's main part says."""
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> "Hands":
        """Each of these stands on the page."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)
        return self

    def at(self, selector: str) -> Locator:
        """A place on the page."""
        return self.page.locator(selector)

    def fill(self, **values: str) -> "Hands":
        """Write into fields by their names."""
        for name, value in values.items():
            self.page.locator(f"main [name='{name}']").fill(value)
        return self

    def pick(self, name: str, value: str) -> "Hands":
        """Choose one value of a radio or checkbox by its label, as a finger does."""
        box = self.page.locator(f"main input[name='{name}'][value='{value}']").last
        if not box.is_checked():
            self.page.locator(f"main label:has(> input[name='{name}'][value='{value}'])").last.click()
        expect(box).to_be_checked()
        return self

    def press(self, selector: str) -> "Hands":
        """Press a button that sends its form; the next page must answer without refusing."""
        with self.page.expect_navigation() as answered:
            self.page.locator(selector).first.click()
        answer = answered.value
        assert answer is not None and answer.ok, f"{self.page.url}: {answer and answer.status}\n{self.said()[:1500]}"
        return self.is_ready()

    def send(self, action: str = "", button: str = "button:not([type=button])") -> "Hands":
        """Send the form with this action (the page's own when empty) by its first button, or the one given."""
        form = f"main form[action$='{action}']" if action else MAIN_FORM
        return self.press(f"{form} {button}")

    def is_saved(self, of: Any = None) -> "Hands":
        """The page says that it was saved."""
        expect(of or self.page.locator("[data-autosave-state]").first).to_contain_text(SAVED)
        return self

    def attach(self, action: str, files: list[dict[str, Any]]) -> "Hands":
        """Choose files at the upload with this action and see each of them arrive."""
        form = self.page.locator(f"form[data-upload][action$='{action}']")
        expect(form.locator("[data-plain]")).to_be_hidden()
        form.locator("input[type=file]").set_input_files(files)
        tiles = form.locator("[data-upload-tiles] > li")
        expect(tiles).to_have_count(len(files))
        expect(form.locator("[data-upload-tiles] .tag-done")).to_have_count(len(files))
        assert form.locator(".evi-fail").count() == 0
        return self
