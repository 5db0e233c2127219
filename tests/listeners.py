"""Sockets that note whether somebody reached them."""

import socket


class Listeners:
    """Sockets for TCP and UDP, on one port of several addresses."""

    def __init__(self, addresses):
        self.addresses = addresses
        self.port = 0
        self._sockets = {}
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            for name, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
                listener = self._sockets[address, name] = socket.socket(family, kind)
                listener.setblocking(False)
                listener.bind((address, self.port))
                self.port = listener.getsockname()[1]
                if name == "tcp":
                    listener.listen(500)

    def everything(self):
        return set(self._sockets)

    def reached(self):
        """Return the addresses and protocols that somebody reached since the last call."""
        return {name for name, listener in self._sockets.items() if self._reached(*name, listener)}

    @staticmethod
    def _reached(_address, protocol, listener):
        try:
            if protocol == "tcp":
                listener.accept()[0].close()
            else:
                listener.recv(9)
        except BlockingIOError:
            return False
        return True

    def close(self):
        for listener in self._sockets.values():
            listener.close()


def own_address():
    """Return an address that other machines have for this one, or None without any."""
    # Nothing is sent: connecting a datagram socket only chooses the address to send from.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]
