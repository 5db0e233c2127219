"""computeapi-metadata: serves the metadata service of guests."""

import sys

from computeapi.cmd import arguments
from computeapi.cmd.serve import Service

_PROGRAM = "computeapi-metadata"


def main(argv: list[str] | None = None) -> int:
    """Run the command.

    :param argv: the command line, ``sys.argv[1:]`` by default.
    :raises SystemExit: with a sentence, when the service cannot start.
    """
    parser = arguments.parser(_PROGRAM, "Serve guests the data of their servers.")
    parser.add_argument("--config-file", required=True, metavar="FILE", help="configuration file")
    args = parser.parse_args(argv)
    Service(_PROGRAM, "metadata", "metadata").run(args.config_file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
