"""``computeapi-manage``: what an administrator does beside the API."""

import argparse
import sys
from collections.abc import Sequence

from oslo_config import cfg
from sqlalchemy.exc import SQLAlchemyError

from computeapi import conf as options
from computeapi.db import migration


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    :param arguments: those of the command line by default.
    :returns: the process's exit status.
    """
    parsed = _parser().parse_args(arguments)
    try:
        conf = options.load(parsed.config_file)
        parsed.run(conf.database.connection, parsed)
    except (cfg.Error, SQLAlchemyError, OSError, ValueError) as error:
        print(f"computeapi-manage: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="computeapi-manage", description=__doc__)
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
    return parser


def _sync(connection: str, _parsed: argparse.Namespace) -> None:
    migration.upgrade(connection)


def _version(connection: str, _parsed: argparse.Namespace) -> None:
    print(migration.version(connection) or "none")


def _revision(connection: str, parsed: argparse.Namespace) -> None:
    migration.new_revision(connection, parsed.message)


if __name__ == "__main__":
    sys.exit(main())
