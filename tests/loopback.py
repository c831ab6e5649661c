"""Ports of this machine, for servers that tests start."""

import socket
import time


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def wait_for(port: int, seconds: float = 20.0) -> None:
    """Return when somebody answers there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            # Asked again until the server is up, and no longer than `seconds`.
            time.sleep(0.05)
        else:
            return
    raise OSError(f"nobody answers on port {port}")
