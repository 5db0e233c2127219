"""Usage audits."""

from computeapi.api import instance_usage_audit_log as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import instance_usage_audit_log as types


class UsageAuditController(Resource):
    """``/os-instance_usage_audit_log/{before}``."""

    segment = "before"

    @expose(types.UsageAuditDocument, query=contract.QUERY)
    def get(self) -> types.UsageAuditDocument:
        """Show the audit of the month before a moment."""
        request, (before,) = current(), self._ids
        contract.QUERY.read(request.values, request.version, {})
        service = request.services.instance_usage_audit_log
        audit = service.show(request.context, contract.before(before))
        return types.UsageAuditDocument(instance_usage_audit_log=types.UsageAudit.of(audit))


class UsageAuditsController(Resource):
    """``/os-instance_usage_audit_log``."""

    item = UsageAuditController

    @expose(types.UsageAudits, query=contract.QUERY)
    def get(self) -> types.UsageAudits:
        """Show the audit of the last month."""
        request = current()
        contract.QUERY.read(request.values, request.version, {})
        audit = request.services.instance_usage_audit_log.list(request.context)
        return types.UsageAudits(instance_usage_audit_logs=types.UsageAudit.of(audit))
