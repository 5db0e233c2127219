"""A client of workers in a process with green threads, for the tests of each kind of messaging."""

import subprocess
import sys

_SCRIPT = """
import sys
import eventlet
eventlet.monkey_patch()
from computeapi import conf, messaging
from computeapi.domain import errors
url, host, timeout = sys.argv[1:]
conf = conf.load()
conf.set_override("transport_url", url, "messaging")
conf.set_override("call_timeout", float(timeout), "messaging")
client = messaging.rpc_client(conf)
hanging = eventlet.spawn(client.call, host, "hang")
eventlet.sleep(0.3)
client.cast(host)
client.cast("absent")
print(client.call(host, "ready"), hanging.dead)
try:
    hanging.wait()
except errors.Unavailable:
    print("unavailable")
"""


def check(url: str, host: str, timeout: float) -> None:
    """Check that a question is answered while another one hangs, which is given up in the end.

    :param url: of the messaging.
    :param host: whose worker answers True to ``ready``, and to ``hang`` not in time.
    :param timeout: seconds after which a question is given up.
    """
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCRIPT, url, host, str(timeout)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout.split() == ["True", "False", "unavailable"], ran.stderr
