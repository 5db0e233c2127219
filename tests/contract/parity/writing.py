"""The requests that make, change and delete."""

import itertools
from collections.abc import Iterator

from computeapi.api.history import BOUNDARIES
from tests.contract.parity.steps import (
    ACTION,
    ADMIN,
    MEMBER,
    NEWEST,
    NOBODY,
    OTHER,
    READER,
    SERVERS,
    VNC,
    WORK,
    Step,
    flavor,
    keypair,
    new,
)


def the_life_of_servers() -> Iterator[Step]:
    """Yield what makes, changes and deletes."""
    yield Step("POST", "/v2.1/os-keypairs", {"keypair": {"name": "made"}})
    yield Step("POST", "/v2.1/os-keypairs", keypair(type="ssh"), version="2.2")
    yield Step("POST", "/v2.1/os-keypairs", keypair(name="c", user_id="bob"), ADMIN, NEWEST)
    for bad in ({"name": "made"}, {"name": "a/b"}, {"public_key": "x"}, {"type": "x"}, {"x": 1}):
        yield Step("POST", "/v2.1/os-keypairs", keypair(**bad), version="2.2")
    much = {"key_name": "made", "metadata": {"a": "b"}, "config_drive": "yes",
            "accessIPv4": "192.0.2.1", "user_data": "aGVsbG8="}  # fmt: skip
    yield Step("POST", SERVERS, new(**much), save="web")
    yield Step("POST", SERVERS, new(name="é b", max_count=2, adminPass="p"), save="many")
    yield Step("POST", SERVERS, new(min_count=2, return_reservation_id=True))
    yield Step("POST", SERVERS, new(flavorRef="5"), ADMIN, save="failed")
    yield Step("GET", f"{SERVERS}/detail")
    yield WORK
    for bad in ({"name": ""}, {"flavorRef": "none"}, {"imageRef": NOBODY}, {"key_name": "none"},
                {"min_count": 99}, {"x": 1}, {"metadata": {"a": 1}}, {"networks": "auto"},
                {"availability_zone": "nova:host1"}, {"availability_zone": "x"},
                {"user_data": "?"}, {"personality": [{}]}, {"flavorRef": "secret"}):  # fmt: skip
        yield Step("POST", SERVERS, new(**bad))
    for token in (READER, OTHER, ADMIN):
        yield Step("PUT", f"{SERVERS}/$web", {"server": {"name": "door"}}, token, "2.9")
        yield Step("POST", ACTION, {"os-start": None}, token)
        yield Step("POST", ACTION, {"os-getConsoleOutput": {"length": 2}}, token)
        yield Step("POST", f"{SERVERS}/$web/remote-consoles", VNC, token, NEWEST)
    for body in ({"os-start": {}}, {"reboot": {"type": "soft"}}, {"os-stop": None}, {"reboot": {}},
                 {"os-stop": None, "reboot": {}}, {"fly": 1}, {"os-getConsoleOutput": {}},
                 {"reboot": {"type": "HARD"}}):  # fmt: skip
        yield Step("POST", ACTION, body)
        yield Step("GET", f"{SERVERS}/$web")
        yield WORK
        yield Step("GET", f"{SERVERS}/$web", token=ADMIN, version=NEWEST)
    yield from rebuilds()
    yield from administering()
    yield from consoles()
    yield Step("DELETE", f"{SERVERS}/$many", token=READER)
    yield Step("DELETE", f"{SERVERS}/$many")
    yield Step("GET", f"{SERVERS}/$many")
    yield WORK
    yield Step("DELETE", f"{SERVERS}/$many")
    yield Step("POST", "/v2.1/flavors", flavor(id="f", swap=5), ADMIN)
    for bad in ({}, {"id": "f"}, {"ram": 0}, {"name": " "}, {"x": 1}, {"vcpus": "1", "name": "g"}):
        yield Step("POST", "/v2.1/flavors", flavor(**bad), ADMIN)
        yield Step("POST", "/v2.1/flavors", flavor(**bad))


def rebuilds() -> Iterator[Step]:
    """Yield rebuilds, at every microversion, and malformed ones."""
    image = {"imageRef": "11111111-1111-4111-8111-111111111111", "adminPass": "p"}
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        yield Step("POST", ACTION, {"rebuild": image}, token, str(version))
        yield WORK
    for wanted in (None, {}, {"adminPass": "p"}, {"adminPass": None}, {"x": 1}, [], "a",
                   {"rescue_image_ref": NOBODY}, {"rescue_image_ref": "demo"}):  # fmt: skip
        yield Step("POST", ACTION, {"rescue": wanted})
        yield WORK
        yield Step("GET", f"{SERVERS}/$web", version=NEWEST)
        yield Step("POST", ACTION, {"unrescue": wanted})
        yield WORK
    for bad in ({"description": None}, {"key_name": None}, {"user_data": None}, {"hostname": "h"},
                {"personality": []}, {"trusted_image_certificates": ["a"]}):  # fmt: skip
        for version in BOUNDARIES:
            yield Step("POST", ACTION, {"rebuild": image | bad}, version=str(version))
        yield WORK


def administering() -> Iterator[Step]:
    """Yield what administrators see of a server and do to it, at every microversion."""
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        for path in ("diagnostics", "topology", "os-server-password", "diagnostics?x=1"):
            yield Step("GET", f"{SERVERS}/$web/{path}", token=token, version=str(version))
        yield Step("POST", ACTION, {"trigger_crash_dump": None}, token, str(version))
        yield WORK
    for name in ("changePassword", "trigger_crash_dump", "injectNetworkInfo", "restore"):
        for wanted in (
            None,
            {},
            {"adminPass": "p"},
            {"adminPass": None},
            {"adminPass": 1},
            [],
            "a",
        ):
            yield Step("POST", ACTION, {name: wanted}, ADMIN, NEWEST)
            yield WORK
    for zone in (None, "nova", "x", "", 1, []):
        body = {"server": {"pinned_availability_zone": zone}}
        yield Step("PUT", f"{SERVERS}/$web", body, version=NEWEST)


def consoles() -> Iterator[Step]:
    """Yield the ways to open consoles, at every microversion that changes one."""
    kinds = itertools.product(
        ("vnc", "serial", "spice", "rdp", "mks"), ("novnc", "serial", "webmks")
    )
    for (protocol, kind), version in itertools.product(kinds, BOUNDARIES):
        wanted = {"remote_console": {"protocol": protocol, "type": kind}}
        yield Step("POST", f"{SERVERS}/$web/remote-consoles", wanted, version=str(version))
    actions = {"VNC": "novnc", "Serial": "serial", "SPICE": "spice-html5", "RDP": "rdp-html5"}
    for (name, kind), version in itertools.product(actions.items(), BOUNDARIES):
        yield Step("POST", ACTION, {f"os-get{name}Console": {"type": kind}}, version=str(version))
    for version, token in itertools.product(BOUNDARIES, (MEMBER, ADMIN)):
        yield Step("GET", f"/v2.1/os-console-auth-tokens/{NOBODY}", None, token, str(version))


def attachments() -> Iterator[Step]:
    """Yield requests about what other services attach to a server, at every microversion."""
    bodies = {
        "os-interface": ({}, {"interfaceAttachment": {"tag": "t"}}),
        "os-volume_attachments": (
            {"volumeAttachment": {"volumeId": NOBODY, "delete_on_termination": True}},
            {"volumeAttachment": {"volumeId": NOBODY, "tag": "t", "device": "vdb"}},
        ),
        "shares": ({"share": {"share_id": NOBODY}}, {"share": {"share_id": NOBODY, "tag": "_"}}),
    }
    for version in map(str, BOUNDARIES):
        yield Step("GET", f"{SERVERS}/$web/os-security-groups?a=b", version=version)
        for noun, wanted in bodies.items():
            path = f"{SERVERS}/$web/{noun}"
            yield Step("GET", path, version=version)
            for method, body in itertools.product(("POST", "PUT"), wanted):
                yield Step(method, path, body, version=version)
                yield Step(method, f"{path}/{NOBODY}", body, ADMIN, version)
            for method in ("GET", "DELETE"):
                yield Step(method, f"{path}/{NOBODY}", version=version)
        for name in ("addFloatingIp", "removeFloatingIp", "removeFixedIp"):
            yield Step("POST", ACTION, {name: {"address": "192.0.2.7"}}, version=version)


def the_end() -> Iterator[Step]:
    """Yield what deletes the rest."""
    for token, version in itertools.product((MEMBER, ADMIN), (None, "2.2", NEWEST)):
        yield Step("DELETE", "/v2.1/flavors/f", token=token, version=version)
        yield Step("DELETE", "/v2.1/os-keypairs/made", token=token, version=version)
        yield Step("DELETE", "/v2.1/os-keypairs/k?user_id=alice", token=token, version=version)
        yield Step("DELETE", f"{SERVERS}/$failed", token=token, version=version)
    yield Step("POST", "/-/lose-host")
    yield Step("GET", "/v2.1/os-availability-zone/detail", token=ADMIN)
    yield Step("DELETE", f"{SERVERS}/$web")
    yield Step("GET", f"{SERVERS}/detail?all_tenants=1&deleted=1", token=ADMIN, version=NEWEST)
