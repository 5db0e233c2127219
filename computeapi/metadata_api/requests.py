"""The identity of a guest, as the headers of a request to the metadata service give it.

Neutron's metadata agents find out which server a request is of, name it in these headers, and sign
its id with a secret that they share with this service ("Metadata service" in Nova's guide for
administrators).
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from computeapi.domain.errors import Forbidden, Invalid

SERVER, PROJECT, SIGNATURE = "X-Instance-ID", "X-Tenant-ID", "X-Instance-ID-Signature"


def sign(secret: str, server_id: str) -> str:
    """Return the signature of the id of a server: its HMAC by SHA-256 (RFC 2104)."""
    return hmac.new(secret.encode(), server_id.encode(), hashlib.sha256).hexdigest()


def identify(environ: Mapping[str, Any], secret: str) -> tuple[str, str]:
    """Return the ids of the server, and of its project, that a request is of.

    :raises Invalid: when a header is missing.
    :raises Forbidden: when the signature is not that of the server's id.
    """
    server_id, project_id, signature = (
        _header(environ, name) for name in (SERVER, PROJECT, SIGNATURE)
    )
    for name, text in ((SERVER, server_id), (SIGNATURE, signature), (PROJECT, project_id)):
        if not text:
            raise Invalid(f"The request lacks the header {name}.")
    # As bytes, since texts that are not ASCII cannot be compared in constant time.
    if not hmac.compare_digest(sign(secret, server_id).encode(), signature.encode()):
        raise Forbidden(f"The header {SIGNATURE} does not fit the header {SERVER}.")
    return server_id, project_id


def _header(environ: Mapping[str, Any], name: str) -> str:
    return str(environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))
