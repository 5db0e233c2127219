"""A real Keystone, the one of ``computeapi up``, with tokens of projects of given ids."""

import configparser
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from computeapi.standalone import config
from computeapi.standalone.identity import Administrator
from computeapi.standalone.parts import table
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder, write_private
from testing import processes

_USER = "demo"


class Keystone:
    """Keystone in a process of its own.

    :param folder: an empty one.
    :param projects: the ids of the projects, by their names.
    :param on: the cores that it may use; by default all.
    """

    def __init__(
        self, folder: Path, projects: Mapping[str, str], on: set[int] | None = None
    ) -> None:
        self._projects = projects
        self._cores = on
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
        words: list[str | Path] = [
            sys.executable,
            "-m",
            "computeapi.standalone.keystone",
            state.path,
        ]
        log = state.logs / "keystone.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                processes.command(words), stdout=out, stderr=out, env=processes.environment()
            )
        if self._cores:
            os.sched_setaffinity(self._process.pid, self._cores)
        processes.wait_until(self._answers, self._process, log)
        Administrator(self._settings).register(table.registration(self._settings))
        self._make_projects()

    def stop(self) -> None:
        """End Keystone."""
        if self._process is not None:
            processes.stop(self._process)

    def token(self, project: str) -> str:
        """Return a token of a member of a project.

        :param project: its name.
        """
        return self._token(_USER, {"id": self._projects[project]})

    @property
    def options(self) -> dict[str, str]:
        """The section ``[keystone_authtoken]`` of a service that asks this Keystone."""
        made = configparser.RawConfigParser(default_section="")
        made.read_string(config.compute_conf(self._state, self._settings))
        return dict(made["keystone_authtoken"])

    def _answers(self) -> bool:
        try:
            return self._session.get(self._url(""), timeout=5).ok
        except requests.RequestException:
            return False

    def _url(self, path: str) -> str:
        return f"{self._settings.url('identity')}/v3{path}"

    def _token(self, user: str, project: dict[str, Any]) -> str:
        who = {"name": user, "domain": {"id": "default"},
               "password": self._settings.passwords[user]}  # fmt: skip
        identity = {"methods": ["password"], "password": {"user": who}}
        body: dict[str, Any] = {"auth": {"identity": identity, "scope": {"project": project}}}
        answer = self._session.post(self._url("/auth/tokens"), json=body, timeout=30)
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def _make_projects(self) -> None:
        """Give the user a project for each id of the rows; Keystone makes up ids of its own."""
        admin = self._token("admin", {"name": "admin", "domain": {"id": "default"}})
        self._session.headers["X-Auth-Token"] = admin
        roles, users = (
            self._session.get(self._url(path)).json()
            for path in ("/roles?name=member", f"/users?name={_USER}")
        )
        grantee = f"users/{users['users'][0]['id']}/roles/{roles['roles'][0]['id']}"
        with sqlite3.connect(self._state.path / "keystone" / "keystone.sqlite") as kept:
            for name, project_id in self._projects.items():
                body = {"project": {"name": name, "domain_id": "default"}}
                made = self._session.post(self._url("/projects"), json=body).json()
                given = made["project"]["id"]
                self._session.put(self._url(f"/projects/{given}/{grantee}")).raise_for_status()
                for table, column in (("project", "id"), ("assignment", "target_id")):
                    kept.execute(
                        f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (project_id, given)
                    )
                kept.commit()
        del self._session.headers["X-Auth-Token"]
