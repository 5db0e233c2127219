"""Where the log goes."""

import logging
import sys

from oslo_config import cfg

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"


def setup(conf: cfg.ConfigOpts) -> None:
    """Log to ``[DEFAULT] log_file``, or to standard error."""
    handler = (
        logging.FileHandler(conf.log_file) if conf.log_file else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if conf.debug else logging.INFO)
    # At INFO it tells of every request to Keystone, at DEBUG it tells tokens.
    logging.getLogger("keystoneauth").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    logging.captureWarnings(True)
