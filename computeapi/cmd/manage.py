"""``computeapi-manage``: what an administrator does beside the API."""

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
    parser = arguments.parser("computeapi-manage", "What an administrator does beside the API.")
    parser.add_argument(
        "--config-file", action="append", default=[], metavar="FILE", help="later ones win"
    )
    nouns = parser.add_subparsers(required=True, metavar="NOUN")
    database = nouns.add_parser("db", help="the tables of the database")
    commands = database.add_subparsers(required=True, metavar="COMMAND")
    sync = commands.add_parser("sync", help="bring the tables to the newest version")
    sync.set_defaults(run=_sync)
    version = commands.add_parser("version", help="show the version that the tables have")
    version.set_defaults(run=_version)
    revision = commands.add_parser("revision", help="write a migration (for developers)")
    revision.add_argument("message", help="what the migration does")
    revision.set_defaults(run=_revision)
    _add_host_commands(nouns)
    return parser


def _add_host_commands(nouns: "argparse._SubParsersAction[arguments.Parser]") -> None:
    host = nouns.add_parser("host", help="the hosts that workers run on")
    commands = host.add_subparsers(required=True, metavar="COMMAND")
    release = commands.add_parser(
        "release", help="let the next worker of this name take the host, whatever its state folder"
    )
    release.add_argument("name", help="the host's name, [DEFAULT] host of its worker")
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
