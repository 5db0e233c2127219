"""Consoles of a real guest, as users reach them: in a browser, and by a websocket.

``computeapi up`` serves all of it: the API, the console proxy and noVNC.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest

from tests.functional import browser
from tests.functional.clouds import TIMEOUT, eventually

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")

PASSWORD = "opensesame"


@pytest.fixture(scope="module")
def cloud(shared_cloud):
    return shared_cloud


@pytest.fixture(scope="module")
def server(cloud):
    """The id of a server of which root's password is known, and which is ready."""
    image = cloud.connection().image.find_image(cloud.settings["images"][0])
    flavor = cloud.compute.find_flavor("m1.nano")
    made = cloud.compute.create_server(
        name="seen",
        image_id=image.id,
        flavor_id=flavor.id,
        admin_password=PASSWORD,
        networks="auto",
    )
    cloud.compute.wait_for_server(made, wait=TIMEOUT)
    eventually("the login prompt", lambda: "seen login:" in cloud.console_log(made.id))
    yield made.id
    if cloud.compute.find_server(made.id):
        cloud.delete(made.id)


def url(cloud, kind):
    """Return the URL of a console, by the client's command."""
    return cloud.openstack(
        "console", "url", "show", f"--{kind}", "-f", "value", "-c", "url", "seen"
    ).strip()


class SerialLine:
    """A serial console by a websocket."""

    def __init__(self, console):
        self._console = console
        self.said = ""

    async def until(self, text):
        """Read until the guest has said a text; forget what it said up to there."""
        while text not in self.said:
            self.said += (await self._console.receive_bytes()).decode("utf-8", "replace")
        self.said = self.said.partition(text)[2]

    async def say(self, text):
        await self._console.send_bytes(text.encode())


def on_serial_line(address, talk):
    """Run a coroutine function on the serial console at a URL."""

    async def connected():
        async with aiohttp.ClientSession() as session, session.ws_connect(address) as console:
            return await asyncio.wait_for(talk(SerialLine(console)), TIMEOUT)

    # A thread of its own: the browser's library has an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, connected()).result()


def test_the_serial_console_logs_in_while_the_log_is_written(cloud, server):
    async def log_in(line):
        await line.say("\n")
        await line.until("login: ")
        await line.say("root\n")
        await line.until("Password: ")
        await line.say(f"{PASSWORD}\n")
        await line.until("# ")
        await line.say("echo $((6 * 7)) and counting\n")
        await line.until("42 and counting")
        await line.say("exit\n")
        await line.until("login: ")

    address = url(cloud, "serial")
    assert address.startswith("ws://127.0.0.1:")
    on_serial_line(address, log_in)
    assert "42 and counting" in cloud.console_log(server)
    # The URL works again, and the line is free.
    on_serial_line(address, talk_once)


async def talk_once(line):
    await line.say("\n")
    await line.until("login: ")


def test_a_browser_shows_the_screen_and_types_into_it(cloud, server, tmp_path):
    if not browser.program():
        pytest.skip("no Chromium here")

    async def draw(line, *commands):
        await line.say("\n")
        await line.until("login: ")
        await line.say("root\n")
        await line.until("Password: ")
        await line.say(f"{PASSWORD}\n")
        for command in commands:
            await line.until("# ")
            await line.say(f"{command}\n")
        await line.until("# ")
        await line.say("exit\n")
        await line.until("login: ")

    serial = url(cloud, "serial")
    with browser.screen(url(cloud, "novnc"), TIMEOUT) as screen:

        def shows(what, condition):
            eventually(what, condition, lambda: screen.save(tmp_path / "screen.png"))

        shows("text", lambda: screen.bright() > 0.01)
        paint = r"printf '\033[47m\033[2J' > /dev/tty1"
        on_serial_line(serial, lambda line: draw(line, paint))
        shows("a bright screen", lambda: screen.bright() > 0.9)
        clear = r"printf '\033[0m\033[2J\033[H' > /dev/tty1"
        on_serial_line(serial, lambda line: draw(line, clear))
        shows("a dark screen", lambda: screen.bright() < 0.01)
        screen.type("root\n")
        shows("the question for the password", lambda: screen.bright(1, 2) > 0.005)
        screen.type(f"{PASSWORD}\n")
        shows("the shell's prompt", lambda: screen.bright(2, 6) > 0)
        screen.type("echo typed in a browser > /dev/ttyS0\n")
        eventually(
            "the command's effect", lambda: "typed in a browser" in cloud.console_log(server)
        )


def test_a_url_dies_with_its_server(cloud, server):
    address = url(cloud, "serial")
    cloud.openstack("server", "delete", "--wait", "seen")

    async def refused():
        async with aiohttp.ClientSession() as session:
            await session.ws_connect(address)

    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        asyncio.run(refused())
    assert caught.value.status == 403
