"""A sealed text opens at its own place under its own key, and nowhere else; keys are wrapped, and never made anew."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote
from infra.embedded.postgres import EmbeddedPostgres, Urls
from infra.keys.sealing import SealBroken, seal, unseal
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.log.mapper import UnreadableEvent
from infra.postgres.database import Database, connect
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.databases import Databases, superuser_url
from tests.support.marker_scan import database, files

KEY = bytes(range(32))


def words(log: Log, stream: str) -> list[Any]:
    return [getattr(recorded.event, "body", None) for recorded in log.streams([stream])[stream]]


def tamper(urls: Urls, where: str, parameters: list[Any], change: Callable[[dict[str, Any]], None]) -> None:
    """Change stored events behind everybody's back, as only the owner of the table could."""
    with connect(urls.database_url, "owner") as owner:
        for position, state in owner.execute(
            "SELECT position, state FROM antiphon.log WHERE " + where,
            parameters,
        ).fetchall():
            document = json.loads(state)
            change(document["d"])
            owner.execute(
                "UPDATE antiphon.log SET state = %s WHERE position = %s", [json.dumps(document).encode(), position]
            )


@given(text=st.text(max_size=300), place=st.text(max_size=40))
def test_what_is_sealed_opens_again_and_never_reads_the_same_twice(text: str, place: str) -> None:
    sealed = seal(text, AESGCM(KEY), place)
    assert unseal(sealed, AESGCM(KEY), place) == text
    assert seal(text, AESGCM(KEY), place) != sealed


@given(text=st.text(max_size=50), bit=st.integers(min_value=0))
def test_one_bit_flipped_anywhere_and_it_does_not_open(text: str, bit: int) -> None:
    # Given
    raw = bytearray(base64.b64decode(seal(text, AESGCM(KEY), "here")))
    # When
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    # Then
    with pytest.raises(SealBroken, match="here"):
        unseal(base64.b64encode(raw).decode(), AESGCM(KEY), "here")


@pytest.mark.parametrize(("key", "place"), [(KEY[::-1], "here"), (KEY, "there")])
def test_under_another_key_or_at_another_place_it_does_not_open(key: bytes, place: str) -> None:
    with pytest.raises(SealBroken):
        unseal(seal("word", AESGCM(KEY), "here"), AESGCM(key), place)


def test_a_sealed_text_in_another_event_does_not_open_and_is_named(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    stream = deliver(executor, mail(1), GATEWAY).id
    for text in ("one", "two"):
        conversations.act(executor, stream, AddNote(body=text), AGENT)
    texts: list[str] = []
    tamper(database_urls, "originator_id = %s AND originator_version = 4", [stream], lambda d: texts.append(d["body"]))
    # When
    moved = "originator_id = %s AND originator_version = 5"
    tamper(database_urls, moved, [stream], lambda d: d.update(body=texts[0]))
    # Then
    with pytest.raises(UnreadableEvent) as unreadable:
        words(log, stream)
    assert unreadable.value.code == "seal-broken"
    assert f"{stream} version 5" in str(unreadable.value)
    assert f"{stream}/5/body" in str(unreadable.value)


def test_a_sealed_text_moved_to_another_customer_does_not_open(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    hers = deliver(executor, mail(1), GATEWAY).id
    his = executor.read(deliver(executor, mail(2, "t2", "ben@example.org"), GATEWAY).id).state.customer_id
    # When
    tamper(database_urls, "originator_id = %s", [hers], lambda d: d.update(customer_id=his))
    # Then
    with pytest.raises(UnreadableEvent, match="seal-broken"):
        words(log, hers)


def test_a_flipped_bit_in_the_log_is_found_and_its_neighbours_still_open(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    stream = deliver(executor, mail(1), GATEWAY).id

    def flip(data: dict[str, Any]) -> None:
        raw = bytearray(base64.b64decode(data["body"]))
        raw[-1] ^= 1
        data["body"] = base64.b64encode(raw).decode()

    # When
    tamper(database_urls, "topic = 'conversation.message-received'", [], flip)
    # Then
    with pytest.raises(UnreadableEvent, match="seal-broken"):
        words(log, stream)
    records = log.records(stream)
    assert len(log.recorded_events(records[:2])) == 2


def test_a_key_that_was_lost_is_named_and_never_taken_for_an_erasure(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    stream = deliver(executor, mail(1), GATEWAY).id
    with connect(database_urls.vault_url, "keykeeper") as vault:
        vault.execute("DELETE FROM vault.keys WHERE subject LIKE 'customer-%%'", [])
    log.vault.forget_cached()
    # Then
    with pytest.raises(UnreadableEvent, match="key-missing"):
        words(log, stream)


def test_under_another_master_key_nothing_opens_and_nothing_is_written(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    stream = deliver(executor, mail(1), GATEWAY).id
    customer_id = executor.read(stream).state.customer_id
    end = log.position()
    other = Vault(Database(database_urls.vault_url, "keykeeper"), KEY)
    wrong = Log(Database(database_urls.database_url, "appender"), other)
    try:
        for refused in (
            lambda: words(wrong, stream),
            lambda: other.key(customer_id),
            lambda: CommandExecutor(wrong),  # so that a process with it does not even start
        ):
            # When, Then
            with pytest.raises(Exception, match="master-key-wrong"):
                refused()
        assert log.position() == end
    finally:
        wrong.close()


def test_keys_are_wrapped_and_no_key_is_where_texts_are(
    server: EmbeddedPostgres, databases: Databases, capfd: pytest.CaptureFixture[str]
) -> None:
    # Given
    master = bytes(range(100, 132))
    with databases.fresh() as urls:
        log = Log(
            Database(urls.database_url, "appender"), Vault(Database(urls.vault_url, "keykeeper"), master_key=master)
        )
        executor = CommandExecutor(log)
        stream = deliver(executor, mail(1), GATEWAY).id
        customer_id = executor.read(stream).state.customer_id
        key = log.vault.key(customer_id)
        executor.close()
        log.close()
        # When
        vault = dict(database("vault", superuser_url(server, urls.vault_url)))
        elsewhere = dict(database("log", superuser_url(server, urls.database_url)))
        elsewhere |= dict(files(server.home, but=server.home / "postgres"))
        elsewhere["output"] = "".join(capfd.readouterr()).encode()
    # Then
    wrapped = next(text for name, text in vault.items() if name.endswith("vault.keys"))
    assert customer_id.encode() in wrapped
    for secret in (key, master):
        for form in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert not [name for name, text in (vault | elsewhere).items() if form in text]
    assert len(elsewhere) > 8


def test_a_wrapped_key_moved_to_another_subject_does_not_open(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    hers = executor.read(deliver(executor, mail(1), GATEWAY).id).state.customer_id
    his = executor.read(deliver(executor, mail(2, "t2", "ben@example.org"), GATEWAY).id).state.customer_id
    # When
    with connect(database_urls.vault_url, "keykeeper") as vault:
        vault.execute(
            "UPDATE vault.keys SET wrapped = (SELECT wrapped FROM vault.keys WHERE subject = %s) WHERE subject = %s",
            [hers, his],
        )
    # Then
    log.vault.forget_cached()
    with pytest.raises(Exception, match="master-key-wrong"):
        log.vault.key(his)
