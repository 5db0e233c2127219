"""computeapi-api: serves the API, from one process or several on one socket."""

import sys

from computeapi.cmd import arguments
from computeapi.cmd.serve import Service

_PROGRAM = "computeapi-api"


def main(argv: list[str] | None = None) -> int:
    """Run the command.

    :param argv: the command line, ``sys.argv[1:]`` by default.
    :raises SystemExit: with a sentence, when the service cannot start.
    """
    parser = arguments.parser(_PROGRAM, "Serve the API, with one process or several.")
    parser.add_argument("--config-file", required=True, metavar="FILE", help="configuration file")
    parser.add_argument(
        "--app", default="main", help="application in the paste file (default: main)"
    )
    args = parser.parse_args(argv)
    Service(_PROGRAM, "api", args.app).run(args.config_file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
