"""The administrator passwords of servers: those of requests, and those that are made up."""

import secrets
import string
from dataclasses import dataclass

#: Letters and digits without those that look alike.
_SYMBOLS = "".join(set(string.ascii_letters + string.digits) - set("Il1O0o"))


@dataclass(frozen=True, slots=True)
class AdminPasswords:
    """The administrator passwords that servers get.

    :ivar length: of the passwords that are made up.
    :ivar are_shown: whether answers show passwords.
    """

    length: int = 12
    are_shown: bool = True

    def choose(self, given: str | None) -> str:
        """Return the password of a request, or one that is made up."""
        return given or "".join(secrets.choice(_SYMBOLS) for _ in range(self.length))

    def shown(self, password: str) -> str | None:
        """Return a password as an answer has it; None when answers have none."""
        return password if self.are_shown else None
