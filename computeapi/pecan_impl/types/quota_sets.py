"""Quota sets."""

from dataclasses import asdict

from computeapi.api import quota_sets as changes
from computeapi.api import values
from computeapi.api.versions import ALWAYS, Span
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import BOOLEAN, Integer

#: A limit; -1 is none.
LIMIT = Integer(-1, values.INT32_MAX)


def limit(span: Span = ALWAYS) -> RequestField:
    """Return an attribute for the limit of a resource."""
    return RequestField(LIMIT, span=span)


class QuotaLimits(RequestType):
    """The limits in requests to change quotas, without those of networks."""

    cores = limit()
    injected_file_content_bytes = limit(changes.INJECTED_FILES)
    injected_file_path_bytes = limit(changes.INJECTED_FILES)
    injected_files = limit(changes.INJECTED_FILES)
    instances = limit()
    key_pairs = limit()
    metadata_items = limit()
    ram = limit()
    server_group_members = limit()
    server_groups = limit()


class QuotaSetUpdate(QuotaLimits):
    """The limits in a request to change them."""

    fixed_ips = limit(changes.NETWORKS)
    floating_ips = limit(changes.NETWORKS)
    security_group_rules = limit(changes.NETWORKS)
    security_groups = limit(changes.NETWORKS)
    force = RequestField(BOOLEAN, default=False)

    def limits(self) -> dict[str, int]:
        """Return the limits by resource."""
        return {name: value for name, value in self.given().items() if name != "force"}


class QuotaSetUpdateDocument(RequestType):
    """The body of a request to change quotas."""

    quota_set = RequestField(QuotaSetUpdate, mandatory=True)


class ShownQuotas(ResponseType):
    """The quotas in responses, without those of networks and of server groups."""

    cores = int
    injected_file_content_bytes = ResponseField(int, span=changes.INJECTED_FILES)
    injected_file_path_bytes = ResponseField(int, span=changes.INJECTED_FILES)
    injected_files = ResponseField(int, span=changes.INJECTED_FILES)
    instances = int
    key_pairs = int
    metadata_items = int
    ram = int


class ChangedQuotaSet(ShownQuotas):
    """The changed quotas of a project."""

    fixed_ips = ResponseField(int, span=changes.NETWORKS)
    floating_ips = ResponseField(int, span=changes.NETWORKS)
    security_group_rules = ResponseField(int, span=changes.NETWORKS)
    security_groups = ResponseField(int, span=changes.NETWORKS)
    server_group_members = int
    server_groups = int


class QuotaSet(ChangedQuotaSet):
    """The quotas of a project."""

    id = str


class ChangedQuotaSetDocument(ResponseType):
    """The changed quotas of a project."""

    quota_set = ChangedQuotaSet

    @classmethod
    def of(cls, quotas: Quotas) -> "ChangedQuotaSetDocument":
        """Return the document of quotas."""
        return cls(quota_set=ChangedQuotaSet(**asdict(quotas)))


class QuotaSetDocument(ResponseType):
    """The quotas of a project."""

    quota_set = QuotaSet

    @classmethod
    def of(cls, quotas: Quotas, name: str) -> "QuotaSetDocument":
        """Return the document of quotas.

        :param name: the id of a project.
        """
        return cls(quota_set=QuotaSet(id=name, **asdict(quotas)))


class ResourceDetail(ResponseType):
    """The limit of a resource, and its use."""

    in_use = int
    limit = int
    reserved = int


class QuotaSetDetail(ResponseType):
    """The quotas of a project, and their use."""

    id = str
    cores = ResourceDetail
    fixed_ips = ResponseField(ResourceDetail, span=changes.NETWORKS)
    floating_ips = ResponseField(ResourceDetail, span=changes.NETWORKS)
    injected_file_content_bytes = ResponseField(ResourceDetail, span=changes.INJECTED_FILES)
    injected_file_path_bytes = ResponseField(ResourceDetail, span=changes.INJECTED_FILES)
    injected_files = ResponseField(ResourceDetail, span=changes.INJECTED_FILES)
    instances = ResourceDetail
    key_pairs = ResourceDetail
    metadata_items = ResourceDetail
    ram = ResourceDetail
    security_group_rules = ResponseField(ResourceDetail, span=changes.NETWORKS)
    security_groups = ResponseField(ResourceDetail, span=changes.NETWORKS)
    server_group_members = ResourceDetail
    server_groups = ResourceDetail


class QuotaSetDetailDocument(ResponseType):
    """The quotas of a project, and their use."""

    quota_set = QuotaSetDetail

    @classmethod
    def of(cls, quotas: Quotas, used: QuotaUsage, project_id: str) -> "QuotaSetDetailDocument":
        """Return the document of quotas and their use."""
        details = {
            name: ResourceDetail(limit=limit, in_use=used.in_use(name), reserved=0)
            for name, limit in asdict(quotas).items()
        }
        return cls(quota_set=QuotaSetDetail(id=project_id, **details))
