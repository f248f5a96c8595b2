"""Channels, purposes, product areas and themes are not sealed: a customer fills them with the company's words only."""

from __future__ import annotations

import pytest

from domain.company_words import CompanyWords
from domain.conversation.commands import AddInteraction, ReceiveMessage
from domain.customer import ChoosePreferences, GiveConsent
from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen
from infra.settings.company import CompanySettings

WORDS = CompanyWords(themes=frozenset({"returns"}), product_areas=frozenset({"kettles"}))
FREE = (
    ReceiveMessage(body="x", channel="ada-lovelace"),
    AddInteraction(kind="complaint", theme="ada lovelace"),
    AddInteraction(kind="complaint", product_area="ada lovelace"),
    ChoosePreferences(customer_id="customer-1", channel="ada-lovelace"),
    GiveConsent(customer_id="customer-1", purpose="ada-lovelace"),
)
KNOWN = (
    ReceiveMessage(body="x", channel="web"),
    ReceiveMessage(body="x"),
    AddInteraction(kind="complaint", theme="returns", product_area="kettles"),
    ChoosePreferences(customer_id="customer-1", channel="sms"),
    GiveConsent(customer_id="customer-1", purpose="newsletter"),
)


@pytest.mark.parametrize("command", FREE)
def test_another_word_is_refused_and_not_repeated(command: Frozen) -> None:
    with pytest.raises(Refusal, match="word-unknown") as refused:
        WORDS.check(command)
    assert "lovelace" not in str(refused.value)


@pytest.mark.parametrize("command", KNOWN)
def test_a_word_of_the_company_is_taken(command: Frozen) -> None:
    WORDS.check(command)


def test_the_operator_sets_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTIPHON_THEMES", "returns, late delivery")
    monkeypatch.setenv("ANTIPHON_CHANNELS", "kiosk")
    assert CompanySettings().words == CompanyWords(
        channels=frozenset({"kiosk"}), themes=frozenset({"returns", "late delivery"})
    )
