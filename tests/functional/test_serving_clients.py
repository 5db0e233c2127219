"""Clients that are stricter than Python's, over connections that they keep."""

import asyncio
import json
import shutil
import subprocess

import aiohttp
import pytest

from tests.functional import api_process
from tests.functional.api_process import DEADLINE, FRONT_ENDS, SERVERS, TOKEN, Site, new_server

NODE = """
const [base, token, body] = process.argv.slice(1);
const headers = {"X-Auth-Token": token, "Content-Type": "application/json"};
const ask = async (method, path, more = {}) => {
  const answer = await fetch(base + path, {method, headers, ...more});
  const text = await answer.text();
  return [answer.status, text ? JSON.parse(text) : null];
};
const seen = [];
const [status, created] = await ask("POST", "/v2.1/servers", {body});
seen.push(status);
const server = `/v2.1/servers/${created.server.id}`;
for (const [method, path, more] of [
  ["GET", server], ["HEAD", server], ["GET", "/v2.1/servers/detail"], ["DELETE", server],
  ["GET", "/v2.1/servers/nowhere"], ["PUT", "/v2.1/limits", {body: "{}"}],
  ["POST", "/v2.1/servers", {body: "{"}], ["GET", "/v2.1/flavors", {headers: {}}],
]) seen.push((await ask(method, path, more))[0]);
console.log(JSON.stringify(seen));
"""
#: What both clients see, in the order of the requests above.
SEEN = [202, 200, 200, 200, 204, 404, 405, 400, 401]


@pytest.fixture(scope="module", params=SERVERS)
def site(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(folder, api_process.free_port(), server=request.param).write()
    with site.api("both"):
        yield site


@pytest.fixture(params=FRONT_ENDS)
def url(request, site):
    return f"http://127.0.0.1:{site.port}/{request.param}"


def program(name):
    """Return the path of a program; bindep.txt has the package that it comes with."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(*command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=DEADLINE, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_node(url):
    script = ["--input-type=module", "--eval", NODE, "--", url, TOKEN, new_server().decode()]
    assert json.loads(run(program("node"), *script)) == SEEN


def test_aiohttp(url):
    async def ask(session, method, path, **options):
        async with session.request(method, url + path, **options) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def asking():
        headers = {"X-Auth-Token": TOKEN, "Content-Type": "application/json"}
        connector = aiohttp.TCPConnector(limit=1)  # each answer ends where it says
        async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
            status, created = await ask(session, "POST", "/v2.1/servers", data=new_server())
            server = f"/v2.1/servers/{created['server']['id']}"
            seen = [status]
            for method, path, options in [
                ("GET", server, {}),
                ("HEAD", server, {}),
                ("GET", "/v2.1/servers/detail", {}),
                ("DELETE", server, {}),
                ("GET", "/v2.1/servers/nowhere", {}),
                ("PUT", "/v2.1/limits", {"data": b"{}"}),
                ("POST", "/v2.1/servers", {"data": b"{"}),
            ]:
                seen.append((await ask(session, method, path, **options))[0])
            nobody = {"headers": {"X-Auth-Token": ""}}
            return [*seen, (await ask(session, "GET", "/v2.1/flavors", **nobody))[0]]

    assert asyncio.run(asking()) == SEEN


def test_aiohttp_sends_chunks(url):
    async def parts():
        for byte in new_server():
            yield bytes([byte])

    async def asking():
        headers = {"X-Auth-Token": TOKEN, "Content-Type": "application/json"}
        asked = {"url": f"{url}/v2.1/servers", "data": parts()}
        async with aiohttp.ClientSession(headers=headers) as http, http.post(**asked) as answer:
            return answer.status, await answer.json()

    status, created = asyncio.run(asking())
    assert (status, list(created)) == (202, ["server"])


def test_curl_keeps_its_connection(url):
    one = ["--silent", "--header", f"X-Auth-Token: {TOKEN}", "--output", "/dev/null"]
    one += ["--write-out", "%{http_code} %{num_connects}\\n"]
    json_type = ["--header", "Content-Type: application/json"]
    requests = [
        [f"{url}/v2.1/servers", *json_type, "--data-binary", new_server().decode()],
        [
            f"{url}/v2.1/servers",
            *json_type,
            "--data-binary",
            "@-",
            "--header",
            "Expect: 100-continue",
        ],
        [f"{url}/v2.1/servers/detail"],
        [f"{url}/v2.1/servers/nowhere"],
        [f"{url}/v2.1", "--head"],
        [f"{url}/v2.1/flavors/1"],
        [f"{url}/v2.1/servers/nowhere", "--request", "DELETE"],
    ]
    command = [program("curl")]
    for number, request in enumerate(requests):
        command += [*(["--next"] if number else []), *one, *request]
    lines = run(*command, input=new_server().decode()).splitlines()
    assert lines == ["202 1", "202 0", "200 0", "404 0", "200 0", "200 0", "404 0"]
