"""Content: a file that is kept for a customer, or as the company's own.

The bytes are in the content store (`infra/content/`), sealed under the owner's key. The log names them by their id:
`content-` and the SHA-256 of the sealed bytes, which says nothing of the file once the key is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from domain.kernel.event import Event, Upcast, unchanged
from domain.kernel.personal import Personal
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Whole

COMPANY = "company-own"
"""The owner of the company's own files, which anybody may be sent. Its key is never destroyed."""


class ContentKept(Event, name="content.kept", published_as=None):
    """A file is kept. `owner_id`: the person whose it is, or COMPANY. `size`: in bytes. `type`: the media type, as the
    first bytes tell. `sha256`: of the file itself, in hex. `verdict`: of the check, if there was one; version 1 has
    none."""

    schema_version = 2
    upcasts: ClassVar[dict[int, Upcast]] = {1: unchanged}

    content_id: str
    owner_id: str
    size: Whole
    type: Text
    sha256: Annotated[Text, Personal("owner_id")]
    verdict: Literal["passed", "quarantined", "unchecked"] | None = None

    @property
    def quarantined(self) -> bool:
        """Whether nobody but staff may have the file: it did not pass the check that there was."""
        return self.verdict not in (None, "passed")


@dataclass(frozen=True, slots=True)
class KeptContent:
    """The aggregate state of content. The file never changes."""

    owner_id: str
    size: int
    type: str
    quarantined: bool = False


def evolve(state: KeptContent | None, event: ContentKept) -> KeptContent:
    """Fold one event into the state."""
    return state or KeptContent(event.owner_id, event.size, event.type, event.quarantined)


CONTENT = Stream("content", ContentKept, evolve)


def id_of(name: str) -> str:
    """The id of content by its name, the SHA-256 of the sealed bytes in hex."""
    return f"{CONTENT.kind}-{name}"


def name_of(content_id: str) -> str:
    """The name of content by its id."""
    return content_id.removeprefix(f"{CONTENT.kind}-")


def held() -> Refusal:
    """The refusal of a file that is quarantined."""
    return Refusal(
        "content-quarantined",
        "the file did not pass the check of this installation; only staff may save it, and say that they know: "
        "quarantined=true (antiphon fetch --quarantined)",
    )


def check_may_be_sent(content_id: str, content: KeptContent, person_id: str, *, to_them: bool = False) -> None:
    """Check that a message of, or to, this person may have the content: it is theirs, or the company's own.

    `to_them`: the person asks, and must not learn what others have. Raises Refusal `not-found`, `not-theirs`.
    """
    if content.owner_id in (person_id, COMPANY):
        return
    if to_them:
        raise NotFound(f"the {CONTENT.kind}")
    raise Refusal("not-theirs", f"{content_id} is not of {person_id}; send the file for them first")
