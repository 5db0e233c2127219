"""Builds the test image: ``python -m computeapi.standalone.image_build FILE``.

It is a guest that boots in seconds and needs 96 MiB of memory.

It reads its hostname, keys and user data from a config drive, takes an
address by DHCP, lets its keys in by ssh as root, lets root log in at its screen
and serial console with the server's administrator password,
and shuts down when its power button is pressed. It runs the QEMU guest agent where the machine
has a channel for it. x86_64 only.

Neither root nor loop devices are needed: the parts are packages of the
distribution, unpacked below a temporary folder.
"""

import hashlib
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from computeapi.standalone import image_disk, image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.image_disk import MIB, Partition
from computeapi.standalone.image_packages import run

#: Drivers a guest may need; those built into the kernel, or unknown to it, are passed over.
MODULES = (
    *("virtio_pci", "virtio_blk", "virtio_net", "virtio_scsi", "virtio_rng"),
    *("ata_piix", "ahci", "sd_mod", "sr_mod"),
    *("isofs", "vfat", "nls_ascii", "nls_cp437", "nls_iso8859_1", "ext4"),
    *("evdev", "button", "virtio_console"),
)
FOLDERS = (
    *("bin", "dev", "etc/dropbear", "mnt", "proc", "root/.ssh", "run", "sbin", "sys", "tmp"),
    *("usr/sbin", "var/log"),
)
ROOT_MIB = 32
AGENT = "qemu-guest-agent"
GUEST = resources.files("computeapi.standalone") / "guest"


def fingerprint() -> str:
    """Return a short name for the built image, which changes when the build does."""
    digest = hashlib.sha256()
    sources = [Path(__file__), Path(image_disk.__file__), Path(image_packages.__file__)]
    for content in [*(s.read_bytes() for s in sources), *_guest_files().values()]:
        digest.update(content)
    return digest.hexdigest()[:12]


def build(target: Path) -> None:
    """Build the image.

    :param target: the qcow2 file to write.
    :raises CloudError: when a package cannot be had or a program fails.
    """
    if reason := image_packages.unavailable_reason():
        raise CloudError(reason)
    with tempfile.TemporaryDirectory(prefix="computeapi-image-") as folder:
        work = Path(folder)
        unpacked = work / "unpacked"
        programs = ["busybox-static", "syslinux", "syslinux-common", "mtools"]
        libraries = {*image_packages.closure("dropbear-bin"), *image_packages.libraries(AGENT)}
        packages = [*image_packages.kernel_packages(), *programs, AGENT, *sorted(libraries)]
        image_packages.unpack(packages, work, unpacked)
        boot = _boot_partition(unpacked, work)
        root = _root_partition(unpacked, work, _mended_busybox(unpacked, work))
        disk = work / "disk.raw"
        boot_code = _only(unpacked, "usr/lib/syslinux/mbr/mbr.bin").read_bytes()
        image_disk.assemble(disk, [boot, root], boot_code)
        finished = target.with_name(f".{target.name}.{os.getpid()}")
        run(["qemu-img", "convert", "-c", "-O", "qcow2", str(disk), str(finished)])
        finished.replace(target)


def _guest_files() -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in sorted(GUEST.iterdir(), key=lambda f: f.name)}


def _only(root: Path, pattern: str) -> Path:
    # A link may be absolute, and lead out of the unpacked packages to the host.
    matching = sorted(p for p in root.glob(pattern) if not p.is_symlink())
    if not matching:
        raise CloudError(f"The packages for the test image hold no {pattern}.")
    return matching[-1]


def _busybox(unpacked: Path) -> Path:
    return next(p for p in (unpacked / "bin/busybox", unpacked / "usr/bin/busybox") if p.is_file())


def _boot_partition(unpacked: Path, work: Path) -> Partition:
    """Make the FAT file system that syslinux boots from."""
    kernel, initrd, image = work / "vmlinuz", work / "initrd", work / "boot.fat"
    shutil.copyfile(_only(unpacked, "boot/vmlinuz-*"), kernel)
    initrd.write_bytes(_initramfs(unpacked))
    config = work / "syslinux.cfg"
    config.write_bytes(_guest_files()["syslinux.cfg"])
    size = sum(f.stat().st_size for f in (kernel, initrd)) // MIB + 3
    with image.open("wb") as out:
        out.truncate(size * MIB)
    # syslinux calls mtools, which may not be installed
    path = os.pathsep.join([str(unpacked / "usr/bin"), image_packages.search_path()])
    run(
        ["mformat", "-i", str(image), "-T", str(size * 2048), "-h", "64", "-s", "32", "::"],
        path=path,
    )
    run(["mcopy", "-i", str(image), *map(str, (kernel, initrd, config)), "::"], path=path)
    run(["syslinux", "--install", str(image)], path=path)
    return Partition(image, kind=0x0C, bootable=True)


def _initramfs(unpacked: Path) -> bytes:
    files = {
        "init": _guest_files()["init"],
        "bin/busybox": _busybox(unpacked).read_bytes(),
    }
    modules = _modules(unpacked)
    files |= {f"modules/{name}": content for name, content in modules.items()}
    files["modules/order"] = "".join(f"{name}\n" for name in modules).encode()
    return image_disk.initramfs(files, ("bin", "dev", "modules", "proc", "root", "sys"))


def _modules(unpacked: Path) -> dict[str, bytes]:
    """Return the modules to load by file name, each after those that it needs."""
    files = {
        re.sub(r"\.ko.*", "", p.name).replace("-", "_"): p
        for p in unpacked.glob("**/lib/modules/*/kernel/**/*.ko*")
    }
    ordered: dict[str, bytes] = {}

    def add(name: str) -> None:
        if f"{name}.ko" in ordered or name not in files:
            return
        content = _module(files[name])
        needs = re.search(rb"\0depends=([^\0]*)\0", content)
        for need in needs[1].decode().split(",") if needs else ():
            add(need.replace("-", "_"))
        ordered[f"{name}.ko"] = content

    for module in MODULES:
        add(module)
    return ordered


def _module(path: Path) -> bytes:
    content = path.read_bytes()
    match path.suffix:
        case ".xz":
            return lzma.decompress(content)
        case ".zst":
            if not shutil.which("zstd"):
                raise CloudError("A test image cannot be built without the package zstd.")
            done = subprocess.run(["zstd", "-dc"], input=content, capture_output=True, check=True)
            return done.stdout
    return content


def _mended_busybox(unpacked: Path, work: Path) -> Path | None:
    """Return a busybox that starts its commands from the PATH, where wget needs replacing.

    Debian 12 builds busybox without wget's option -T SECONDS, and wget crashes at it. In
    busybox-static a command runs the built-in wget whatever is on the PATH.
    """
    command = [str(_busybox(unpacked)), "wget", "-T", "1", "-O", os.devnull, "http://127.0.0.1:9/"]
    done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    if done.returncode >= 0:
        return None
    folder = work / "mended"
    image_packages.unpack(["busybox"], work, folder)
    return _busybox(folder)


def _root_partition(unpacked: Path, work: Path, mended: Path | None) -> Partition:
    """Make the ext4 file system that the guest runs from."""
    tree, image = work / "tree", work / "root.ext4"
    _fill(tree, unpacked, mended)
    run(
        [
            *("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal,^metadata_csum", "-m", "0"),
            *("-L", "computeroot", "-E", "root_owner=0:0", "-d", str(tree)),
            *(str(image), f"{ROOT_MIB}M"),
        ]
    )
    return Partition(image, kind=0x83)


def _fill(tree: Path, unpacked: Path, mended: Path | None) -> None:
    for name in FOLDERS:
        (tree / name).mkdir(parents=True)
    (tree / "root").chmod(0o700)
    (tree / "root/.ssh").chmod(0o700)
    _programs(tree, unpacked, mended)
    guest = _guest_files()
    for path, name in {
        "etc/rc.boot": "rc.boot",
        "etc/udhcpc.script": "udhcpc.script",
        "etc/acpi/PWRF/00000080": "power",
        "etc/inittab": "inittab",
        "usr/sbin/chpasswd": "chpasswd",
    }.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(guest[name])
        (tree / path).chmod(0o755)
    for path, text in {
        "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
        "etc/group": "root:x:0:\n",
        "etc/shadow": "root:*:19000:0:99999:7:::\n",  # no password opens it yet
        "etc/shells": "/bin/sh\n",
        "etc/hostname": "computeapi-test\n",
        "etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
        "etc/nsswitch.conf": "hosts: files dns\n",
        "root/.ssh/authorized_keys": "",
    }.items():
        (tree / path).write_text(text)
    (tree / "etc/shadow").chmod(0o600)


def _programs(tree: Path, unpacked: Path, mended: Path | None) -> None:
    # The static one runs its own commands without starting a program for each: rc.boot uses it.
    _install_busybox(tree, _busybox(unpacked), "busybox-static")
    if mended:
        _install_busybox(tree, mended, "busybox")
        (tree / "bin/wget").unlink()
        (tree / "bin/wget").write_bytes(_guest_files()["wget"])
        (tree / "bin/wget").chmod(0o755)
    else:
        (tree / "bin/busybox").symlink_to("busybox-static")
    (tree / "sbin/init").symlink_to("/bin/busybox")
    dropbear = unpacked / "usr/sbin/dropbear"
    shutil.copy(dropbear, tree / "usr/sbin/dropbear")
    shutil.copy(unpacked / "usr/bin/dropbearkey", tree / "bin/dropbearkey")
    agent = unpacked / "usr/sbin/qemu-ga"
    shutil.copy(agent, tree / "usr/sbin/qemu-ga")
    _libraries(tree, unpacked, [dropbear, agent, *([mended] if mended else [])])


def _install_busybox(tree: Path, busybox: Path, name: str) -> None:
    """Copy a busybox, and link its commands to it."""
    shutil.copy(busybox, tree / "bin" / name)
    for applet in run([str(busybox), "--list"]).split():
        if applet != "busybox":
            (tree / "bin" / applet).unlink(missing_ok=True)
            (tree / "bin" / applet).symlink_to(name)


def _libraries(tree: Path, unpacked: Path, programs: list[Path]) -> None:
    """Copy the libraries that programs need, and the program that loads them."""
    loader = _only(unpacked, "**/ld-linux-x86-64.so.2")
    folders = ":".join(str(f) for f in unpacked.glob("**/lib/x86_64-linux-gnu"))
    libraries = tree / "lib/x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    for program in programs:
        shown = run([str(loader), "--list", "--library-path", folders, str(program)])
        for library in re.findall(r"=> (\S+)", shown):
            shutil.copy(library, libraries)
    (tree / "lib64").mkdir()
    shutil.copy(loader, tree / "lib64/ld-linux-x86-64.so.2")


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]))
    except CloudError as refused:
        sys.exit(str(refused))
