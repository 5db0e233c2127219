"""Neutron. Without an endpoint each guest has a network of its own, in user mode."""

from oslo_config import cfg

from computeapi.conf.credentials import credentials

GROUP = "neutron"
OPTS = [
    cfg.URIOpt("endpoint", schemes=["http", "https"], help="URL of Neutron, without /v2.0."),
    cfg.FloatOpt("timeout", default=30.0, min=0.1, help="Seconds to wait for Neutron."),
    *credentials("User of the service; it has to be one of Neutron's administrators."),
    cfg.FloatOpt(
        "refresh_interval",
        default=60.0,
        min=1.0,
        help="Seconds between two looks at Neutron for changes that no event reported.",
    ),
    cfg.StrOpt(
        "default_floating_pool",
        help="External network of floating IPs for which a request names no pool, by name or id; "
        "the only external network by default.",
    ),
    cfg.StrOpt(
        "namespace",
        help="File that says where the network namespace of the switch is; by default the switch "
        "is in that of the worker.",
    ),
    cfg.StrOpt("ovsdb", help="Database of the switch, for example unix:/run/db.sock."),
    cfg.StrOpt("ovs_vsctl", default="ovs-vsctl", help="Program that configures the switch."),
]
