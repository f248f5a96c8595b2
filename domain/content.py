"""Content: a file that is kept for a customer, or as the company's own.

The bytes are in the content store (`infra/content/`), sealed under the owner's key. The log names them by their id:
`content-` and the SHA-256 of the sealed bytes, which says nothing of the file once the key is destroyed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, assert_never

from domain.kernel.event import Event, Recorded, Upcast, unchanged
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


class ContentNamed(Event, name="content.named", published_as=None):
    """A message names the file. `by`: the message's id; the conversation's, of what is no message, such as a
    subject."""

    content_id: str
    by: str


class ContentReleased(Event, name="content.released", published_as=None):
    """The message `by` was taken out, and names the file no more."""

    content_id: str
    by: str


class ContentDestroyed(Event, name="content.destroyed", published_as=None):
    """The last message that named the file was taken out. Its bytes are removed, and the same file is another one."""

    content_id: str


@dataclass(frozen=True, slots=True)
class KeptContent:
    """The aggregate state of content. The file never changes, and may be destroyed."""

    owner_id: str
    size: int
    type: str
    quarantined: bool = False
    destroyed: bool = False


ContentEvent = ContentKept | ContentNamed | ContentReleased | ContentDestroyed


def evolve(state: KeptContent | None, event: ContentEvent) -> KeptContent | None:
    """Fold one event into the state."""
    match event:
        case ContentKept():
            return state or KeptContent(event.owner_id, event.size, event.type, event.quarantined)
        case ContentNamed() | ContentReleased():
            return state
        case ContentDestroyed():
            return state and replace(state, destroyed=True)
        case _:
            assert_never(event)


CONTENT = Stream("content", ContentEvent, evolve)


def decide_release(recorded_events: Iterable[Recorded[Event]], content_id: str, by: str) -> list[Event]:
    """Decide what becomes of a file, by its whole stream, when the message `by` is taken out: [] where that message did
    not name it."""
    names = set[str]()
    for event in (recorded.event for recorded in recorded_events):
        match event:
            case ContentNamed():
                names.add(event.by)
            case ContentReleased():
                names.discard(event.by)
    if by not in names:
        return []
    released: list[Event] = [ContentReleased(content_id=content_id, by=by)]
    return released if names - {by} else [*released, ContentDestroyed(content_id=content_id)]


def id_of(name: str) -> str:
    """The id of content by its name, the SHA-256 of the sealed bytes in hex."""
    return f"{CONTENT.kind}-{name}"


def name_of(content_id: str) -> str:
    """The name of content by its id."""
    return content_id.removeprefix(f"{CONTENT.kind}-")


def not_served() -> Refusal:
    """The refusal of a file that is quarantined."""
    return Refusal(
        "content-quarantined",
        "the file did not pass the check of this installation; only staff may save it, and say that they know: "
        "quarantined=true (antiphon fetch --quarantined)",
    )


def check_may_be_sent(content_id: str, content: KeptContent, person_id: str, *, to_them: bool = False) -> None:
    """Check that a message of, or to, this person may have the content: it is theirs, or the company's own.

    `to_them`: the person asks, and must not learn what others have. Raises Refusal `not-found` (also of a file that was
    destroyed), `not-theirs`.
    """
    if content.destroyed:
        raise NotFound(f"the {CONTENT.kind}")
    if content.owner_id in (person_id, COMPANY):
        return
    if to_them:
        raise NotFound(f"the {CONTENT.kind}")
    raise Refusal("not-theirs", f"{content_id} is not of {person_id}; send the file for them first")
