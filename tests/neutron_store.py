"""The things that a small network service keeps, as Neutron has them."""

import ipaddress
import itertools
import uuid

#: The paths of the things, each with the name of one.
SINGULAR = {
    "networks": "network",
    "subnets": "subnet",
    "ports": "port",
    "security-groups": "security_group",
    "security-group-rules": "security_group_rule",
    "floatingips": "floatingip",
}


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status, self.kind = status, kind


class NetworkStore:
    """The networks of a cloud, kept in memory."""

    def reset(self):
        """Forget everything."""
        self.kept = {path: {} for path in SINGULAR}
        #: the ports that a project may have; -1 for any number
        self.port_quota = -1
        #: the other things that a project may have, by their path; any number where one is missing
        self.quotas = {}
        #: status that every request is answered with, when set
        self.status = None
        #: hosts on which no port can be bound
        self.unbindable = set()
        #: whether ports are bound; one that dies has noted the host of a port, and no more
        self.binds = True
        #: how hosts plug the ports that are bound
        self.vif_type = "ovs"
        self.extensions = {"dns-integration", "auto-allocated-topology"}
        self.asked = []
        self._numbers = itertools.count(1)

    def add(self, path, **fields):
        """Keep a thing and return its id."""
        kept = {"id": str(uuid.uuid4()), **fields}
        self.kept[path][kept["id"]] = kept
        return kept["id"]

    def network(self, name, project="p1", cidr="192.0.2.0/24", **fields):
        """Make a network with a subnet; without one for no ``cidr``."""
        wanted = {
            "name": name,
            "project_id": project,
            "shared": False,
            "admin_state_up": True,
            "mtu": 1442,
            "port_security_enabled": True,
            "subnets": [],
        }
        network_id = self.add("networks", **wanted | fields)
        if cidr:
            subnet = {"network_id": network_id, "cidr": cidr, "project_id": project}
            served = {"gateway_ip": None, "enable_dhcp": True, "ipv6_address_mode": None}
            subnet_id = self.add("subnets", **subnet, **served, dns_nameservers=[], host_routes=[])
            self.kept["networks"][network_id]["subnets"].append(subnet_id)
        return network_id

    def port(self, network_id, project="p1", **fields):
        """Make a port as a user does."""
        return self.create("ports", {"network_id": network_id, "project_id": project, **fields})[
            "id"
        ]

    def group(self, name, project="p1"):
        """Make a security group; all may leave its servers."""
        group_id = self.add("security-groups", name=name, project_id=project, description="")
        self.rule(group_id, project, direction="egress")
        return group_id

    def rule(self, group_id, project="p1", **fields):
        """Make a rule of a security group."""
        wanted = {
            "security_group_id": group_id,
            "project_id": project,
            "direction": "ingress",
            "ethertype": "IPv4",
            "protocol": None,
            "port_range_min": None,
            "port_range_max": None,
            "remote_group_id": None,
            "remote_ip_prefix": None,
        }
        return self.add("security-group-rules", **wanted | fields)

    def floating(self, address, project="p1", network_id=None):
        """Make a floating IP that leads nowhere."""
        free = {"port_id": None, "fixed_ip_address": None, "project_id": project}
        network = {"floating_network_id": network_id or str(uuid.uuid4())}
        return self.add("floatingips", floating_ip_address=address, **free, **network)

    @property
    def ports(self):
        """The ports that there are, oldest first."""
        return list(self.kept["ports"].values())

    def create(self, path, body):
        """Make a thing."""
        if path != "ports":
            return self.kept[path][self._create(path, body)]
        used = sum(port["project_id"] == body["project_id"] for port in self.ports)
        if 0 <= self.port_quota <= used:
            raise Refused(409, "OverQuota", "Quota exceeded for resources: ['port'].")
        network = self.kept["networks"].get(body["network_id"])
        if network is None:
            raise Refused(404, "NetworkNotFound", "Network could not be found.")
        port = {
            "id": str(uuid.uuid4()),
            "mac_address": f"fa:16:3e:00:00:{next(self._numbers):02x}",
            "status": "DOWN",
            "device_id": "",
            "device_owner": "",
            "description": "",
            "binding:host_id": "",
            "binding:vnic_type": "normal",
            "port_security_enabled": network["port_security_enabled"],
            **body,
        }
        groups = self._default_group(body["project_id"]) if port["port_security_enabled"] else []
        port.setdefault("security_groups", groups)
        _check_groups(port)
        port["fixed_ips"] = self._addresses(network, body.get("fixed_ips"))
        self._bind(port)
        self.kept["ports"][port["id"]] = port
        return port

    def _create(self, path, body):
        """Make something other than a port; return its id."""
        project, wanted = body["project_id"], {k: v for k, v in body.items() if k != "project_id"}
        used = sum(one["project_id"] == project for one in self.kept[path].values())
        if self.quotas.get(path, used + 1) <= used:
            raise Refused(409, "OverQuota", f"Quota exceeded for resources: ['{path}'].")
        if path == "security-groups":
            group_id = self.group(wanted["name"], project)
            self.kept[path][group_id].update(wanted)
            return group_id
        if path == "security-group-rules":
            self._one("security-groups", wanted["security_group_id"])
            kept = self.kept[path].values()
            if any(wanted.items() <= {**one, "id": None}.items() for one in kept):
                raise Refused(409, "SecurityGroupRuleExists", "The rule exists.")
            return self.rule(wanted.pop("security_group_id"), project, **wanted)
        network = self._one("networks", wanted["floating_network_id"])
        taken = {one["floating_ip_address"] for one in self.kept[path].values()}
        cidr = self.kept["subnets"][network["subnets"][0]]["cidr"]
        free = [a for a in map(str, ipaddress.ip_network(cidr).hosts()) if a not in taken]
        if not free:
            raise Refused(400, "ExternalIpAddressExhausted", "No more addresses.")
        return self.floating(free[0], project, network["id"])

    def change(self, path, name, body):
        """Change a thing."""
        kept = self._one(path, name)
        if path == "security-groups" and kept["name"] == "default" != body["name"]:
            raise Refused(409, "SecurityGroupCannotUpdateDefault", "Updating default is refused.")
        if path == "ports" and "fixed_ips" in body:
            network = self.kept["networks"][kept["network_id"]]
            body = {**body, "fixed_ips": self._addresses(network, body["fixed_ips"], kept["id"])}
        if path == "ports":
            _check_groups(kept | body)
        if path == "floatingips" and body["port_id"]:
            self._check_association(kept, body)
        kept.update(body)
        if path == "ports":
            self._bind(kept)
        return kept

    def remove(self, path, name):
        """Remove a thing."""
        kept = self._one(path, name)
        used = {group for port in self.ports for group in port["security_groups"]}
        if path == "security-groups" and (kept["name"] == "default" or name in used):
            raise Refused(409, "SecurityGroupInUse", f"Security Group {name} in use.")
        del self.kept[path][name]
        for floating in self.kept["floatingips"].values():
            if floating["port_id"] == name:
                floating.update(port_id=None, fixed_ip_address=None)

    def found(self, path, query, project):
        """Return the things that a query matches, and that a project may see; None sees all."""
        wanted, fields = {}, []
        for key, value in query:
            if key == "fields":
                fields.append(value)
            else:
                wanted.setdefault(key, set()).add(value)
        matching = [self._whole(path, o) for o in self.kept[path].values() if _matches(o, wanted)]
        visible = [
            one
            for one in matching
            if project is None or one["project_id"] == project or one.get("shared")
        ]
        return [{f: o[f] for f in fields if f in o} if fields else o for o in visible]

    def _whole(self, path, one):
        """Return a thing; a security group with its rules."""
        if path != "security-groups":
            return one
        rules = self.kept["security-group-rules"].values()
        own = [rule for rule in rules if rule["security_group_id"] == one["id"]]
        return {**one, "security_group_rules": own}

    def allocated(self, project):
        """Return the network that is made for a project."""
        if "auto-allocated-topology" not in self.extensions:
            raise Refused(404, "HTTPNotFound", "The resource could not be found.")
        for network in self.kept["networks"].values():
            if network["name"] == "auto_allocated_network" and network["project_id"] == project:
                return network["id"]
        return self.network("auto_allocated_network", project)

    def quota(self, project):
        """Return the use and the limit of ports."""
        used = sum(port["project_id"] == project for port in self.ports)
        return {"limit": self.port_quota, "used": used, "reserved": 0}

    def _one(self, path, name):
        if name not in self.kept[path]:
            kind = SINGULAR[path]
            raise Refused(404, f"{kind.title()}NotFound", f"{kind} {name} could not be found.")
        return self.kept[path][name]

    def _default_group(self, project):
        for group in self.kept["security-groups"].values():
            if (group["name"], group["project_id"]) == ("default", project):
                return [group["id"]]
        return [self.group("default", project)]

    def _addresses(self, network, wanted, port_id=None):
        if not network["subnets"]:
            return []
        subnet_id = network["subnets"][0]
        subnet = self.kept["subnets"][subnet_id]
        taken = {
            ip["ip_address"]
            for port in self.ports
            if port["network_id"] == network["id"] and port["id"] != port_id
            for ip in port["fixed_ips"]
        }
        found = []
        for one in [{}] if wanted is None else wanted:
            address = one.get("ip_address")
            if address in taken:
                raise Refused(409, "IpAddressAlreadyAllocated", f"{address} is in use.")
            hosts = map(str, ipaddress.ip_network(subnet["cidr"]).hosts())
            address = address or next((a for a in hosts if a not in taken), None)
            if address is None:
                raise Refused(409, "IpAddressGenerationFailure", "No more IP addresses available.")
            taken.add(address)
            found.append({"ip_address": address, "subnet_id": subnet_id})
        return found

    def _check_association(self, floating, body):
        """Check that the address of a port has no other floating IP of the same network."""
        for other in self.kept["floatingips"].values():
            kept = {name: other[name] for name in ("port_id", "fixed_ip_address")}
            is_same_network = other["floating_network_id"] == floating["floating_network_id"]
            if other is not floating and is_same_network and kept == body:
                told = "Cannot associate: that fixed IP already has a floating IP."
                raise Refused(409, "FloatingIPPortAlreadyAssociated", told)

    def _bind(self, port):
        host = port["binding:host_id"]
        kind = "binding_failed" if host in self.unbindable else self.vif_type if host else "unbound"
        if not self.binds:
            kind = "unbound"
        port["binding:vif_type"] = kind
        port["status"] = "ACTIVE" if kind == self.vif_type else "DOWN"


def _check_groups(port):
    """Check that a port without port security is in no security group."""
    if port["security_groups"] and not port["port_security_enabled"]:
        told = "Port security must be enabled and port must have an IP address."
        raise Refused(400, "PortSecurityAndIPRequiredForSecurityGroups", told)


def _matches(one, wanted):
    for key, values in wanted.items():
        if key == "fixed_ips":
            address = next(iter(values)).removeprefix("ip_address=")
            if address not in {ip["ip_address"] for ip in one["fixed_ips"]}:
                return False
        elif str(one.get(key)) not in values:
            return False
    return True
