"""The options, one module a group. The conf object is passed on; there is no global one."""

from collections.abc import Sequence

from oslo_config import cfg
from oslo_log import log

from computeapi.conf import (
    api,
    console,
    database,
    default,
    fake,
    images,
    libvirt,
    messaging,
    metadata,
    neutron,
    notifications,
    quota,
    volumes,
    worker,
)

GROUPS = (
    default,
    api,
    console,
    database,
    fake,
    images,
    libvirt,
    messaging,
    metadata,
    neutron,
    notifications,
    quota,
    volumes,
    worker,
)


#: oslo.policy logs a traceback for each rule that does not parse; policies.files names the rule.
_LOG_LEVELS = [*log.get_default_log_levels(), "oslo_policy._parser=CRITICAL"]


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Register every option of the service on ``conf``, and those of oslo.log."""
    log.register_options(conf)
    conf.set_default("default_log_levels", _LOG_LEVELS)
    for module in GROUPS:
        conf.register_opts(module.OPTS, group=module.GROUP)


def list_opts() -> list[tuple[str | None, list[cfg.Opt]]]:
    """Return the options for oslo-config-generator."""
    return [(module.GROUP, module.OPTS) for module in GROUPS]


def load(
    config_files: Sequence[str] = (), args: Sequence[str] = (), version: str | None = None
) -> cfg.ConfigOpts:
    """Make a conf object.

    :param config_files: paths; later ones win. Without any, the defaults hold.
    :param args: command line arguments beyond ``--config-file``.
    :param version: shown for ``--version`` among ``args``.
    :raises oslo_config.cfg.Error: when a file is missing or a value is wrong.
    """
    conf = cfg.ConfigOpts()
    register_opts(conf)
    files = list(config_files)
    conf(list(args), project="computeapi", version=version, default_config_files=files)
    for module in GROUPS:
        for option in module.OPTS:
            _read(conf, module.GROUP, option.dest)
    return conf


def _read(conf: cfg.ConfigOpts, group: str | None, name: str) -> None:
    """Read an option, so that a wrong value is found at the start and not at a request.

    :raises oslo_config.cfg.Error: when the value is wrong.
    """
    getattr(conf[group] if group else conf, name)
