"""The metadata service, from which guests learn of their servers."""

from oslo_config import cfg

GROUP = "metadata"
OPTS = [
    cfg.HostAddressOpt(
        "listen", default="127.0.0.1", help="Address on which computeapi-metadata listens."
    ),
    cfg.PortOpt("port", default=8775, help="Port on which computeapi-metadata listens."),
    cfg.IntOpt(
        "processes", default=1, min=1, help="Number of its processes, which share one socket."
    ),
    cfg.StrOpt(
        "metadata_proxy_shared_secret",
        secret=True,
        help="Secret by which Neutron's metadata agents sign requests: the option of the same name "
        "of theirs. computeapi-metadata does not start without one.",
    ),
    cfg.StrOpt(
        "vendordata_jsonfile_path",
        help="File with a JSON object that all guests find as their vendor data, on config drives "
        "as well. Services read it when they start.",
    ),
]
