"""Find out by trying whether an accelerator of QEMU runs 64-bit guests.

That ``/dev/kvm`` exists, that a virtual machine can be created through it and
that libvirt's capabilities list "kvm" proves nothing: on some nested hosts
real-mode code runs and the first instruction after paging is switched on never
returns. So a ROM is run that switches long mode and paging on and then says so.
"""

import select
import subprocess
import tempfile

#: The ROM's source, GNU as. It starts as a firmware does, in real mode at F000:0000
#: (``ROM`` puts the jump at the reset vector), relies on what a reset leaves behind
#: (ES = DS = 0, Intel SDM volume 3, table 10-1) and on RAM that is zero, identity-maps
#: the first 2 MiB, and enters long mode straight from real mode. 'R' and 'L' on the
#: debug console tell how far it came; isa-debug-exit ends QEMU with (0x10 << 1) | 1.
SOURCE = """
        .intel_syntax noprefix
        .code16
start:  mov     al, 'R'                         # real mode runs
        out     0xe9, al
        mov     dword ptr [0x1000], 0x2003      # PML4[0] -> PDPT, present, writable
        mov     dword ptr [0x2000], 0x3003      # PDPT[0] -> PD
        mov     dword ptr [0x3000], 0x0083      # PD[0]: a page of 2 MiB at 0
        mov     eax, 0x20                       # CR4.PAE
        mov     cr4, eax
        mov     eax, 0x1000
        mov     cr3, eax
        mov     ecx, 0xc0000080                 # EFER.LME
        rdmsr
        or      eax, 0x100
        wrmsr
        lgdtd   cs:[gdtr]
        mov     eax, cr0                        # CR0.PG and CR0.PE
        or      eax, 0x80000001
        mov     cr0, eax
        .byte   0x66, 0xea                      # far jump to 8:long, which gas cannot spell
        .long   0xf0000 + long
        .word   8
        .code64
long:   mov     al, 'L'                         # long mode runs
        out     0xe9, al
        mov     dx, 0x501                       # isa-debug-exit
        mov     al, 0x10
        out     dx, al
halt:   hlt
        jmp     halt
        .balign 8
gdt:    .quad   0, 0x00af9a000000ffff           # a 64-bit code segment
gdtr:   .word   15
        .long   0xf0000 + gdt
"""

#: ``SOURCE`` assembled: ``as --64`` and ``ld -Ttext=0 --oformat binary``.
CODE = bytes.fromhex(
    "b052e6e966c70600100320000066c70600200330000066c70600308300000066"
    "b8200000000f22e066b8001000000f22d866b9800000c00f32660d000100000f"
    "302e660f011680000f20c0660d010000800f22c066ea5c000f000800b04ce6e9"
    "66ba0105b010eef4ebfd660f1f4400000000000000000000ffff0000009aaf00"
    "0f0070000f00"
)
ROM_SIZE = 0x10000
RESET_VECTOR = 0xFFF0
ROM = (CODE.ljust(RESET_VECTOR, b"\xf4") + b"\xea\x00\x00\x00\xf0").ljust(ROM_SIZE, b"\xf4")

#: QEMU's exit status when the ROM came through.
PASSED = 33
#: Seconds for QEMU to start on a busy machine.
START_TIMEOUT = 20.0
#: Seconds from the ROM's first instruction to its last; microseconds are enough.
RUN_TIMEOUT = 2.0


def unavailable_reason(emulator: str, accelerator: str) -> str | None:
    """Run the ROM, and say why an accelerator is of no use here, or None when it works.

    :param emulator: path of a QEMU for x86-64.
    :param accelerator: as ``-accel`` takes it: "kvm", "tcg".
    """
    with tempfile.NamedTemporaryFile(suffix=".rom") as rom:
        rom.write(ROM)
        rom.flush()
        command = [emulator, "-nodefaults", "-no-user-config", "-display", "none", "-m", "16"]
        command += ["-accel", accelerator, "-bios", rom.name, "-debugcon", "stdio"]
        command += ["-device", "isa-debug-exit,iobase=0x501,iosize=1"]
        try:
            return _run(command)
        except OSError as error:
            return f"{emulator} does not start: {error.strerror}"


def _run(command: list[str]) -> str | None:
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            # Waiting in two parts tells a slow start of QEMU from a guest that hangs.
            if not select.select([process.stdout], [], [], START_TIMEOUT)[0]:
                return f"it ran no instruction in {START_TIMEOUT:.0f} s"
            _, errors = process.communicate(timeout=RUN_TIMEOUT)
        except subprocess.TimeoutExpired:
            return "a guest hangs when it enters long mode"
        finally:
            process.kill()
    if process.returncode == PASSED:
        return None
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return last or f"QEMU ended with status {process.returncode}"
