"""Refusals: why a command was not carried out. Each has a stable code and says what to do; nothing was written."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError


class Refusal(Exception):
    """An expected "no". `code` is stable and documented (`docs/errors.md`); the text tells a person what to do."""

    def __init__(self, code: str, what_to_do: str) -> None:
        super().__init__(f"{code}: {what_to_do}")
        self.code = code
        self.what_to_do = what_to_do


class NotFound(Refusal):
    """The named object does not exist, or the caller may not see it: both get the same answer. `check`: by what it was
    named."""

    def __init__(self, what: str, *, check: str = "the id") -> None:
        self.advice = f"check {check}"
        super().__init__("not-found", f"{what} is not known here; {self.advice}")


def worded(message: str) -> str:
    """What a validator of ours says, without the library's words before it."""
    return message.removeprefix("Value error, ")


class InputInvalid(Refusal):
    """The input does not fit: the message says where and why, never the value, which may be personal."""

    def __init__(self, error: ValidationError) -> None:
        wrong = (
            f"{'.'.join(map(str, each['loc']))}: {worded(each['msg'])}" for each in error.errors(include_input=False)
        )
        super().__init__("input-invalid", "; ".join(wrong))


class NotText(Refusal):
    """A text holds a character that UTF-8 cannot encode."""

    def __init__(self) -> None:
        super().__init__("input-invalid", "text may not contain lone surrogates; send it as valid Unicode")


class Overloaded(Refusal):
    """Nothing was written, and nothing will be: repeat the request after `retry_after_seconds`."""

    def __init__(self, what_to_do: str, retry_after_seconds: int = 1) -> None:
        super().__init__("unavailable", what_to_do)
        self.retry_after_seconds = retry_after_seconds


class TimeAhead(Refusal):
    """It is said to have happened in the future. Nothing was written: repeat the request after
    `retry_after_seconds`."""

    def __init__(self, retry_at: datetime, now: datetime) -> None:
        self.retry_at = retry_at
        self.retry_after_seconds = math.ceil((retry_at - now).total_seconds())
        whole = (now + timedelta(seconds=self.retry_after_seconds + bool(now.microsecond))).astimezone(UTC)
        super().__init__(
            "time-ahead",
            f"occurred_at is later than now; repeat this at {whole:%Y-%m-%dT%H:%M:%S}Z, or send when it happened",
        )


class OutcomeUnknown(Refusal):
    """The command reached the database, but no answer came in time. Repeat it with the same command id."""

    def __init__(self) -> None:
        super().__init__("outcome-unknown", "it may or may not have been recorded; repeat it with the same command id")
