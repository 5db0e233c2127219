"""The ROM that finds out whether an accelerator works."""

import shutil
import subprocess

import pytest

from computeapi.virt import acceleration

QEMU = shutil.which("qemu-system-x86_64")
needs_qemu = pytest.mark.skipif(not QEMU, reason="qemu-system-x86_64 is not installed")


@pytest.mark.skipif(not shutil.which("as"), reason="binutils is not installed")
def test_the_code_is_what_its_source_assembles_to(tmp_path):
    (tmp_path / "rom.s").write_text(acceleration.SOURCE)
    for command in ("as --64 -o rom.o rom.s", "ld -e 0 -Ttext=0 --oformat binary -o rom rom.o"):
        subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert (tmp_path / "rom").read_bytes() == acceleration.CODE


@needs_qemu
def test_emulation_works_everywhere():
    assert acceleration.unavailable_reason(QEMU, "tcg") is None


@needs_qemu
def test_a_guest_that_hangs_is_found_out(monkeypatch):
    # Real mode runs, and then it never comes to an end: "mov al, 'R'; out 0xe9, al; jmp $".
    stuck = bytes.fromhex("b052e6e9ebfe")
    rom = stuck + acceleration.ROM[len(stuck) :]
    monkeypatch.setattr(acceleration, "ROM", rom)
    monkeypatch.setattr(acceleration, "RUN_TIMEOUT", 0.5)
    assert "hangs" in acceleration.unavailable_reason(QEMU, "tcg")


@needs_qemu
def test_an_accelerator_that_is_not_there_says_why():
    assert "invalid accelerator" in acceleration.unavailable_reason(QEMU, "none-such")


def test_an_emulator_that_is_not_there_says_why():
    assert "does not start" in acceleration.unavailable_reason("/none/such", "kvm")
