"""A headless browser that looks at the screens of servers, and types into them."""

import shutil
import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

#: Chromium, by the names of its programs.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: Pixels that a line of text has on a VGA screen.
LINE = 16
#: Returns the share of bright pixels between two lines of the screen, from 0 to 1.
_BRIGHT = """
([top, bottom]) => {
    const canvas = document.querySelector("#screen canvas");
    if (!canvas || !canvas.width || canvas.height < bottom) return 0;
    const context = canvas.getContext("2d");
    const { data } = context.getImageData(0, top, canvas.width, bottom - top);
    let bright = 0;
    for (let at = 0; at < data.length; at += 4) {
        if (data[at] + data[at + 1] + data[at + 2] > 240) bright += 1;
    }
    return 4 * bright / data.length;
}
"""


def program():
    """Return the path of a browser, or None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Screen:
    """The page of noVNC, connected to a server."""

    def __init__(self, page):
        self._page = page

    def bright(self, first=0, last=24):
        """Return the share of bright pixels of some lines of text, from 0 to 1."""
        return self._page.evaluate(_BRIGHT, [first * LINE, last * LINE])

    def type(self, text):
        """Type a text as a person does: with the shift key where it takes one."""
        self._page.locator("#screen canvas").click()
        for char in text:
            key = {"\n": "Enter", ">": "Shift+>", " ": "Space"}.get(char, char)
            self._page.keyboard.press(key)
            # A guest without a processor of its own needs time for each key.
            time.sleep(0.05)

    def save(self, path):
        """Save a picture of the page."""
        self._page.screenshot(path=path)


@contextmanager
def page(seconds):
    """Open a browser with an empty page.

    :param seconds: that it waits for anything.
    """
    with sync_playwright() as playwright:
        # Chromium's sandbox wants more than a container has; the page is ours.
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            opened = browser.new_page(viewport={"width": 1280, "height": 900})
            opened.set_default_timeout(seconds * 1000)
            yield opened
        finally:
            browser.close()


@contextmanager
def screen(url, seconds):
    """Open the URL of a console in a browser."""
    with page(seconds) as opened:
        opened.goto(url)
        opened.wait_for_function(
            "document.querySelector('#status').textContent.startsWith('Connected')"
        )
        yield Screen(opened)
