"""Requests to the services of a cloud whose processes die."""

import time
from collections import Counter

from keystoneauth1.exceptions import ClientException

from tests.functional.clouds import Cloud

#: Seconds until a process is there again, and until all that was accepted has ended.
PATIENCE = 420.0
_VERSIONS = {"compute": "compute 2.93", "block-storage": "volume 3.44"}


class Callers:
    """Sends requests as the user ``demo``; the services may be dead."""

    def __init__(self, cloud: Cloud) -> None:
        self._session = cloud.connection().session
        self._admin = cloud.admin.session
        self.counted: Counter = Counter()

    def send(self, service, method, path, body=None, admin=False):
        """Return the status and the document of an answer; None when there is no answer."""
        headers = {"OpenStack-API-Version": _VERSIONS.get(service, "")}
        try:
            answer = (self._admin if admin else self._session).request(
                path,
                method,
                json=body,
                headers=headers,
                endpoint_filter={"service_type": service, "interface": "public"},
                raise_exc=False,
                timeout=180,
            )
        except ClientException:
            return None
        try:
            return answer.status_code, answer.json() if answer.content else {}
        except ValueError:
            return answer.status_code, {}

    def ask(self, service, path, admin=False):
        """Return the document of an answer, which comes as soon as the service is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = self.send(service, "GET", path, admin=admin)
            if found is not None and found[0] < 500 and found[0] != 401:
                return found[1] if found[0] == 200 else None
            assert time.monotonic() < deadline, (service, path, found)
            time.sleep(1)
