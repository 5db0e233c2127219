"""The actions on a bare metal node."""

from computeapi.api.baremetal_nodes import SERVED
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestField
from computeapi.pecan_impl.types.values import ANYTHING


class BaremetalNodeAction(OneOf):
    """An action on a bare metal node: exactly one of these."""

    add_interface = RequestField(ANYTHING, span=SERVED, nullable=True)
    remove_interface = RequestField(ANYTHING, span=SERVED, nullable=True)
