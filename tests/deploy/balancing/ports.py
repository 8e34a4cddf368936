"""Free ports for what must know its port before it starts."""

import random
import socket
from pathlib import Path

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_dice = random.SystemRandom()


def free_port() -> int:
    """A port of loopback that nobody listens on.

    It lies below those from which the kernel takes the ports of outgoing
    connections: one of them could otherwise take the port of a server that is
    being restarted.
    """
    lowest_of_kernel = int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    for _ in range(1000):
        port = _dice.randrange(10_000, lowest_of_kernel)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
