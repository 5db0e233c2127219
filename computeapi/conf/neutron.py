"""Neutron. Without an endpoint each guest has a network of its own, in user mode."""

from oslo_config import cfg

GROUP = "neutron"
OPTS = [
    cfg.URIOpt("endpoint", schemes=["http", "https"], help="URL of Neutron, without /v2.0."),
    cfg.FloatOpt("timeout", default=30.0, min=0.1, help="Seconds to wait for Neutron."),
    cfg.StrOpt("auth_url", help="URL of Keystone, where the service gets a token for Neutron."),
    cfg.StrOpt(
        "username",
        default="computeapi",
        help="User of the service; it has to be one of Neutron's administrators.",
    ),
    cfg.StrOpt("password", secret=True, help="Password of the service's user."),
    cfg.StrOpt("project_name", default="service", help="Project of the service's user."),
    cfg.StrOpt("user_domain_name", default="Default", help="Domain of the service's user."),
    cfg.StrOpt("project_domain_name", default="Default", help="Domain of the service's project."),
    cfg.FloatOpt(
        "refresh_interval",
        default=60.0,
        min=1.0,
        help="Seconds between two looks at Neutron for changes that no event reported.",
    ),
    cfg.StrOpt(
        "namespace", help="File that says where the network namespace of the cloud's switch is."
    ),
    cfg.StrOpt("ovsdb", help="Database of the switch, for example unix:/run/db.sock."),
    cfg.StrOpt("ovs_vsctl", default="ovs-vsctl", help="Program that configures the switch."),
]
