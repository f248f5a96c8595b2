"""A setting with several entries says which of them is wrong, and shows no value."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from infra.settings.api import ApiSettings
from infra.settings.company import CompanySettings
from infra.settings.room import Room
from infra.settings.tokens import TokenSettings


@pytest.mark.parametrize(
    ("room", "name", "value"),
    [
        (TokenSettings, "ANTIPHON_SERVICES", "service-mail=read,service-bot=wirte"),
        (TokenSettings, "ANTIPHON_SERVICES", "service-mail=read,bot=act"),
        (TokenSettings, "ANTIPHON_SERVICES", "service-mail=read,service-mail=act"),
        (CompanySettings, "ANTIPHON_SERVED_CHANNELS", "mail,Fax"),
        (CompanySettings, "ANTIPHON_SERVED_CHANNELS", "mail,fax=telex"),
        (ApiSettings, "ANTIPHON_CORS_ORIGINS", "https://desk.example.org,https://desk.example.org/"),
    ],
)
def test_the_second_entry_is_named(room: type[Room], name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        room()
    (wrong,) = refused.value.errors(include_input=False)
    assert wrong["loc"] == (name,)
    assert "entry 2: " in wrong["msg"]
    assert value.split(",")[1] not in wrong["msg"]
