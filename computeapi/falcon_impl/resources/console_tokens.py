"""``/os-console-auth-tokens``."""

import falcon

from computeapi.api import console_tokens as contract
from computeapi.domain.errors import Invalid
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import console_tokens as views
from computeapi.service import console_tokens


class ConsoleTokenResource:
    """``/os-console-auth-tokens/{console_token}``."""

    def __init__(self, service: console_tokens.ConsoleTokens) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.CONSOLE)
    def on_get(self, req: Request, resp: falcon.Response, console_token: str) -> None:
        """Show where the console of a token is."""
        if req.version not in contract.EVERY_TYPE:
            raise Invalid(contract.NOT_SHOWN)
        contract.QUERY.read(req.values, req.version, None)
        found = self._service.get(req.context, console_token)
        resp.media = {"console": views.detail(found, console_token)}
