"""The security groups of Neutron, as the Compute API shows and changes them."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound, QuotaExceeded
from computeapi.domain.ids import is_uuid
from computeapi.domain.security_groups import (
    ALL_PORTS,
    ANYWHERE,
    NewRule,
    SecurityGroup,
    SecurityGroupRule,
    SourceGroup,
)
from computeapi.network.neutron_calls import NeutronCalls, Query
from computeapi.ports.security_groups import SecurityGroups

#: Ids in one query: a URL has a longest length.
_MOST_IDS = 50
_PATH = "/security-groups"
_RULES = "/security-group-rules"
#: The address family of a rule -> all addresses of it.
_ANYWHERE = {"IPv4": ANYWHERE, "IPv6": "::/0"}
Document = Mapping[str, Any]
#: Reads a path of Neutron with a query.
Read = Callable[[str, Query], Any]


class NeutronSecurityGroups(SecurityGroups):
    """Security groups are those of Neutron, read and changed with the caller's token."""

    def __init__(self, calls: NeutronCalls) -> None:
        self._calls = calls

    def list(self, context: Context, all_projects: bool) -> Sequence[SecurityGroup]:
        query = [] if all_projects else [("project_id", context.require_project())]
        found = self._calls.as_caller(context, _PATH, query)["security_groups"]
        return self._described(context, found)

    def get(self, context: Context, group_id: str) -> SecurityGroup:
        if not is_uuid(group_id):
            raise Invalid("The id of a security group is a UUID.")
        try:
            found = self._calls.as_caller(context, f"{_PATH}/{group_id}")
        except NotFound as error:
            raise _no_group(group_id) from error
        return self._one(context, found)

    def create(self, context: Context, name: str, description: str) -> SecurityGroup:
        new: dict[str, object] = {"security_group": {"name": name, "description": description}}
        try:
            found = self._calls.as_caller(context, _PATH, method="POST", body=new)
        except QuotaExceeded as error:
            raise QuotaExceeded("The project has as many security groups as it may.") from error
        except Conflict as error:
            raise Invalid(error.message) from error
        return self._one(context, found)

    def update(self, context: Context, group_id: str, name: str, description: str) -> SecurityGroup:
        path = f"{_PATH}/{group_id}"
        new: dict[str, object] = {"security_group": {"name": name, "description": description}}
        try:
            found = self._calls.as_caller(context, path, method="PUT", body=new)
        except NotFound as error:
            raise _no_group(group_id) from error
        except Conflict as error:
            raise Invalid(error.message) from error
        return self._one(context, found)

    def delete(self, context: Context, group_id: str) -> None:
        try:
            self._calls.as_caller(context, f"{_PATH}/{group_id}", method="DELETE")
        except NotFound as error:
            raise _no_group(group_id) from error
        except Conflict as error:
            raise Invalid(error.message) from error

    def add_rule(self, context: Context, rule: NewRule) -> SecurityGroupRule:
        group = self.get(context, rule.group_id)
        source = None
        if rule.source_id is not None:
            found = self.get(context, rule.source_id)
            source = SourceGroup(found.id, found.name, found.project_id)
        if any(rule.is_as(one) for one in group.rules):
            raise _known(rule)
        new: dict[str, object] = {"security_group_rule": _new(rule)}
        try:
            made = self._calls.as_caller(context, _RULES, method="POST", body=new)
        except QuotaExceeded as error:
            raise QuotaExceeded(
                "The project has as many rules of security groups as it may."
            ) from error
        except Conflict as error:
            raise _known(rule) from error
        return _rule(made["security_group_rule"], source)

    def remove_rule(self, context: Context, rule_id: str) -> None:
        try:
            self._calls.as_caller(context, f"{_RULES}/{rule_id}", method="DELETE")
        except NotFound as error:
            raise NotFound(f"Security group rule {rule_id} not found.") from error

    def _one(self, context: Context, document: Document) -> SecurityGroup:
        (found,) = self._described(context, [document["security_group"]])
        return found

    def _described(self, context: Context, found: Sequence[Document]) -> Sequence[SecurityGroup]:
        return described(found, lambda path, query: self._calls.as_caller(context, path, query))


def described(found: Sequence[Document], read: Read) -> Sequence[SecurityGroup]:
    """Return security groups with the rules that the Compute API can show.

    These let traffic in, from a network or from a group that can be read.

    :param found: the documents of Neutron.
    """
    sources = {group["id"]: _source(group) for group in found}
    rules = [rule for group in found for rule in group.get("security_group_rules", ())]
    wanted = {rule["remote_group_id"] for rule in rules if rule["direction"] == "ingress"}
    missing = sorted(wanted - sources.keys() - {None})
    for start in range(0, len(missing), _MOST_IDS):
        query = [("id", one) for one in missing[start : start + _MOST_IDS]]
        for group in read(_PATH, query)["security_groups"]:
            sources[group["id"]] = _source(group)
    return [
        SecurityGroup(
            id=group["id"],
            name=group["name"],
            description=group.get("description") or "",
            project_id=group["project_id"],
            rules=tuple(
                _rule(rule, sources.get(rule["remote_group_id"]))
                for rule in group.get("security_group_rules", ())
                if _is_shown(rule, sources)
            ),
        )
        for group in found
    ]


def _is_shown(rule: Document, sources: Mapping[str, SourceGroup]) -> bool:
    """Return whether the Compute API can show a rule; it has no groups of addresses."""
    if rule["direction"] != "ingress" or rule.get("remote_address_group_id"):
        return False
    return rule["remote_group_id"] is None or rule["remote_group_id"] in sources


def _source(group: Document) -> SourceGroup:
    return SourceGroup(group["id"], group["name"], group["project_id"])


def _rule(rule: Document, source: SourceGroup | None) -> SecurityGroupRule:
    protocol, first, last = rule["protocol"], rule["port_range_min"], rule["port_range_max"]
    if protocol is not None and first is None and last is None:
        first, last = ALL_PORTS.get(protocol, (-1, -1))
    anywhere = _ANYWHERE[rule["ethertype"]]
    return SecurityGroupRule(
        id=rule["id"],
        group_id=rule["security_group_id"],
        protocol=protocol,
        from_port=first,
        to_port=last,
        cidr=None if source else rule["remote_ip_prefix"] or anywhere,
        source=source,
    )


def _new(rule: NewRule) -> dict[str, object]:
    """Return the document of a rule that is to be made; the API has no IPv6 rules for groups."""
    is_ipv6 = rule.cidr is not None and ip_network(rule.cidr, strict=False).version == 6
    new = {
        "direction": "ingress",
        "ethertype": "IPv6" if is_ipv6 else "IPv4",
        "security_group_id": rule.group_id,
        "remote_group_id": rule.source_id,
        "remote_ip_prefix": rule.cidr,
        "protocol": rule.protocol,
    }
    ports = {"port_range_min": rule.from_port, "port_range_max": rule.to_port}
    # Neutron leaves out the ends of a range that is for all types and codes of ICMP.
    return new | {name: port for name, port in ports.items() if port not in (None, -1)}


def _no_group(group_id: str) -> NotFound:
    return NotFound(f"Security group {group_id} not found.")


def _known(rule: NewRule) -> Invalid:
    return Invalid(f"Security group {rule.group_id} has this rule already.")
