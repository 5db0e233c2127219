"""Runs the proofs of conformance, all of them or those named: ``make conformance ARGS=schemas``."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.nova import peer
from conformance.ceilometer import proof as ceilometer_proof
from conformance.clients import proof as clients
from conformance.differential import proof as differential_proof
from conformance.tempest import proof as tempest_proof
from testing.processes import ROOT
from testing.virtualenvs import Virtualenv

_CONSTRAINTS = (ROOT / "bench" / "nova" / "constraints.txt", ROOT / "constraints.txt")


def installed(folder: Path, *packages: str, constraints: Sequence[Path] = _CONSTRAINTS) -> str:
    """Return the Python of a virtualenv that holds packages; it is made once and kept.

    :param folder: of the virtualenv. :param constraints: files of pip.
    :raises RuntimeError: when the packages cannot be installed.
    """
    complete = folder / "complete"
    wanted = "\n".join([*packages, *(path.read_text() for path in constraints)])
    if not complete.exists() or complete.read_text() != wanted:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        print(f"Installing {', '.join(packages)}, once: this takes some minutes", flush=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        options = (word for path in constraints for word in ("-c", str(path)))
        Virtualenv(folder, sys.executable).install(*options, *packages)
        complete.write_text(wanted)
    return str(folder / "bin" / "python")


def schemas(cache: Path) -> int:
    """Run the contract tests, and hold each response against the schemas of Nova.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when a test failed or Nova would have answered in another way.
    """
    python = installed(cache / "nova", "nova")
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records"
        recorder = ["-p", "conformance.recorder", "--record", str(records)]
        tests = [sys.executable, "-m", "pytest", "-q", *recorder, "tests/contract"]
        failed = subprocess.run(tests, cwd=ROOT, check=False).returncode
        check = [python, "-W", "ignore", "-m", "conformance.responses", str(records)]
        return subprocess.run(check, cwd=ROOT, check=False).returncode or int(failed != 0)


def policies(cache: Path) -> int:
    """Hold the kept table of Nova's rules against those of the released package.

    Unit and contract tests hold the rules of this service against that table.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when the table is another one.
    """
    return _differs(cache, "policies")


def operations(cache: Path) -> int:
    """Hold the kept table of Nova's operations and their microversions against the package.

    Unit tests hold the operations of this service against that table.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when the table is another one.
    """
    return _differs(cache, "operations")


def _differs(cache: Path, name: str) -> int:
    """Return whether a kept table differs from the one that its module prints of the package."""
    python = installed(cache / "nova", "nova")
    command = [python, "-W", "ignore", "-m", f"conformance.{name}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    kept = ROOT / "tests" / "unit" / "data" / f"nova_{name}.tsv"
    return int(done.stdout != "".join(kept.read_text().splitlines(keepends=True)[1:]))


def tempest(cache: Path) -> int:
    """Run Tempest's tests of the compute API against both front ends.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when a test failed without a known reason.
    """
    return tempest_proof.run(installed(cache / "tempest", "tempest"))


def differential(cache: Path) -> int:
    """Send the same requests to both front ends and to a whole Nova.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when an answer differs without a known reason.
    """
    return differential_proof.run(installed(cache / "whole-nova", *peer.PACKAGES))


def ceilometer(cache: Path) -> int:
    """Check that Ceilometer's compute agent finds a guest of a libvirt that a daemon serves.

    :param cache: the folder of the virtualenvs.
    :returns: 0, or 1 when it finds another server than the one that runs.
    """
    # Its versions of shared packages are older than ours.
    kept = (ROOT / "conformance" / "ceilometer" / "constraints.txt",)
    python = installed(cache / "ceilometer", "ceilometer", "libvirt-python", constraints=kept)
    return ceilometer_proof.run(python)


#: The proofs by name, in the order in which they run.
PROOFS: Mapping[str, Callable[[Path], int]] = {
    "schemas": schemas,
    "operations": operations,
    "policies": policies,
    "clients": clients.run,
    "tempest": tempest,
    "differential": differential,
    "ceilometer": ceilometer,
}


def main() -> int:
    """Run the proofs; return 1 when one failed."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("proofs", nargs="*", choices=[*PROOFS, []], metavar="PROOF",
                        help=f"of {', '.join(PROOFS)}; all by default")  # fmt: skip
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "computeapi" / "conformance")
    arguments = parser.parse_args()
    results = {name: PROOFS[name](arguments.cache) for name in arguments.proofs or PROOFS}
    for name, result in results.items():
        print(f"{name}: {'failed' if result else 'passed'}")
    return max(results.values())


if __name__ == "__main__":
    raise SystemExit(main())
