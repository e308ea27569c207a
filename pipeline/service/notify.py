"""What systemd wants to hear of a service of ``Type=notify`` (sd_notify(3)): a word by datagram."""

import os
import socket
from contextlib import suppress

ADDRESS = "NOTIFY_SOCKET"
READY, ALIVE, STOPPING = b"READY=1", b"WATCHDOG=1", b"STOPPING=1"


def tell_systemd(word: bytes) -> None:
    """Send ``word`` to the service manager; nothing where none listens."""
    address = os.environ.get(ADDRESS, "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = f"\0{address[1:]}"
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.connect(address)
        speaker.send(word)
