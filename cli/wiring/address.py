"""The addresses at which the API, the desk and the mail server listen."""

from __future__ import annotations

import errno
import socket

from domain.kernel.refusal import Refusal
from infra.settings.api import ApiSettings
from infra.settings.desk import DeskSettings
from infra.settings.mail import MailSettings


def listening(settings: ApiSettings | DeskSettings | MailSettings, *, any_port: bool = False) -> socket.socket:
    """Bind the address of the API, of the desk, or of mail. `any_port`: another one, where the port is taken.

    Raises Refusal `port-taken`, `address-unusable`.
    """
    host, port = settings.host, settings.port
    names = {ApiSettings: "ANTIPHON_API", DeskSettings: "ANTIPHON_DESK", MailSettings: "ANTIPHON_MAIL"}
    named = names[type(settings)]
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and any_port:
            return listening(settings.model_copy(update={"port": 0}))
        if error.errno == errno.EADDRINUSE:
            raise Refusal("port-taken", f"{host}:{port} is in use; set {named}_PORT to another") from error
        raise Refusal("address-unusable", f"{host}:{port}: {error.strerror}; set {named}_HOST") from error
