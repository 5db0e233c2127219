"""A memo of the signatures that Pecan reads at every request.

``pecan.compat.getargspec`` creates a class at each call, which takes longer than all the rest of
Pecan's dispatch. ``doc/upstream/pecan-getargspec.patch`` proposes to create it once.
"""

from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from pecan import compat, core, routing, util

#: Weak, so that a function that another application makes for a while can go.
_signatures: WeakKeyDictionary[FunctionType, Any] = WeakKeyDictionary()


def remember() -> None:
    """Make Pecan read the signature of a function once, unless Pecan has the patch."""
    if type(compat.getargspec(remember)) is not type(compat.getargspec(remember)):
        core.getargspec = routing.getargspec = signature


def signature(method: Any) -> Any:
    """Return the signature of a function or method, as Pecan's ``getargspec`` does."""
    function = getattr(method, "__func__", method)
    if not isinstance(function, FunctionType):
        return util.getargspec(method)
    argspec = _signatures.get(function)
    if argspec is None:
        argspec = _signatures[function] = util.getargspec(function)
    return argspec
