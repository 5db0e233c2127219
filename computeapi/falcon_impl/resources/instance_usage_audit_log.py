"""``/os-instance_usage_audit_log``."""

import falcon

from computeapi.api import instance_usage_audit_log as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import instance_usage_audit_log as views
from computeapi.service import instance_usage_audit_log


class UsageAuditsResource:
    """``/os-instance_usage_audit_log``."""

    def __init__(self, service: instance_usage_audit_log.InstanceUsageAuditLog) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.AUDITS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Show the audit of the last month."""
        contract.QUERY.read(req.values, req.version, {})
        resp.media = {"instance_usage_audit_logs": views.audit(self._service.list(req.context))}


class UsageAuditResource:
    """``/os-instance_usage_audit_log/{before}``."""

    def __init__(self, service: instance_usage_audit_log.InstanceUsageAuditLog) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.AUDIT)
    def on_get(self, req: Request, resp: falcon.Response, before: str) -> None:
        """Show the audit of the month before a moment."""
        contract.QUERY.read(req.values, req.version, {})
        audit = self._service.show(req.context, contract.before(before))
        resp.media = {"instance_usage_audit_log": views.audit(audit)}
