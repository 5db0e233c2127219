"""Response bodies of networks (API reference, "Networks" and "Project networks")."""

from computeapi.api import networks as contract
from computeapi.api.versions import MIN
from computeapi.domain.networks import CloudNetwork
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields, fitting
from computeapi.falcon_impl.views.schemas import TEXT, entity

_NULL = {"type": "null"}
_NAMED = (Field("id", "id", TEXT), Field("label", "name", TEXT))
_NETWORK = Fields(*_NAMED, *(Field(name, Constant(None), _NULL) for name in contract.EMPTY))
_FOR_ADMINISTRATORS = Fields(
    *_NETWORK,
    *(Field(name, Constant(None), _NULL) for name in contract.EMPTY_FOR_ADMINISTRATORS),
)
_FOR_PROJECT = Fields(*_NAMED, Field("cidr", Constant(contract.NO_CIDR), TEXT))

_SCHEMA = fitting(_NETWORK, _FOR_ADMINISTRATORS)
NETWORK = entity({"network": _SCHEMA})
NETWORKS = entity({"networks": array(_SCHEMA)})
PROJECT_NETWORK = entity({"network": _FOR_PROJECT.schema})
PROJECT_NETWORKS = entity({"networks": array(_FOR_PROJECT.schema)})


def network(item: CloudNetwork, is_admin: bool) -> Document:
    """Return the document of a network.

    :param is_admin: whether it has the fields that administrators see.
    """
    fields = _FOR_ADMINISTRATORS if is_admin else _NETWORK
    return fields.document(item, MIN)


def project_network(item: CloudNetwork) -> Document:
    """Return the document of a network in ``os-tenant-networks``."""
    return _FOR_PROJECT.document(item, MIN)
