"""Only a token that the issuer signed for us, and that is in force, is taken; everything else is refused alike."""

from __future__ import annotations

import base64
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.edge.token_keys import KeySetFile
from api.edge.tokens import FOR_EVER, LONGEST, Tokens
from domain.kernel.refusal import Refusal
from tests.support.forging import AUDIENCE, ISSUER, Issuer, claims, made_up
from tests.support.waiting import wait_until

SECRET = b"a secret of these tests, 32 bytes or more"
HS256 = {"alg": "HS256", "typ": "JWT"}
SHARED = Tokens(SECRET, ISSUER, AUDIENCE)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    """Somebody whose keys are published."""
    return Issuer()


@pytest.fixture
def published(issuer: Issuer, tmp_path: Path) -> Path:
    """The file with the issuer's keys."""
    return issuer.publish(tmp_path / "jwks.json")


def checked(file: Path) -> Tokens:
    """Tokens by the keys of a file."""
    return Tokens(file, ISSUER, AUDIENCE)


def refused(tokens: Tokens, token: str) -> bool:
    """Whether it is refused, as all are."""
    with pytest.raises(Refusal) as why:
        tokens.check(token)
    assert "sub" not in why.value.what_to_do
    return why.value.code == "token-invalid"


def test_a_token_of_the_shared_secret_is_taken() -> None:
    assert SHARED.check(made_up(HS256, claims(), SECRET)).subject == "service-mail"
    assert SHARED.check(SHARED.issue("staff-1", timedelta(hours=1))).subject == "staff-1"


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519", "RS256"])
def test_a_token_of_a_published_key_is_taken(issuer: Issuer, published: Path, algorithm: str) -> None:
    assert checked(published).check(issuer.sign(algorithm)).subject == "service-mail"


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519", "RS256"])
def test_the_key_is_the_one_that_the_token_names(issuer: Issuer, published: Path, algorithm: str) -> None:
    other = {"ES256": "ed", "Ed25519": "rs", "RS256": "es"}[algorithm]
    tokens = checked(published)
    assert refused(tokens, issuer.sign(algorithm, kid=other))
    assert refused(tokens, issuer.sign(algorithm, kid="unknown"))
    # Where there are several, one has to be named
    assert refused(tokens, issuer.sign(algorithm, kid=None))


def test_one_key_alone_needs_no_name(issuer: Issuer, tmp_path: Path) -> None:
    tokens = checked(issuer.publish(tmp_path / "one.json", "ES256"))
    assert tokens.check(issuer.sign("ES256", kid=None)).subject == "service-mail"


NOW = int(time.time())
WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "no issuer": {"iss": None},
    "issuers": {"iss": [ISSUER, "https://elsewhere.example"]},
    "another audience": {"aud": "elsewhere"},
    "other audiences": {"aud": ["elsewhere", "nowhere"]},
    "no audience": {"aud": None},
    "an empty audience": {"aud": ""},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "no expiry": {"exp": None},
    "expired": {"exp": NOW - 1},
    "an expiry that is no number": {"exp": "tomorrow"},
    "an endless expiry": {"exp": float("inf")},
    "an expiry that is true": {"exp": True},
    "not yet valid": {"nbf": NOW + 3600},
    "issued in the future": {"iat": NOW + 3600},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_signed_token_with_wrong_claims_is_refused(wrong: dict[str, Any]) -> None:
    assert refused(SHARED, made_up(HS256, claims(**wrong), SECRET))


@pytest.mark.parametrize("audience", [AUDIENCE, ["elsewhere", AUDIENCE]])
def test_one_of_several_audiences_is_enough(audience: Any) -> None:
    assert SHARED.check(made_up(HS256, claims(aud=audience), SECRET)).subject == "service-mail"


FORGED: dict[str, str] = {
    "nothing": "",
    "garbage": "abc",
    "dots": "..",
    "not base64": "a.b!.c",
    "five parts, as if encrypted": "a.b.c.d.e",
    "another alphabet": "ключ.ключ.ключ",
    "alg none": made_up({"alg": "none"}, claims()),
    "alg None": made_up({"alg": "None"}, claims(), b"x"),
    "no alg": made_up({"typ": "JWT"}, claims(), SECRET),
    "alg that is no text": made_up({"alg": ["HS256"]}, claims(), SECRET),
    "another alg": made_up({"alg": "HS512"}, claims(), SECRET),
    "another key": made_up(HS256, claims(), b"another secret of 32 bytes or more"),
    "an empty key": made_up(HS256, claims(), b""),
    "unsigned": made_up(HS256, claims()),
    "a key that comes along": made_up({**HS256, "jwk": {"kty": "oct", "k": "AA"}}, claims(), b"\0"),
    "an extension that must be understood": made_up({**HS256, "crit": ["b64"], "b64": False}, claims(), SECRET),
    "claims that are no object": made_up(HS256, ["a"], SECRET),
    "claims that are no JSON": made_up(HS256, b"{", SECRET),
    "a header of brackets": made_up(b"[" * 3000, claims(), SECRET),
    "an expiry beyond all numbers": made_up(
        HS256, json.dumps(claims(exp=0)).replace(": 0", ": 1e400").encode(), SECRET
    ),
    "claims of brackets": made_up(HS256, b"[" * 3000, SECRET),
    "too long": made_up(HS256, claims(more="x" * LONGEST), SECRET),
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused(token: str, published: Path) -> None:
    assert refused(SHARED, token)
    assert refused(checked(published), token)


def test_a_signature_of_something_else_is_refused() -> None:
    # Given two tokens
    one, other = (made_up(HS256, claims(sub=sub), SECRET) for sub in ("service-a", "service-b"))
    # When the claims of one are put between the header and the signature of the other
    mixed = ".".join([*other.split(".")[:2], one.split(".")[2]])
    # Then
    assert refused(SHARED, mixed)


def test_a_published_key_does_not_do_as_a_shared_secret(issuer: Issuer, published: Path) -> None:
    # Given what everybody can read: the keys, in every form that somebody could take for a secret
    key = issuer.keys["RS256"]
    forms = [
        published.read_bytes(),
        json.dumps(key.as_dict(private=False)).encode(),
        key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ]
    # When tokens are signed with them as if they were secrets
    for form in forms:
        for kid in ("rs", "es", None):
            header = {"alg": "HS256"} | ({"kid": kid} if kid else {})
            # Then
            assert refused(checked(published), made_up(header, claims(), form))


def test_a_secret_among_published_keys_is_no_key(issuer: Issuer, tmp_path: Path) -> None:
    # Given a key set that gives a secret away
    file = issuer.publish(tmp_path / "jwks.json")
    keys = json.loads(file.read_text())
    keys["keys"].append({"kty": "oct", "k": base64.urlsafe_b64encode(SECRET).decode().rstrip("="), "kid": "oct"})
    file.write_text(json.dumps(keys))
    # Then
    assert refused(checked(file), made_up({"alg": "HS256", "kid": "oct"}, claims(), SECRET))


def test_a_token_that_expires_after_all_clocks_holds_until_the_last() -> None:
    assert SHARED.check(made_up(HS256, claims(exp=10**3000), SECRET)).expires_at == FOR_EVER


def test_a_token_that_held_ends_with_its_time() -> None:
    # Given a token that held
    token = SHARED.issue("service-mail", timedelta(seconds=1))
    expires_at = SHARED.check(token).expires_at
    # When its second is over
    wait_until(lambda: time.time() > expires_at, 10, "the token has expired")
    # Then
    assert refused(SHARED, token)


def test_no_more_tokens_are_remembered_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setattr(Tokens, "REMEMBERED", 3)
    tokens = Tokens(SECRET, ISSUER, AUDIENCE)
    # When
    for number in range(10):
        tokens.check(tokens.issue(f"service-{number}", timedelta(hours=1)))
    # Then
    assert len(tokens._verified) == 3


# -- keys change


def changed(file: Path, text: str) -> None:
    """Another text, at another time."""
    before = file.stat().st_mtime_ns
    file.write_text(text)
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_keys_that_changed_are_in_force_and_those_that_are_gone_are_not(
    issuer: Issuer, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a token that held
    monkeypatch.setattr(KeySetFile, "POLL_SECONDS", 0.0)
    tokens, before = checked(published), issuer.sign("ES256")
    tokens.check(before)
    # When the issuer publishes other keys
    renewed = Issuer()
    changed(published, renewed.publish(published.with_name("new.json")).read_text())
    # Then
    assert tokens.check(renewed.sign("ES256")).subject == "service-mail"
    assert refused(tokens, before)


BAD = ["", "{", '{"keys": []}', "[]", "null", '{"keys": [{"kty": "EC"}]}', "[" * 100_000, None]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_leaves_the_former_keys_in_force_and_is_logged_once(
    issuer: Issuer, published: Path, bad: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setattr(KeySetFile, "POLL_SECONDS", 0.0)
    tokens, good = checked(published), published.read_text()
    # When
    with structlog.testing.capture_logs() as told:
        if bad is None:
            published.unlink()
        else:
            changed(published, bad)
        # Then
        for _ in range(3):
            assert tokens.check(issuer.sign("ES256")).subject == "service-mail"
    assert [each["event"] for each in told] == ["token-keys-kept"]
    assert told[0]["file"] == str(published)
    # And it is read again once it is mended
    renewed = Issuer()
    published.write_text(good)
    changed(published, renewed.publish(published.with_name("new.json")).read_text())
    assert tokens.check(renewed.sign("RS256")).subject == "service-mail"


@pytest.mark.parametrize("bad", ["", "[]", '{"keys": []}', '{"keys": "x"}', "\ud800"])
def test_nothing_starts_with_a_bad_file(tmp_path: Path, bad: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_bytes(bad.encode(errors="surrogatepass"))
    with pytest.raises(Refusal, match="token-key-"):
        checked(file)
    with pytest.raises(Refusal, match="token-key-missing"):
        checked(tmp_path / "absent.json")


def test_with_published_keys_no_token_is_issued_here(published: Path) -> None:
    with pytest.raises(Refusal, match="secret-not-shared"):
        checked(published).issue("staff-1", timedelta(hours=1))


def test_a_key_set_of_one_key_type_that_nobody_knows_yet_still_works(issuer: Issuer, published: Path) -> None:
    keys = json.loads(published.read_text())
    keys["keys"].insert(0, {"kty": "AKP", "alg": "ML-DSA-65", "kid": "pq", "pub": "AA"})
    published.write_text(json.dumps(keys))
    assert checked(published).check(issuer.sign("Ed25519")).subject == "service-mail"
