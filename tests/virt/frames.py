"""Ethernet frames, as a guest that does not keep to the rules sends them."""

import ipaddress
import socket
import struct

GUEST_MAC, GATEWAY_MAC = bytes.fromhex("fa163e000001"), bytes.fromhex("52550a000202")
TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP


def _checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _segment(protocol, source, target, ports):
    """Return a TCP segment that opens a connection, or a UDP datagram of one byte."""
    if protocol == TCP:
        segment, at = struct.pack("!HHIIBBHHH", *ports, 7, 0, 80, 2, 64240, 0, 0), 16
    else:
        segment, at = struct.pack("!HHHHc", *ports, 9, 0, b"x"), 6
    if source.version == 4:
        pseudo = struct.pack("!4s4sHH", source.packed, target.packed, protocol, len(segment))
    else:
        pseudo = struct.pack("!16s16sII", source.packed, target.packed, len(segment), protocol)
    return segment[:at] + struct.pack("!H", _checksum(pseudo + segment)) + segment[at + 2 :]


def opening(protocol, source, target, ports):
    """Return the frame that begins a conversation.

    :param ports: the source's and the target's.
    """
    source, target = ipaddress.ip_address(source), ipaddress.ip_address(target)
    data = _segment(protocol, source, target, ports)
    ends = source.packed + target.packed
    if source.version == 4:
        fields = (0x45, 0, 20 + len(data), 1, 0x4000, 64, protocol)
        total = _checksum(struct.pack("!BBHHHBBH", *fields, 0) + ends)
        kind, header = 0x0800, struct.pack("!BBHHHBBH", *fields, total)
    else:
        kind, header = 0x86DD, struct.pack("!IHBB", 6 << 28, len(data), protocol, 64)
    return GATEWAY_MAC + GUEST_MAC + struct.pack("!H", kind) + header + ends + data


def announcement():
    """Return the frame (ARP) by which a guest says what address it has."""
    arp = bytes.fromhex("08060001080006040001") + GUEST_MAC + bytes([10, 0, 2, 15])
    return b"\xff" * 6 + GUEST_MAC + arp + bytes(6) + bytes([10, 0, 2, 2])


def is_answer_to_announcement(frame):
    """Return whether the gateway answers :func:`announcement`."""
    return frame[12:14] == b"\x08\x06" and frame[20:22] == b"\x00\x02"
