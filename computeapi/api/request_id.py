"""The id of a request: its form, its headers, and its keys in the WSGI environ."""

import os
import re

ENVIRON_KEY = "computeapi.request_id"
HEADERS = ("x-openstack-request-id", "x-compute-request-id")
GLOBAL_ENVIRON_KEY = "computeapi.global_request_id"
GLOBAL_ID = re.compile(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def generate() -> str:
    """Make up a request id: ``req-`` and a UUID of version 4 (RFC 9562, 5.4)."""
    # uuid.uuid4() takes three times as long, and every request has one.
    text = os.urandom(16).hex()
    return f"req-{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"
