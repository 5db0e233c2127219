"""Horizon, used in a browser."""

import pytest
import yaml

from tests.functional import browser
from tests.functional.clouds import TIMEOUT, eventually

NAME = "walked"


@pytest.fixture(scope="module")
def cloud(user_mode_cloud):
    return user_mode_cloud


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
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def picture(self, name):
        """Save a picture of the page; no request may have failed so far, no error may be shown."""
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self._pictures / f"{name}.png")
        assert not self.failed
        assert not self.page.locator(".alert-danger").all_inner_texts()

    def log_in(self, user, password):
        self.page.goto(self.url)
        self.page.fill("#id_username", user)
        self.page.fill("#id_password", password)
        self.page.click("#loginBtn")
        self.page.wait_for_url("**/project/**")

    def open(self, path):
        self.page.goto(self.url + path)

    def launch(self, name, choices):
        """Launch a server by the form, with the rows chosen in its steps."""
        self.page.click("text=Launch Instance")
        self.page.wait_for_selector(".modal-dialog")
        self.page.fill("#name", name)
        for step, row in choices.items():
            link = self.page.locator(".wizard-nav a", has_text=step)
            if link.count():
                link.click()
                line = self.page.locator("tr:visible", has_text=row).first
                line.locator("button:visible").last.click()
        self.page.locator(".wizard button:visible", has_text="Launch Instance").click()
        self.page.wait_for_selector(".modal-dialog", state="detached")


@pytest.fixture
def dashboard(cloud, tmp_path):
    if not browser.program():
        pytest.skip("no Chromium here")
    with browser.page(TIMEOUT) as page:
        yield Dashboard(cloud, page, tmp_path)
    for server in cloud.compute.servers(name=NAME):
        cloud.delete(server.id)


def test_server_is_launched_and_its_console_opened(cloud, dashboard):
    clouds = yaml.safe_load((cloud.path / "clouds.yaml").read_text())["clouds"]
    account = clouds["computeapi"]["auth"]
    page = dashboard.page
    dashboard.log_in(account["username"], account["password"])
    page.wait_for_selector("text=Limit Summary")
    dashboard.picture("overview")
    dashboard.open("/project/instances/")
    image = cloud.settings["images"][0]
    dashboard.launch(NAME, {"Source": image, "Flavor": "m1.nano", "Networks": "private"})
    page.wait_for_selector(f"tr:has-text('{NAME}'):has-text('Active')")
    dashboard.picture("instances")
    server = cloud.compute.find_server(NAME).id
    dashboard.open(f"/project/instances/{server}/")
    page.wait_for_selector(f"dd:has-text('{server}')")
    dashboard.picture("instance")
    if cloud.is_real:
        dashboard.open(f"/project/instances/{server}/?tab=instance_details__console")
        screen = page.frame_locator("#console_embed")
        screen.locator("#status", has_text="Connected").wait_for()
        screen.locator("#screen canvas").wait_for()
        dashboard.picture("console")
    dashboard.open("/project/volumes/")
    page.wait_for_selector("h1:has-text('Volumes')")
    dashboard.picture("volumes")
    cloud.delete(server)
    eventually("its end", lambda: not cloud.compute.find_server(server))
