"""Who may see the office's work: until there is a log-in, only people at this very machine."""

import ipaddress

from fastapi import Request

FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})


def is_loopback(host: str) -> bool:
    """Whether an address or host name can only mean this machine."""
    name = host.strip("[]").casefold()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def at_this_machine(request: Request, host: str) -> bool:
    """Whether the request was made at this machine, to a server that listens nowhere else.

    ``host`` is ``[web] host``. The name in the ``Host`` header must mean this machine too, so that
    a foreign page cannot read ours by pointing its own name here (DNS rebinding); and nothing may
    have passed the request on, for a proxy opens a local server to its network.
    """
    client = request.client.host if request.client else ""
    return (
        is_loopback(host)
        and is_loopback(client)
        and is_loopback(request.url.hostname or "")
        and FORWARDED.isdisjoint(request.headers.keys())
    )
