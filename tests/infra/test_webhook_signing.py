"""Signatures are those of the Standard Webhooks specification, as its own test vectors have them."""

from __future__ import annotations

from base64 import b64decode

import pytest

from domain.kernel.refusal import Refusal
from domain.webhook import Algorithm
from infra.webhooks.signing import MOST_SIGNATURES, SIGNATURE, TOLERANCE_SECONDS, WebhookKey, check, headers

ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}'
HMAC = WebhookKey("hmac", b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
ED25519 = WebhookKey("ed25519", b64decode("6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc="))
SIGNED = {
    HMAC: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ED25519: "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
}
"""Source: https://github.com/standard-webhooks/standard-webhooks, the tests of its libraries; and, for Ed25519,
https://github.com/svix/svix-webhooks, server/svix-server/src/worker.rs."""


@pytest.mark.parametrize("key", SIGNED, ids=lambda key: key.algorithm)
def test_a_post_is_signed_as_the_specification_says(key: WebhookKey) -> None:
    assert key.sign(ID, AT, BODY) == SIGNED[key]
    assert key.signed(SIGNED[key], ID, AT, BODY)
    assert not key.signed(SIGNED[key], ID, AT, BODY + b" ")
    assert not key.signed(SIGNED[key], ID, AT + 1, BODY)
    assert not key.signed(SIGNED[key], f"{ID}x", AT, BODY)


def test_the_other_side_gets_a_secret_or_a_public_key() -> None:
    assert HMAC.shown == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert ED25519.shown == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="


@pytest.mark.parametrize("algorithm", ["hmac", "ed25519"])
def test_either_of_two_keys_vouches_for_a_post(algorithm: Algorithm) -> None:
    old, new, other = (WebhookKey(algorithm, bytes([number]) * 32) for number in range(3))
    given = headers([old, new], ID, AT, BODY)
    assert given[SIGNATURE].split(" ") == [new.sign(ID, AT, BODY), old.sign(ID, AT, BODY)]
    for key in (old, new):
        assert check([key], given, BODY, AT + TOLERANCE_SECONDS) == ID
    with pytest.raises(Refusal, match="none of them"):
        check([other], given, BODY, AT)


@pytest.mark.parametrize(
    "signature",
    ["", "v1", "v1,", "v1,not base64", "v1a,AAAA", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,\u00e9", " ",
     "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,AAAA " * MOST_SIGNATURES + SIGNED[HMAC]],
)  # fmt: skip
def test_an_odd_signature_is_refused_and_hurts_nobody(signature: str) -> None:
    given = headers([HMAC], ID, AT, BODY) | {SIGNATURE: signature}
    for key in SIGNED:
        with pytest.raises(Refusal, match="none of them"):
            check([key], given, BODY, AT)


def test_an_odd_signature_hides_none_that_is_right() -> None:
    given = headers([HMAC], ID, AT, BODY) | {SIGNATURE: f"v1,odd v1a,odd {SIGNED[HMAC]}"}
    assert check([HMAC], given, BODY, AT) == ID
