"""The address at which the API listens."""

from __future__ import annotations

import errno
import socket

from domain.kernel.refusal import Refusal
from infra.settings.api import ApiSettings


def listening(settings: ApiSettings) -> socket.socket:
    """Bind the API's address. Raises Refusal `port-taken`, `address-unusable`."""
    host, port = settings.host, settings.port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal("port-taken", f"{host}:{port} is in use; set ANTIPHON_API_PORT to another") from error
        raise Refusal("address-unusable", f"{host}:{port}: {error.strerror}; set ANTIPHON_API_HOST") from error
