"""Webhooks: endpoints of other systems to which we post what happens, signed by the Standard Webhooks specification.

A webhook is an address, what is posted there, and its keys by number. The keys themselves are in the key store
(`commands/webhook.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self, assert_never

from pydantic import AfterValidator, Field, HttpUrl, TypeAdapter, ValidationError, model_validator

from domain.kernel.event import EVENTS, Event
from domain.kernel.ids import new_id
from domain.kernel.refusal import NotFound, Refusal
from domain.kernel.stream import Stream
from domain.kernel.text import Text
from domain.kernel.values import Channel, Frozen, Whole

Algorithm = Literal["hmac", "ed25519"]
"""How posts are signed: with a secret that both sides have (v1), or with our private key (v1a)."""
DisabledBecause = Literal["asked", "gone", "given-up"]
"""Why nothing is posted: somebody asked for it, the endpoint answered 410, or too much was given up there."""
WebhookState = Literal["enabled", "disabled"]

MOST = 100
"""How many webhooks there may be."""
MOST_CHANNELS, MOST_EVENTS = 50, 200
KEYS = 2
"""How many keys of a webhook sign at the same time: the newest ones, so that the receiver can change over."""
FIRST_KEY = 1
"""The number of the key that comes with the registration."""
URL_CHARACTERS = 2_000
MOST_ATTEMPTS = 30
"""How often a post is tried again, at most."""
LONGEST_SECONDS = 7 * 86_400
"""The longest wait between two attempts."""
_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)


class WebhookRegistered(Event, name="webhook.registered", published_as=None):
    """An endpoint is registered. `channels`: it gets the replies over these; `events`: or these published events, by
    their stored names. `after`: of what the log has after this position."""

    webhook_id: str
    url: Text
    algorithm: Algorithm
    channels: tuple[str, ...]
    events: tuple[str, ...]
    after: int


class WebhookKeyAdded(Event, name="webhook.key-added", published_as=None):
    """A further key signs, beside the newest one before. `key`: its number."""

    webhook_id: str
    key: int


class WebhookKeyRetired(Event, name="webhook.key-retired", published_as=None):
    """A key signs no more, and nothing that it signed is taken in."""

    webhook_id: str
    key: int


class WebhookDisabled(Event, name="webhook.disabled", published_as=None):
    """Nothing is posted any more, until somebody enables it; then it goes on with what happened meanwhile."""

    webhook_id: str
    because: DisabledBecause


class WebhookEnabled(Event, name="webhook.enabled", published_as=None):
    """It is posted again, beginning with what waits."""

    webhook_id: str


class WebhookRetryRequested(Event, name="webhook.retry-requested", published_as=None):
    """What is quarantined is posted again, in order: of one stream, such as a conversation, or (None) of all."""

    webhook_id: str
    stream_id: str | None


class WebhookReplayRequested(Event, name="webhook.replay-requested", published_as=None):
    """All that the log has after a position is posted once more, with the same ids."""

    webhook_id: str
    after: int


class WebhookScheduleChanged(Event, name="webhook.schedule-changed", published_as=None):
    """A failed post is tried again after these seconds, one after the other; None: as the installation says. It counts
    for attempts from now on."""

    webhook_id: str
    retry_seconds: tuple[int, ...] | None


class WebhookRemoved(Event, name="webhook.removed", published_as=None):
    """The endpoint is no more; its keys are destroyed."""

    webhook_id: str


WebhookEvent = (
    WebhookRegistered | WebhookKeyAdded | WebhookKeyRetired | WebhookDisabled | WebhookEnabled | WebhookRetryRequested
    | WebhookReplayRequested | WebhookScheduleChanged | WebhookRemoved
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Webhook:
    """The aggregate state of a webhook. `keys`: the numbers of those that sign, the newest last; `last_key`: the
    highest number that was ever given. `disabled`: why; None while it is enabled. `replay`: 1, and one more for each
    replay; `after`: the position after which this one begins. `retry_seconds`: its own schedule, if it has one;
    `schedule_version`: 0, and one more for each change of it."""

    webhook_id: str
    url: str
    algorithm: Algorithm
    channels: tuple[str, ...]
    events: tuple[str, ...]
    after: int
    keys: tuple[int, ...] = (FIRST_KEY,)
    last_key: int = FIRST_KEY
    disabled: DisabledBecause | None = None
    replay: int = 1
    removed: bool = False
    retry_seconds: tuple[int, ...] | None = None
    schedule_version: int = 0


def evolve(state: Webhook | None, event: WebhookEvent) -> Webhook | None:
    """Fold one event into the state."""
    if isinstance(event, WebhookRegistered):
        return Webhook(event.webhook_id, event.url, event.algorithm, event.channels, event.events, event.after)
    if state is None:
        return None
    match event:
        case WebhookKeyAdded():
            return replace(state, keys=(*state.keys, event.key)[-KEYS:], last_key=event.key)
        case WebhookKeyRetired():
            return replace(state, keys=tuple(each for each in state.keys if each != event.key))
        case WebhookDisabled():
            return replace(state, disabled=event.because)
        case WebhookEnabled():
            return replace(state, disabled=None)
        case WebhookRetryRequested():
            return state
        case WebhookReplayRequested():
            return replace(state, replay=state.replay + 1, after=event.after)
        case WebhookScheduleChanged():
            return replace(state, retry_seconds=event.retry_seconds, schedule_version=state.schedule_version + 1)
        case WebhookRemoved():
            return replace(state, removed=True)
        case _:
            assert_never(event)


WEBHOOK = Stream("webhook", WebhookEvent, evolve)


def _checked_url(url: str) -> str:
    try:
        parsed = _URL.validate_python(url)
    except ValidationError:
        raise ValueError("an address is an https:// URL with a host") from None
    if parsed.username or parsed.password or parsed.fragment:
        raise ValueError("an address has no user, no password and no fragment")
    return str(parsed)


def _checked_event(name: str) -> str:
    event = EVENTS.get(name)
    if event is None or event.published_as is None:
        raise ValueError("an event is the name of a published one, such as conversation.opened")
    return name


Url = Annotated[
    str,
    Field(
        max_length=URL_CHARACTERS, json_schema_extra={"format": "uri"}, examples=["https://gateway.example/antiphon"]
    ),
]
RetrySeconds = Annotated[
    tuple[Annotated[Whole, Field(ge=0, le=LONGEST_SECONDS)], ...],
    Field(max_length=MOST_ATTEMPTS, examples=[[5, 300, 1800]]),
]
EventName = Annotated[str, Field(max_length=100, examples=["conversation.opened"]), AfterValidator(_checked_event)]


class RegisterWebhook(Frozen):
    """Register an endpoint: for the replies over some channels, or for some events. `after`: what the log has after
    this position; None: from now on."""

    webhook_id: str = Field(default_factory=lambda: new_id("webhook"), exclude=True)
    url: Annotated[Url, AfterValidator(_checked_url)]
    channels: tuple[Channel, ...] = Field((), max_length=MOST_CHANNELS)
    events: tuple[EventName, ...] = Field((), max_length=MOST_EVENTS)
    algorithm: Algorithm = "hmac"
    after: Whole | None = Field(None, ge=0, le=2**62)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.channels) == bool(self.events):
            raise ValueError("name the channels whose replies it gets, or the events; for both, register two")
        return self


class RotateWebhookKey(Frozen):
    """Add a key, which signs beside the newest one before."""


class RetireWebhookKey(Frozen):
    """Let the older of two keys sign no more."""


class ChangeWebhookState(Frozen):
    """Post, or let what happens wait."""

    state: WebhookState
    because: DisabledBecause = "asked"


class RetryWebhook(Frozen):
    """Post what is quarantined again: of one stream, such as a conversation, or of all."""

    stream_id: Annotated[str | None, Field(max_length=100)] = None


class ReplayWebhook(Frozen):
    """Post once more all that the log has after a position."""

    after: Whole = Field(ge=0, le=2**62)


class ChangeWebhookSchedule(Frozen):
    """Try a failed post again after these seconds, one after the other; None: as the installation says."""

    retry_seconds: RetrySeconds | None = None


class RemoveWebhook(Frozen):
    """Remove the endpoint, and destroy its keys."""


WebhookCommand = (
    RotateWebhookKey | RetireWebhookKey | ChangeWebhookState | RetryWebhook | ReplayWebhook | ChangeWebhookSchedule
    | RemoveWebhook
)  # fmt: skip


def register(command: RegisterWebhook, there: int, end: int) -> list[Event]:
    """Decide a registration, beside so many others; `end`: the log's. Raises Refusal `webhooks-too-many`."""
    if there >= MOST:
        raise Refusal("webhooks-too-many", f"there are {there} already; remove one that nobody needs")
    return [
        WebhookRegistered(
            webhook_id=command.webhook_id,
            url=command.url,
            algorithm=command.algorithm,
            channels=tuple(sorted(set(command.channels))),
            events=tuple(sorted(set(command.events))),
            after=end if command.after is None else command.after,
        )
    ]


def decide(state: Webhook, command: WebhookCommand) -> list[Event]:
    """Decide the events of a command; [] where nothing would change. Raises NotFound where the webhook is removed."""
    id = state.webhook_id
    if state.removed:
        if isinstance(command, RemoveWebhook):
            return []
        raise NotFound(id)
    match command:
        case RotateWebhookKey():
            return [WebhookKeyAdded(webhook_id=id, key=state.last_key + 1)]
        case RetireWebhookKey():
            return [WebhookKeyRetired(webhook_id=id, key=key) for key in state.keys[:-1]]
        case ChangeWebhookState(state="enabled"):
            return [WebhookEnabled(webhook_id=id)] if state.disabled else []
        case ChangeWebhookState():
            return [] if state.disabled else [WebhookDisabled(webhook_id=id, because=command.because)]
        case RetryWebhook():
            return [WebhookRetryRequested(webhook_id=id, stream_id=command.stream_id)]
        case ReplayWebhook():
            return [WebhookReplayRequested(webhook_id=id, after=command.after)]
        case ChangeWebhookSchedule(retry_seconds=seconds):
            return (
                [] if seconds == state.retry_seconds else [WebhookScheduleChanged(webhook_id=id, retry_seconds=seconds)]
            )
        case RemoveWebhook():
            return [WebhookRemoved(webhook_id=id)]
        case _:
            assert_never(command)
