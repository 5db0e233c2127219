"""The limits of a project; -1 is no limit."""

from oslo_config import cfg

GROUP = "quota"
OPTS = [
    cfg.IntOpt("instances", default=10, min=-1, help="Number of servers of a project."),
    cfg.IntOpt("cores", default=20, min=-1, help="Number of virtual CPUs of a project."),
    cfg.IntOpt("ram", default=51200, min=-1, help="MiB of memory of a project."),
    cfg.IntOpt("metadata_items", default=128, min=-1, help="Number of metadata items of a server."),
    cfg.IntOpt("injected_files", default=5, min=-1, help="Number of files injected into a server."),
    cfg.IntOpt(
        "injected_file_content_bytes",
        default=10240,
        min=-1,
        help="Number of bytes of an injected file.",
    ),
    cfg.IntOpt(
        "injected_file_path_bytes",
        default=255,
        min=-1,
        help="Number of bytes of the path of an injected file.",
    ),
    cfg.IntOpt("key_pairs", default=100, min=-1, help="Number of keypairs of a user."),
    cfg.IntOpt("server_groups", default=10, min=-1, help="Number of server groups of a project."),
    cfg.IntOpt(
        "server_group_members", default=10, min=-1, help="Number of servers of a server group."
    ),
]
