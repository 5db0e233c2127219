"""Which web pages may open consoles.

A browser lets every page open websockets to every host, and says in ``Origin`` which page does
(RFC 6455, section 10.2). A page of another site must not use a console's URL that it came to know.
"""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit


def fault(headers: Mapping[str, str], scheme: str, allowed: Collection[str]) -> str | None:
    """Return in a sentence why a request must be refused, or None when it is in order.

    A request without ``Origin`` does not come from a browser.

    :param headers: of the request, by names in any case.
    :param scheme: of the proxy's own URL, "http" or "https".
    :param allowed: names of hosts whose pages may open consoles, beside the proxy's own.
    """
    origin = headers.get("Origin")
    if origin is None:
        return None
    try:
        page, own = urlsplit(origin), urlsplit(f"//{headers.get('Host', '')}")
        host, own_host = page.hostname, own.hostname
    except ValueError:
        host = None
    if not host or not page.scheme:
        return "The Origin header is malformed."
    if host != own_host and host not in {name.lower() for name in allowed}:
        return "Pages of this origin may not open consoles."
    # A server that ends TLS in front of the proxy says what the browser spoke to it.
    if headers.get("X-Forwarded-Proto", page.scheme) != scheme:
        return f"Consoles are opened by {scheme} only."
    return None
