"""Quota classes."""

from dataclasses import asdict

from computeapi.api import quota_class_sets as changes
from computeapi.domain.quotas import Quotas
from computeapi.pecan_impl.types.quota_sets import QuotaLimits, ShownQuotas, limit
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class QuotaClassSetUpdate(QuotaLimits):
    """The limits in a request to change them: those of server groups came before they are shown."""

    fixed_ips = limit(changes.NETWORKS)
    floating_ips = limit(changes.NETWORKS)
    security_group_rules = limit(changes.NETWORKS)
    security_groups = limit(changes.NETWORKS)


class QuotaClassSetUpdateDocument(RequestType):
    """The body of a request to change a quota class."""

    quota_class_set = RequestField(QuotaClassSetUpdate, mandatory=True)


class ChangedQuotaClassSet(ShownQuotas):
    """The changed quotas of a quota class."""

    fixed_ips = ResponseField(int, span=changes.NETWORKS)
    floating_ips = ResponseField(int, span=changes.NETWORKS)
    security_group_rules = ResponseField(int, span=changes.NETWORKS)
    security_groups = ResponseField(int, span=changes.NETWORKS)
    server_group_members = ResponseField(int, span=changes.SERVER_GROUPS)
    server_groups = ResponseField(int, span=changes.SERVER_GROUPS)


class QuotaClassSet(ChangedQuotaClassSet):
    """The quotas of a quota class."""

    id = str


class ChangedQuotaClassSetDocument(ResponseType):
    """The changed quotas of a quota class."""

    quota_class_set = ChangedQuotaClassSet

    @classmethod
    def of(cls, quotas: Quotas) -> "ChangedQuotaClassSetDocument":
        """Return the document of quotas."""
        return cls(quota_class_set=ChangedQuotaClassSet(**asdict(quotas)))


class QuotaClassSetDocument(ResponseType):
    """The quotas of a quota class."""

    quota_class_set = QuotaClassSet

    @classmethod
    def of(cls, quotas: Quotas, name: str) -> "QuotaClassSetDocument":
        """Return the document of quotas.

        :param name: the id of a quota class.
        """
        return cls(quota_class_set=QuotaClassSet(id=name, **asdict(quotas)))
