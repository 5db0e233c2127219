"""A machine at a port of a cloud's network, made of a network namespace in place of a guest."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from computeapi.ports import cloud_namespace

#: Asks for a lease and prints what it got; see RFC 2131.
LEASE = """
import json, os, socket, struct, sys, time
mac = bytes.fromhex(sys.argv[1].replace(":", ""))
number = os.urandom(4)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"e0")
    wire.bind(("", 68))
    wire.settimeout(1)
    discover = struct.pack("!4B4s2H16s16s192s4s", 1, 1, 6, 0, number, 0, 0x8000, b"", mac, b"",
                           bytes([99, 130, 83, 99])) + bytes([53, 1, 1, 55, 3, 1, 3, 6, 255])
    for attempt in range(60):
        wire.sendto(discover, ("255.255.255.255", 67))
        try:
            answer = wire.recv(2048)
        except TimeoutError:
            continue
        if answer[4:8] == number:
            break
    else:
        sys.exit("no offer")
options, at = {}, 240
while answer[at] != 255:
    options[answer[at]] = answer[at + 2 : at + 2 + answer[at + 1]]
    at += 2 + answer[at + 1]
def addresses(octets):
    return [socket.inet_ntoa(octets[i : i + 4]) for i in range(0, len(octets), 4)]
print(json.dumps({"address": socket.inet_ntoa(answer[16:20]), "mask": addresses(options[1])[0],
                  "router": addresses(options[3])[0], "resolvers": addresses(options[6])}))
"""
#: Connects, N times GAP seconds apart, from one port of its own; prints how each ended.
CONNECT = """
import json, socket, sys, time
address, port, times, gap = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
ends = []
for number in range(times):
    time.sleep(gap if number else 0)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wire.settimeout(10)
        wire.bind(("", 40123))
        try:
            wire.connect((address, port))
            ends.append("open")
        except OSError as error:
            ends.append(type(error).__name__)
print(json.dumps(ends))
"""
#: Connects once, with little patience; prints how that ended.
KNOCK = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=2).close()
    print("open")
except OSError as error:
    print(type(error).__name__)
"""
#: Opens a tap as QEMU does, asks for a lease in frames of its own, and prints what it may and got.
GUEST = """
import fcntl, json, os, select, struct, sys, time
tap, mac = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", ""))
wire = os.open("/dev/net/tun", os.O_RDWR)
# <linux/if_tun.h>: TUNSETIFF with IFF_TAP | IFF_NO_PI.
fcntl.ioctl(wire, 0x400454CA, struct.pack("16sH22x", tap.encode(), 0x1002))
number = os.urandom(4)
dhcp = struct.pack("!4B4s2H16s16s192s4s", 1, 1, 6, 0, number, 0, 0x8000, b"", mac, b"",
                   bytes([99, 130, 83, 99])) + bytes([53, 1, 1, 255])
udp = struct.pack("!4H", 68, 67, 8 + len(dhcp), 0) + dhcp
head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes(4), b"\\xff" * 4)
total = sum(struct.unpack("!10H", head))
total = (total & 0xFFFF) + (total >> 16)
head = head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:]
frame = b"\\xff" * 6 + mac + bytes([8, 0]) + head + udp
address = None
for attempt in range(60):
    os.write(wire, frame)
    end = time.monotonic() + 1
    while address is None and select.select([wire], [], [], max(0, end - time.monotonic()))[0]:
        answer = os.read(wire, 4096)
        if answer[12:14] == bytes([8, 0]) and answer[46:50] == number:
            address = ".".join(map(str, answer[58:62]))
    if address:
        break
with open("/proc/self/status") as status:
    capabilities = next(line.split()[1] for line in status if line.startswith("CapEff"))
print(json.dumps({"capabilities": int(capabilities, 16), "address": address}))
"""


class Machine:
    """A machine plugged into a port, with a network stack of its own."""

    def __init__(self, cloud, port):
        """:param cloud: that is up with the network. :param port: of the SDK, bound to its host."""
        self.port = port
        self._layout = cloud.path / "network"
        self._namespace = cloud_namespace.load(self._layout / "namespace.json")
        self._tap = f"tap{port.id[:11]}"
        self._holder = subprocess.Popen(
            self._namespace.command("unshare", "--net", "sleep", "infinity")
        )
        self._plug(cloud)

    def _plug(self, cloud):
        # The holder is where it should be when it runs the program.
        while Path(f"/proc/{self._holder.pid}/exe").resolve().name != "sleep":
            time.sleep(0.02)
        holder = str(self._holder.pid)
        veth = ["type", "veth", "peer", "name", "e0", "netns", holder]
        self._outside("ip", "link", "add", self._tap, *veth)
        self._outside("ip", "link", "set", self._tap, "up")
        self.run("ethtool", "-K", "e0", "tx", "off")
        self.run("ip", "link", "set", "e0", "address", self.port.mac_address, "up")
        ids = {
            "iface-id": self.port.id,
            "iface-status": "active",
            "attached-mac": self.port.mac_address,
            "vm-uuid": self.port.device_id,
        }
        external = [f"external_ids:{key}={value}" for key, value in ids.items()]
        add = ["add-port", "br-int", self._tap, "--", "set", "Interface", self._tap, *external]
        vsctl(cloud, *add)

    def _outside(self, *command):
        subprocess.run(self._namespace.command(*command), check=True)

    def run(self, *command):
        """Run a program on the machine, and return its output."""
        enter = ["nsenter", "-t", str(self._holder.pid)]
        enter += ["-U", "--preserve-credentials"] if self._namespace.user else []
        done = subprocess.run(
            [*enter, "-n", *command], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def _python(self, script, *arguments):
        return json.loads(self.run(sys.executable, "-c", script, *arguments))

    def lease(self):
        """Take the address that DHCP offers, and return the offer."""
        self.run("ip", "link", "set", "lo", "up")
        offer = self._python(LEASE, self.port.mac_address)
        length = sum(bin(int(octet)).count("1") for octet in offer["mask"].split("."))
        self.run("ip", "address", "add", f"{offer['address']}/{length}", "dev", "e0")
        self.run("ip", "route", "add", "default", "via", offer["router"])
        return offer

    def connect(self, address, port, times=1, gap=0.0):
        """Connect from one port again and again; return how each attempt ended."""
        return self._python(CONNECT, address, str(port), str(times), str(gap))

    def unplug(self, cloud):
        """Take the machine away."""
        vsctl(cloud, "--if-exists", "del-port", "br-int", self._tap)
        self._holder.kill()
        self._holder.wait()


def refused(cloud, address, port):
    """Return whether a machine at a floating IP refuses a connection, rather than being silent."""
    program = [sys.executable, "-c", KNOCK, address, str(port)]
    if os.geteuid() != 0:
        # An ordinary user reaches floating IPs in the cloud's namespace only.
        program = cloud_namespace.load(cloud.path / "network" / "namespace.json").command(*program)
    end = subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()
    assert end != "open", f"{address} serves {port}"
    return end == "ConnectionRefusedError"


def options_of(cloud):
    """Return the options by which the cloud's worker finds the switch."""
    conf = (cloud.path / "etc" / "computeapi.conf").read_text()
    section = conf.partition("[neutron]\n")[2].partition("\n[")[0]
    return dict(line.split(" = ", 1) for line in section.splitlines() if " = " in line)


def vsctl(cloud, *command):
    """Run ovs-vsctl at the cloud's database, and return its output."""
    options = options_of(cloud)
    program = [options["ovs_vsctl"], "--timeout=20", f"--db={options['ovsdb']}"]
    done = subprocess.run([*program, *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()
