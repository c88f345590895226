"""Whether somebody can listen on a port of this machine."""

import errno
import socket


def port_problem(host: str, port: int) -> str | None:
    """Says in plain words why nobody could listen here, or None when all is well."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: connections of an earlier run that are still closing are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return _say_why(error, host, port)
    return None


def _say_why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Stop that program, or choose another port: PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"You may not use port {port}. Choose one above 1023: PORT=5000"
    return f"It is not possible to listen on {host}, port {port}: {error.strerror}."
