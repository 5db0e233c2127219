"""``computeapi-manage``: the tasks of an administrator beside the API."""

import argparse
import sys
from collections.abc import Sequence

from oslo_config import cfg
from sqlalchemy.exc import SQLAlchemyError

from computeapi import conf as configuration
from computeapi import db
from computeapi.cmd import arguments, refusal
from computeapi.db import migration
from computeapi.domain.errors import Error, NotFound
from computeapi.domain.host_owners import check_release


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    :param argv: the arguments, those of the command line by default.
    :returns: the process's exit status.
    """
    parsed = _parser().parse_args(argv)
    try:
        conf = configuration.load(parsed.config_file)
        parsed.run(conf, parsed)
    except (cfg.Error, SQLAlchemyError, Error, OSError, ValueError) as error:
        return refusal.refuse("computeapi-manage", error)
    return 0


def _parser() -> arguments.Parser:
    parser = arguments.parser("computeapi-manage", "Administer the database and the hosts.")
    parser.add_argument(
        "--config-file",
        action="append",
        default=[],
        metavar="FILE",
        help="configuration file; of several, the later one wins",
    )
    nouns = parser.add_subparsers(required=True, metavar="NOUN")
    database = nouns.add_parser("db", help="create, upgrade or show the tables of the database")
    commands = database.add_subparsers(required=True, metavar="COMMAND")
    sync = commands.add_parser(
        "sync", help="create the tables, or upgrade them to the newest version"
    )
    sync.set_defaults(run=_sync)
    version = commands.add_parser("version", help="show the version of the tables")
    version.set_defaults(run=_version)
    revision = commands.add_parser("revision", help="write a new migration (for developers)")
    revision.add_argument("message", help="description of the migration")
    revision.set_defaults(run=_revision)
    _add_host_commands(nouns)
    return parser


def _add_host_commands(nouns: "argparse._SubParsersAction[arguments.Parser]") -> None:
    host = nouns.add_parser("host", help="give up a host's state folder")
    commands = host.add_subparsers(required=True, metavar="COMMAND")
    release = commands.add_parser(
        "release",
        help="let the next worker with the name of a host take it over with another state folder",
    )
    release.add_argument("name", help="name of the host: the option host of its worker")
    release.set_defaults(run=_release)


def _sync(conf: cfg.ConfigOpts, _parsed: argparse.Namespace) -> None:
    migration.upgrade(conf.database.connection)


def _version(conf: cfg.ConfigOpts, _parsed: argparse.Namespace) -> None:
    print(migration.version(conf.database.connection) or "none")


def _revision(conf: cfg.ConfigOpts, parsed: argparse.Namespace) -> None:
    migration.new_revision(conf.database.connection, parsed.message)


def _release(conf: cfg.ConfigOpts, parsed: argparse.Namespace) -> None:
    """Take a host from the state folder it belongs to.

    :raises NotFound: when there is no such host.
    :raises Conflict: when its worker runs.
    """
    database = db.connect(conf)
    with database.write() as tx:
        owner, host = tx.hosts.owner(parsed.name), tx.hosts.get(parsed.name)
        if host is None:
            raise NotFound(f"There is no host {parsed.name}.")
        check_release(host, owner, tx.now(), conf.api.host_down_after)
        tx.hosts.set_owner(parsed.name, None)
    database.close()
    print(f"The next worker of host {parsed.name} takes it, whatever its state folder.")


if __name__ == "__main__":
    sys.exit(main())
