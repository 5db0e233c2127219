"""The options that name the user by which this service calls another one."""

from oslo_config import cfg


def credentials(user: str = "User of the service.") -> list[cfg.Opt]:
    """Return the options, for the group of the other service.

    :param user: the help of the option ``username``.
    """
    return [
        cfg.StrOpt("auth_url", help="URL of Keystone, where this service gets its own tokens."),
        cfg.StrOpt("username", default="computeapi", help=user),
        cfg.StrOpt("password", secret=True, help="Password of the service's user."),
        cfg.StrOpt("project_name", default="service", help="Project of the service's user."),
        cfg.StrOpt("user_domain_name", default="Default", help="Domain of the service's user."),
        cfg.StrOpt(
            "project_domain_name", default="Default", help="Domain of the service's project."
        ),
    ]
