"""A real Keystone, the one that ``computeapi up`` starts, with tokens of two projects."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from bench import processes, rows
from bench.processes import ProgramError
from bench.site import BOOTING_PROJECT
from computeapi.standalone import config
from computeapi.standalone.identity import Administrator
from computeapi.standalone.state import Settings, StateFolder, write_private

_PATIENCE = 120.0  # seconds
_USER = "demo"
#: name -> the id that the servers' rows have
_PROJECTS = {"reading": rows.PROJECT, "booting": BOOTING_PROJECT}


class Identity:
    """Keystone in a process of its own.

    :param folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self._state = StateFolder(folder / "keystone")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # A cloud's Keystone listens one above its API.
        self._settings = Settings(port=port - 1, driver="fake", host="bench")
        self._session = requests.Session()
        self._session.trust_env = False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start Keystone, and put users and projects into it.

        :raises ProgramError: when it does not start.
        """
        state = self._state
        state.create()
        state.save(self._settings)
        write_private(state.etc / "keystone.conf", config.keystone_conf(state))
        words = [sys.executable, "-m", "computeapi.standalone.keystone", state.path]
        with (state.logs / "keystone.log").open("wb") as log:
            self._process = subprocess.Popen(
                processes.command(words), stdout=log, stderr=log, env=processes.environment()
            )
        os.sched_setaffinity(self._process.pid, processes.cores()[1])
        self._await()
        Administrator(self._settings).register()
        self._make_projects()

    def stop(self) -> None:
        """End Keystone."""
        if self._process is not None:
            processes.stop(self._process)

    def token(self, project: str) -> str:
        """Return a token of a member of "reading" or "booting"."""
        return self._token(_USER, {"id": _PROJECTS[project]})

    @property
    def options(self) -> dict[str, str]:
        """The section ``[keystone_authtoken]`` of a service that asks this Keystone."""
        url = self._settings.endpoints["identity"]
        return {
            "auth_type": "password",
            "auth_url": url,
            "www_authenticate_uri": url,
            "username": "computeapi",
            "password": self._settings.passwords["computeapi"],
            "project_name": "service",
            "user_domain_id": "default",
            "project_domain_id": "default",
            "region_name": config.REGION,
            "interface": "internal",
            "service_token_roles": "service",
            "service_token_roles_required": "true",
        }

    def _await(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                if self._session.get(self._url(""), timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = processes.tail(self._state.logs / "keystone.log")
                raise ProgramError(f"Keystone does not start.\n{log}")

    def _url(self, path: str) -> str:
        return f"{self._settings.url('identity')}/v3{path}"

    def _token(self, user: str, project: dict[str, Any]) -> str:
        who = {"name": user, "domain": {"id": "default"},
               "password": self._settings.passwords[user]}  # fmt: skip
        identity = {"methods": ["password"], "password": {"user": who}}
        body = {"auth": {"identity": identity, "scope": {"project": project}}}
        answer = self._session.post(self._url("/auth/tokens"), json=body, timeout=30)
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def _send(self, method: str, path: str, token: str, body: object = None) -> Any:
        answer = self._session.request(
            method, self._url(path), json=body, headers={"X-Auth-Token": token}, timeout=30
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _make_projects(self) -> None:
        token = self._token("admin", {"name": "admin", "domain": {"id": "default"}})
        roles = self._send("GET", "/roles?name=member", token)["roles"]
        users = self._send("GET", f"/users?name={_USER}", token)["users"]
        with sqlite3.connect(self._state.path / "keystone" / "keystone.sqlite") as kept:
            for name, wanted in _PROJECTS.items():
                body = {"project": {"name": name, "domain_id": "default"}}
                given = self._send("POST", "/projects", token, body)["project"]["id"]
                grant = f"/projects/{given}/users/{users[0]['id']}/roles/{roles[0]['id']}"
                self._send("PUT", grant, token)
                # The rows are kept from run to run, and Keystone makes ids up.
                kept.execute("UPDATE project SET id = ? WHERE id = ?", (wanted, given))
                kept.execute(
                    "UPDATE assignment SET target_id = ? WHERE target_id = ?", (wanted, given)
                )
                kept.commit()
