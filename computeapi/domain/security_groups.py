"""Security groups, and their rules, each of which lets traffic to the servers of its group."""

import re
from dataclasses import dataclass
from ipaddress import ip_interface
from urllib.parse import unquote

from computeapi.domain.errors import Invalid

#: Every IPv4 address.
ANYWHERE = "0.0.0.0/0"
#: Protocol -> the ports of a rule that is for all of them; of ICMP the types and codes.
ALL_PORTS = {"tcp": (1, 65535), "udp": (1, 65535), "icmp": (-1, -1)}
_NUMBER = re.compile(r"-?[0-9]{1,5}")
_NETWORK = re.compile(r"[0-9a-fA-F:.]+/[0-9]{1,3}")
_INCOMPLETE = "A rule needs a protocol, and the ports that it begins and ends with."


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The security group whose servers a rule lets in.

    :ivar id: a UUID.
    """

    id: str
    name: str
    project_id: str


@dataclass(frozen=True, slots=True)
class SecurityGroupRule:
    """A rule of a security group.

    :ivar id: a UUID. :ivar group_id: of the group that has the rule.
    :ivar protocol: None for all of them.
    :ivar from_port: the first port; of ICMP the type. None for all protocols, -1 for all ports.
    :ivar to_port: the last port; of ICMP the code.
    :ivar cidr: the network that the rule lets in; None where it lets in a group.
    :ivar source: the group that the rule lets in; None where it lets in a network.
    """

    id: str
    group_id: str
    protocol: str | None
    from_port: int | None
    to_port: int | None
    cidr: str | None
    source: SourceGroup | None = None


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group of a project.

    :ivar id: a UUID.
    """

    id: str
    name: str
    description: str
    project_id: str
    rules: tuple[SecurityGroupRule, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule that is to be made; see :class:`SecurityGroupRule`.

    :ivar source_id: of the group that the rule lets in; None where it lets in a network.
    """

    group_id: str
    source_id: str | None
    protocol: str | None
    from_port: int | None
    to_port: int | None
    cidr: str | None

    def is_as(self, rule: SecurityGroupRule) -> bool:
        """Return whether a group has this rule already."""
        source_id = rule.source.id if rule.source else None
        return (source_id, rule.protocol, rule.from_port, rule.to_port, rule.cidr) == (
            self.source_id,
            self.protocol,
            self.from_port,
            self.to_port,
            self.cidr,
        )


@dataclass(frozen=True, slots=True)
class RuleRequest:
    """A request for a rule. The API takes any value for a protocol, a port and a network.

    :ivar group_id: of the group that gets the rule.
    :ivar source_id: of the group that the rule lets in.
    """

    group_id: str
    source_id: str | None = None
    protocol: object = None
    from_port: object = None
    to_port: object = None
    cidr: object = None

    def rule(self) -> NewRule:
        """Return the rule that is asked for.

        :raises Invalid: when the request makes no sense.
        """
        first, last = self._ports()
        protocol = None if first is None else str(self.protocol).lower()
        cidr = None if self.source_id else _network(self.cidr)
        return NewRule(self.group_id, self.source_id, protocol, first, last, cidr)

    def _ports(self) -> tuple[int, int] | tuple[None, None]:
        """Return the first and the last port; None for all protocols."""
        given = (self.from_port, self.to_port)
        is_for_all = self.source_id is not None and given == (None, None)
        if self.protocol in (None, ""):
            if is_for_all:
                return None, None
            raise Invalid(_INCOMPLETE)
        protocol = self.protocol.lower() if isinstance(self.protocol, str) else ""
        if protocol not in ALL_PORTS:
            raise Invalid(f"The protocol is not one of {', '.join(ALL_PORTS)}.")
        if is_for_all:
            return ALL_PORTS[protocol]
        if None in given:
            raise Invalid(_INCOMPLETE)
        return _range(protocol, _number(self.from_port), _number(self.to_port))


def _range(protocol: str, first: int, last: int) -> tuple[int, int]:
    """Return a range of ports, or a type and a code of ICMP, that makes sense."""
    if protocol == "icmp":
        if not (-1 <= first <= 255 and -1 <= last <= 255):
            raise Invalid("The type and the code of ICMP are numbers from -1 to 255.")
    elif not 1 <= first <= last <= 65535:
        raise Invalid("Ports are numbers from 1 to 65535, and the first one is not the greater.")
    return first, last


def _number(value: object) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_text = isinstance(value, str) and _NUMBER.fullmatch(value) is not None
    if not is_number and not is_text:
        raise Invalid("A port is no integer.")
    return int(str(value))


def _network(value: object) -> str:
    """Return a network as it is written; all addresses of IPv4 where none is named."""
    if value in (None, ""):
        return ANYWHERE
    text = unquote(value) if isinstance(value, str) else ""
    if not _NETWORK.fullmatch(text):
        raise Invalid("The CIDR is no network.")
    try:
        found = ip_interface(text)
    except ValueError as error:
        raise Invalid(f"The CIDR {text} is no network.") from error
    if found.network.prefixlen == 0 and not found.ip.is_unspecified:
        raise Invalid(f"The prefix of the CIDR {text} does not fit its address.")
    return text
