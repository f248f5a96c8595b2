"""`antiphon audit`: checkpoints are made and kept, and the log is verified against them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from audit import verify
from infra.embedded.postgres import Urls
from infra.postgres.database import connect
from projections.catalogue import VIEWS
from tests.cli.conftest import Antiphon


def test_an_empty_log_has_nothing_to_prove_and_keys_are_there(antiphon: Antiphon) -> None:
    assert antiphon("audit", "checkpoint").out.startswith("there is nothing new to be covered")
    # When
    (former,) = antiphon("audit", "keys").out.split()
    new = antiphon("audit", "rotate").out.strip()
    # Then
    assert antiphon("audit", "keys").out.split() == [new, former]
    ran = antiphon("audit", "verify", "--key", former)
    assert (ran.status, ran.out) == (0, "ok  0 events equal 0 checkpoints\n")
    ran = antiphon("audit", "verify", "--key", "nonsense")
    assert (ran.status, "checkpoint-key-missing" in ran.err) == (2, True)


def test_an_erasure_leaves_checkpoints_verifying_and_tampering_does_not(
    antiphon: Antiphon, database_urls: Urls, tmp_path: Path
) -> None:
    # Given
    opened = antiphon("open", "inquiry", "Are you open?", "--from", "ada@example.org")
    assert antiphon("audit", "checkpoint").out.startswith(f"{opened.position} events up to position {opened.position},")
    customer = antiphon("by-contact", "ada@example.org").out.split()[0]
    # When somebody is erased
    assert antiphon("erase", customer, "--reason", "they asked").status == 0
    # Then
    ran = antiphon("audit", "verify")
    assert ran.status == 0, ran.out
    assert ran.out.startswith(f"ok  {opened.position} events equal 4 checkpoints; ")
    assert "events came after the last checkpoint, and nothing is proved of them" in ran.out
    # When a bundle is exported
    ran = antiphon("audit", "export", "--conversation", opened.id, "--out", str(tmp_path / "bundle.zip"))
    assert ran.status == 0, ran.err
    with ZipFile(tmp_path / "bundle.zip") as file:
        file.extractall(tmp_path / "bundle")
    # Then
    assert verify.main(tmp_path / "bundle", []) is None
    report = (tmp_path / "bundle" / "report.html").read_text()
    assert ("Are you open?" in report, "[erased]" in report) == (False, True)
    # When somebody tampers
    with connect(database_urls.database_url) as superuser:
        superuser.execute("UPDATE antiphon.log SET recorded_at = recorded_at + interval '1s' WHERE position = 2")
    # Then
    ran = antiphon("audit", "verify")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == "!!  position 2: the event was changed"
    assert f"the checkpoint of {opened.position} events" in ran.out
    ran = antiphon("audit", "export", "--customer", customer, "--out", str(tmp_path / "bundle.zip"))
    assert (ran.status, "file-exists" in ran.err) == (2, True)
    ran = antiphon("doctor")
    assert (ran.status, "the log was changed, at position 2 first" in ran.out) == (1, True)


def test_what_views_amount_to_is_said_by_a_checkpoint_and_outlives_an_erasure(
    antiphon: Antiphon, database_urls: Urls
) -> None:
    # Given
    antiphon("open", "complaint", "The lid leaks", "--from", "ada@example.org", "--name", "Ada")
    antiphon("open", "inquiry", "Are you open?", "--from", "bea@example.org", "--name", "Bea")
    customer = antiphon("by-contact", "ada@example.org").out.split()[0]
    said = antiphon("audit", "views").out.splitlines()
    assert len(said) == len(VIEWS) + 1
    inbox = next(line for line in said if line.startswith("inbox: "))
    assert len(inbox.split()[-1]) == 64
    # When a text is gone from the views and the log goes on
    assert antiphon("erase", customer, "--reason", "she asked").status == 0
    assert antiphon("audit", "checkpoint").status == 0
    # Then a replay up to there amounts to the same
    ran = antiphon("audit", "views", "--check")
    assert (ran.status, ran.err) == (0, "")
    assert {line.split()[0] for line in ran.out.splitlines()} == {"ok"}
    assert antiphon("audit", "verify").status == 0
    # When somebody changes what the views are folded from
    with connect(database_urls.database_url) as superuser:
        superuser.execute(
            "UPDATE antiphon.log SET state = convert_to(replace(convert_from(state, 'UTF8'), 'complaint', 'inquiry'),"
            " 'UTF8') WHERE topic = 'conversation.interaction-added' AND position < 9"
        )
    # Then
    ran = antiphon("audit", "views", "inbox", "strangers", "--check")
    assert ran.status == 1
    assert [line.split()[:3] for line in ran.out.splitlines()] == [["!!", "view", "inbox"], ["ok", "view", "strangers"]]
    assert "view-unknown" in antiphon("audit", "views", "nothing").err
