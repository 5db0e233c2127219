"""Horizon in a browser, as its users see it."""

from contextlib import contextmanager

import pytest
import yaml

from tests.functional import browser
from tests.functional.clouds import TIMEOUT, eventually

#: Of the server that is launched, and of its snapshot.
NAME = "walked"
SNAPSHOT = f"{NAME}-snapshot"
#: Seconds: a resize shuts an emulated guest down first.
ACTION_TIMEOUT = 3 * TIMEOUT


class Dashboard:
    """The dashboard in a browser, and the failures of its requests."""

    def __init__(self, cloud, page, pictures):
        settings = cloud.settings
        self.page = page
        self.url = f"http://127.0.0.1:{settings['port'] + settings['part_ports']['dashboard']}"
        self.failed = []
        self._pictures = pictures
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.failed.append(str(error)))

    def _note(self, response):
        # The page of images asks for the names of their owners, which Keystone tells no member of
        # another project.
        if response.status >= 400 and "/api/keystone/projects/" not in response.url:
            self.failed.append(f"{response.status} {response.url}")

    def picture(self, name):
        """Save a picture of the page once nothing is loaded any more; see ``_save``."""
        self.page.wait_for_load_state("networkidle")
        self._save(name)

    def _save(self, name):
        """Save a picture of the page; no request may have failed so far, no error may be shown."""
        self.page.screenshot(path=self._pictures / f"{name}.png")
        assert not self.failed, self.failed
        assert not self.page.locator(".alert-danger").all_inner_texts()

    def log_in(self, cloud):
        """Log in as the user demo of a cloud."""
        clouds = yaml.safe_load((cloud.path / "clouds.yaml").read_text())["clouds"]
        account = clouds["computeapi"]["auth"]
        self.page.goto(self.url)
        self.page.fill("#id_username", account["username"])
        self.page.fill("#id_password", account["password"])
        self.page.click("#loginBtn")
        self.page.wait_for_url("**/project/**")
        self.page.wait_for_selector("text=Limit Summary")

    def open(self, path):
        self.page.goto(self.url + path)

    def show(self, *panels):
        """Open panels of the project, and take a picture of each."""
        for panel in panels:
            self.open(f"/project/{panel}/")
            self.page.wait_for_selector(".page-header")
            self.picture(panel)

    def launch(self, choices):
        """Launch a server by the form, with the rows chosen in its steps."""
        self.page.click("text=Launch Instance")
        self.page.wait_for_selector(".modal-dialog")
        self.page.fill("#name", NAME)
        for step, row in choices.items():
            link = self.page.locator(".wizard-nav a", has_text=step)
            if link.count():
                link.click()
                offered = self.page.locator("tr:visible:has(.fa-arrow-up)", has_text=row)
                offered.first.locator("button:visible").last.click()
        self.page.locator(".wizard button:visible", has_text="Launch Instance").click()
        self.page.wait_for_selector(".modal-dialog", state="detached")

    def server(self, *texts):
        """Return the row of the server in the list, once it has all the texts."""
        row = self.page.locator(f"tr[id^='instances__row']:has-text('{NAME}')")
        for text in texts:
            row = row.filter(has_text=text)
        row.wait_for(timeout=ACTION_TIMEOUT * 1000)
        return row

    def act(self, action, *texts):
        """Choose an action of the server, once its row has all the texts."""
        row = self.server(*texts)
        button = row.locator(f"[id$='__action_{action}']")
        if not button.is_visible():
            row.locator("td.actions_column .dropdown-toggle").click()
        button.click()

    def choose(self, field, option):
        """Choose an option of a field that Horizon draws over a hidden one."""
        drawn = self.page.locator(f".themable-select:has(#{field})")
        drawn.locator("button").click()
        drawn.locator(".dropdown-menu a", has_text=option).click()

    def submit(self):
        """Send the form that is open."""
        self.page.locator(".modal-dialog .btn-primary:visible").click()
        self.page.wait_for_selector(".modal-dialog", state="detached")

    def screen(self, server):
        """Open the console of a server; return when the screen shows text."""
        self.open(f"/project/instances/{server}/?tab=instance_details__console")
        frame = self.page.frame_locator("#console_embed")
        frame.locator("#status", has_text="Connected").wait_for()
        frame.locator("#screen canvas").wait_for()
        console = browser.Screen(next(f for f in self.page.frames if "vnc" in f.url))
        eventually("text on the screen", lambda: console.bright() > 0.01)
        # The state "networkidle" may not come while the console is open; its text is there.
        self._save("console")


@contextmanager
def opened(cloud, pictures):
    """Open the dashboard of a cloud, as demo; what a test makes in it is deleted."""
    if not browser.program():
        pytest.skip("no Chromium here")
    try:
        with browser.page(TIMEOUT) as page:
            dashboard = Dashboard(cloud, page, pictures)
            dashboard.log_in(cloud)
            yield dashboard
    finally:
        for server in cloud.compute.servers(name=NAME):
            cloud.delete(server.id)
        images = cloud.connection().image
        for image in images.images(name=SNAPSHOT):
            images.delete_image(image)
