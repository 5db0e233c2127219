"""``computeapi``: a whole small cloud on this machine, by one command.

The subcommands are described in the user's guide; what they do is in
:mod:`computeapi.standalone`.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from oslo_config import cfg
from sqlalchemy.exc import SQLAlchemyError

from computeapi.cmd import arguments, refusal
from computeapi.standalone import cloud, ending, network, ssh, status
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts import table
from computeapi.standalone.progress import Progress
from computeapi.standalone.state import StateFolder, default_folder

#: Exit code of ``computeapi status`` when not all is up.
NOT_UP = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    :return: the exit code: 0 done, 1 refused or failed.
    """
    options = _parser().parse_args(argv)
    os.umask(0o077)
    try:
        return options.run(StateFolder(options.state_dir), options)
    except (CloudError, OSError, cfg.Error, SQLAlchemyError) as error:
        return refusal.refuse("computeapi", str(error) if isinstance(error, CloudError) else error)
    except KeyboardInterrupt:
        return 130


def _parser() -> arguments.Parser:
    parser = arguments.parser("computeapi", "Run a small cloud on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    state = arguments.Parser(add_help=False)
    state.add_argument(
        "--state-dir",
        type=_folder,
        default=default_folder(),
        metavar="DIR",
        help="folder of the cloud (default: %(default)s)",
    )

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[state], help=text, description=text)
        command.set_defaults(run=run)
        return command

    _up_options(add("up", _up, "Set up and run a cloud until Ctrl-C; its servers run on."))
    add("down", _down, "Stop a cloud and shut its servers down; their disks stay.")
    destroy = add("destroy", _destroy, "Remove a cloud, its servers and its folder.")
    destroy.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    add(
        "status", _status, f"Show services and servers; exit with {NOT_UP} unless all services run."
    )
    _ssh_options(add("ssh", _ssh, "Log in to a server by ssh, as root unless USER is given."))
    return parser


def _ssh_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-i", dest="identity", metavar="FILE", help="private key for ssh")
    parser.add_argument("server", metavar="[USER@]SERVER", help="name or id of the server")
    rest = parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARG", help="arguments of ssh"
    )
    # argparse before Python 3.13 takes a rest that may be empty for a required one.
    rest.required = False


def _up_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help="port of the API; Keystone gets N+1, Glance N+2, the console proxy N+3, parts the next"
        " ones (default: the last, or 8774)",
    )
    parser.add_argument(
        "--listen", metavar="ADDR", help="address to listen on (default: the last, or 127.0.0.1)"
    )
    parser.add_argument(
        "--front-end",
        choices=["falcon", "pecan"],
        help="framework that serves the API (default: the last, or falcon)",
    )
    parser.add_argument(
        "--server",
        choices=["eventlet", "threads"],
        help="WSGI server of the API (default: the last, or eventlet)",
    )
    parser.add_argument(
        "--driver",
        choices=["auto", "libvirt", "fake"],
        help="hypervisor driver (default: auto, which is libvirt where libvirt and QEMU work)",
    )
    parser.add_argument(
        "--image", type=Path, metavar="FILE", help="file to upload as an image of the same name"
    )
    _with_option(parser)


def _with_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--with",
        dest="parts",
        type=_parts,
        default=(),
        metavar="PART,…",
        help=f"parts to add to the cloud, which remembers them: {', '.join(table.names())} or all",
    )


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return Path(text)


def _parts(text: str) -> list[str]:
    try:
        return table.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= port <= network.LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {network.LAST_PORT}")
    return port


def _up(state: StateFolder, options: argparse.Namespace) -> int:
    # SIGINT too: a shell that starts us in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    given = cloud.Options(
        options.port,
        options.listen,
        options.front_end,
        options.driver,
        options.image,
        options.server,
        options.parts,
    )
    cloud.up(state, given, Progress())
    return 0


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _down(state: StateFolder, options: argparse.Namespace) -> int:
    ending.down(state, print)
    return 0


def _destroy(state: StateFolder, options: argparse.Namespace) -> int:
    state.require()
    if not options.yes:
        print(f"Remove the cloud in {state.path} with all its servers? [y/N] ", end="", flush=True)
        if not (answer := sys.stdin.readline()):
            print()
            raise CloudError(
                "Nothing was removed, as there is no answer: without a terminal, give --yes "
                "(make destroy ARGS=--yes)."
            )
        if answer.strip().lower() not in ("y", "yes"):
            print("Nothing was removed.")
            return 1
    ending.destroy(state, print)
    return 0


def _status(state: StateFolder, options: argparse.Namespace) -> int:
    return 0 if status.show(state, print) else NOT_UP


def _ssh(state: StateFolder, options: argparse.Namespace) -> int:
    key = ["-i", options.identity] if options.identity else []
    command = ssh.command(state, options.server, [*key, *options.arguments], _say)
    os.execvp(command[0], command)


def _say(sentence: str) -> None:
    """Write a line that is no part of a command's output."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
