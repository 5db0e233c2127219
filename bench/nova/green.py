"""Green threads for Nova, as its API had them for most of its life."""

import os
import socket

import eventlet

# What Nova itself looks at before it patches, or refuses to run patched.
os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "false"
eventlet.monkey_patch()


def listen() -> socket.socket:
    """Open a listening socket with the options that the service's own has."""
    sock: socket.socket = eventlet.listen(("127.0.0.1", 0), backlog=1024, reuse_port=False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
