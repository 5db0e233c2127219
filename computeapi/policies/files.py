"""The operator's policy files: which they are, whether they can be used, and their rules."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from oslo_config import cfg
from oslo_policy import policy

#: The state of each file: path, inode, size in bytes, moment of the last change in ns.
Signature = tuple[tuple[str, int, int, int], ...]


class PolicyFileError(ValueError):
    """A policy file cannot be used; the message says which one and why."""


def signature(conf: cfg.ConfigOpts) -> Signature:
    """Return a value that changes whenever a policy file changes, comes or goes.

    :param conf: with oslo.policy's options.
    """
    return tuple(_signatures(_paths(conf)))


def load(
    conf: cfg.ConfigOpts, defaults: Sequence[policy.RuleDefault], needed: Iterable[str] = ()
) -> policy.Enforcer:
    """Return an enforcer of the defaults and of the rules that the files change.

    It does not look at the files again.

    :param needed: paths of files that must be there and hold something: a file that is being
        written anew is empty for a moment.
    :raises PolicyFileError: when a file is missing that the operator named or that is needed, or
        when a file does not hold rules.
    """
    enforcer = policy.Enforcer(conf)
    enforcer.register_defaults(defaults)
    paths = list(_paths(conf))
    _require(conf, paths, needed)
    for path in paths:
        _check(path)
    try:
        enforcer.load_rules()
    except (OSError, TypeError, ValueError) as error:
        raise PolicyFileError(f"The policy files cannot be read: {error}") from error
    enforcer.use_conf = False
    for name, rule in enforcer.file_rules.items():
        # oslo.policy turns a rule that it cannot parse into one that refuses every caller.
        if str(rule.check) == "!" and rule.check_str != "!":
            raise PolicyFileError(f"The policy {name} is no rule: {rule.check_str!r}")
    try:
        enforcer.check_rules(raise_on_violation=True)
    except policy.InvalidDefinitionError as error:
        raise PolicyFileError(
            f"Policies refer to a rule that is missing or circular: {error}"
        ) from error
    return enforcer


def _paths(conf: cfg.ConfigOpts) -> Iterator[Path]:
    """Return the files that oslo.policy reads: the one, and those in the folders."""
    path = conf.find_file(conf.oslo_policy.policy_file)
    if path:
        yield Path(path)
    for name in conf.oslo_policy.policy_dirs:
        folder = conf.find_file(name)
        if folder:
            yield from sorted(p for p in Path(folder).glob("[!.]*") if p.is_file())


def _signatures(paths: Iterable[Path]) -> Iterator[tuple[str, int, int, int]]:
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            yield (str(path), 0, 0, 0)
        else:
            yield (str(path), status.st_ino, status.st_size, status.st_mtime_ns)


def _require(conf: cfg.ConfigOpts, paths: Sequence[Path], needed: Iterable[str]) -> None:
    named = conf.get_location("policy_file", "oslo_policy")
    if named is not None and named.location.is_user_controlled:
        file = conf.oslo_policy.policy_file
        if conf.find_file(file) is None:
            raise PolicyFileError(f"There is no policy file {file}.")
    present = {str(path) for path in paths if path.stat().st_size}
    gone = set(needed) - present
    if gone:
        raise PolicyFileError(f"The policy file {', '.join(sorted(gone))} is gone or empty.")


def _check(path: Path) -> None:
    try:
        rules = policy.parse_file_contents(path.read_text())
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise PolicyFileError(f"The policy file {path} cannot be read: {reason}") from error
    if not isinstance(rules, dict):
        raise PolicyFileError(f"The policy file {path} is no list of names and rules.")
    for name, rule in rules.items():
        # For oslo.policy a name without a rule allows every caller.
        if not isinstance(name, str) or not isinstance(rule, str | list):
            raise PolicyFileError(f"The policy {name} in {path} has no rule.")
