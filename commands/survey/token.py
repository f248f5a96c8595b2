"""The token with which a customer answers a survey: which survey, which customer, and a signature by the company's key.

The token expires with its survey. It goes into the message to the customer, and comes back in a body, never in a URL of
ours, which would end up in logs.
"""

from __future__ import annotations

import base64
import hmac

from commands.executor.executor import CommandExecutor
from domain.customer import CUSTOMER
from domain.kernel.refusal import Refusal
from domain.survey import SURVEY

_SIGNATURE_BYTES = 16
"""Of the keyed hash; 128 bits are guessed by nobody, and keep the link short."""


def token(executor: CommandExecutor, survey_id: str, customer_id: str) -> str:
    """The token with which this customer answers this survey."""
    ids = (survey_id.removeprefix(f"{SURVEY.kind}-"), customer_id.removeprefix(f"{CUSTOMER.kind}-"))
    return ".".join((*ids, _signature(executor, survey_id, customer_id)))


def who(executor: CommandExecutor, token: str) -> tuple[str, str]:
    """The survey and the customer of a token. Raises Refusal `survey-token-invalid`."""
    survey, _, rest = token.strip().partition(".")
    customer, _, signature = rest.partition(".")
    survey_id, customer_id = f"{SURVEY.kind}-{survey}", f"{CUSTOMER.kind}-{customer}"
    # Both as bytes: `compare_digest` takes no text beyond ASCII.
    if not hmac.compare_digest(signature.encode(), _signature(executor, survey_id, customer_id).encode()):
        raise Refusal("survey-token-invalid", "no survey gave out this token; use the one of the message, as it is")
    return survey_id, customer_id


def _signature(executor: CommandExecutor, survey_id: str, customer_id: str) -> str:
    signed = executor.fingerprint("survey-token", survey_id, customer_id)[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
