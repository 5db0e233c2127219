"""The workers of hosts, as the API wakes them."""


class Woken:
    """A client that notes the hosts that it woke."""

    def __init__(self):
        self.hosts = []

    def cast(self, host):
        self.hosts.append(host)
