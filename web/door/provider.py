"""Signing in with the company's own provider: the code flow of OpenID Connect Core 1.0, with PKCE (RFC 7636).

The door is the client: tokens come to it from the provider, and go to the API with each call. No browser sees one.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from web.door.sessions import SignedOut

ANSWER_BYTES = 1_000_000
"""How long an answer of the provider may be."""
ANSWER_SECONDS = 10.0
METADATA_SECONDS = 3600.0
"""How long the provider's metadata and keys are taken for current. An unknown key has them read again."""
KEYS_AGAIN_SECONDS = 10.0
"""How soon they are read again at most, whatever keys are named."""
RENEWED_SECONDS = 30
"""How long before its end a token is replaced."""
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
"""With which an ID token may be signed. The provider's key decides; a shared secret is no key here."""


class ProviderAway(Exception):
    """The provider does not answer, or with what nobody can use. It may by and by."""


class SignInRefused(Exception):
    """The provider, or the door, refuses this sign-in."""


@dataclass(frozen=True)
class Client:
    """The door as the provider knows it. `redirect`: the URL to which the provider leads back. `secret`: None for a
    public client. `resource`: for which API the token is (RFC 8707); None where the provider needs no telling."""

    issuer: str
    id: str
    secret: str | None
    redirect: str
    scope: str = "openid"
    resource: str | None = None


@dataclass(frozen=True)
class Attempt:
    """One way to the provider and back. The `verifier` proves that who comes back is who went (RFC 7636)."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def drawn(cls) -> Attempt:
        """A new one: 256 random bits each."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        """The SHA-256 of the verifier, in base64 without padding (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Provider:
    """The provider of one company."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._http = httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False, follow_redirects=False)
        self._metadata: dict[str, Any] = {}
        self._keys = KeySet([])
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._http.aclose()

    async def leads_to(self, attempt: Attempt) -> str:
        """The URL at which the browser signs in. Raises ProviderAway."""
        endpoint = (await self._described())["authorization_endpoint"]
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.redirect,
            "scope": self.client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            **self._for_api(),
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def tokens(self, code: str, issuer: str | None, attempt: Attempt) -> ProviderTokens:
        """The tokens for the code with which the browser came back. `issuer`: whom the answer named (RFC 9207).

        Raises SignInRefused, ProviderAway.
        """
        described = await self._described()
        if issuer not in (None, self.client.issuer) or (
            issuer is None and described.get("authorization_response_iss_parameter_supported")
        ):
            raise SignInRefused("the answer is of another provider")
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.client.redirect}
        answer = await self.granted({**sent, "code_verifier": attempt.verifier, **self._for_api()})
        await self._check_identity(answer.get("id_token"), attempt.nonce)
        return ProviderTokens(self, answer)

    async def granted(self, sent: dict[str, str]) -> dict[str, Any]:
        """What the token endpoint answers. Raises SignInRefused, ProviderAway."""
        headers, client = {"Accept": "application/json"}, self.client
        if client.secret is None:
            sent = {**sent, "client_id": client.id}
        else:
            # Both in the form's own spelling (RFC 6749, 2.3.1).
            pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        endpoint = (await self._described())["token_endpoint"]
        status, answer = await self._answer(self._http.build_request("POST", endpoint, data=sent, headers=headers))
        if status != httpx.codes.OK:
            if status in (400, 401, 403) and isinstance(answer.get("error"), str):
                raise SignInRefused(f"the provider refuses: {answer['error'][:60]}")
            raise ProviderAway
        if not isinstance(answer.get("access_token"), str) or str(answer.get("token_type")).lower() != "bearer":
            raise ProviderAway
        return answer

    async def _check_identity(self, token: Any, nonce: str) -> None:  # Any: what the provider answers
        """Check that an ID token is of this provider, for this door and this attempt (OpenID Connect Core, 3.1.3.7)."""
        if not isinstance(token, str):
            raise SignInRefused("the provider sent no ID token")
        try:
            try:
                decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                await self._described(anew=True)
                decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": self.client.issuer},
                aud={"essential": True, "value": self.client.id},
                exp={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise SignInRefused("the ID token is not valid") from error
        if decoded.claims.get("azp", self.client.id) != self.client.id:
            raise SignInRefused("the ID token is for another client")

    async def _described(self, *, anew: bool = False) -> dict[str, Any]:
        """The provider's metadata (OpenID Connect Discovery 1.0, 4); its keys are read with it. Raises ProviderAway."""
        async with self._reading:
            if time.monotonic() - self._read_at > (KEYS_AGAIN_SECONDS if anew else METADATA_SECONDS):
                url = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
                metadata = await self._document(url)
                # A document of somebody else would send the door's secret elsewhere.
                if metadata.get("issuer") != self.client.issuer:
                    raise ProviderAway
                wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if not all(_is_safe(metadata.get(each), self.client.issuer) for each in wanted):
                    raise ProviderAway
                try:
                    self._keys = KeySet.import_key_set(await self._document(metadata["jwks_uri"]))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise ProviderAway from error
                self._metadata, self._read_at = metadata, time.monotonic()
            return self._metadata

    async def _document(self, url: str) -> dict[str, Any]:
        status, answer = await self._answer(self._http.build_request("GET", url))
        if status != httpx.codes.OK:
            raise ProviderAway
        return answer

    async def _answer(self, request: httpx.Request) -> tuple[int, dict[str, Any]]:
        """Status and document of an answer. Raises ProviderAway, also where the answer is too long."""
        body = bytearray()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._http.send(request, stream=True)
                try:
                    async for piece in answer.aiter_bytes():
                        body += piece
                        if len(body) > ANSWER_BYTES:
                            raise ProviderAway
                finally:
                    await answer.aclose()
            document = json.loads(body or b"{}")
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise ProviderAway from error
        if not isinstance(document, dict):
            raise ProviderAway
        return answer.status_code, document

    def _for_api(self) -> dict[str, str]:
        return {"resource": self.client.resource} if self.client.resource else {}


class ProviderTokens:
    """The tokens of one person, as the provider gave them; renewed before one ends, where the provider allows it."""

    def __init__(self, provider: Provider, answer: dict[str, Any]) -> None:
        """`answer`: of the token endpoint."""
        self._provider = provider
        self._renewing = asyncio.Lock()
        self._take(answer)

    def _take(self, answer: dict[str, Any]) -> None:
        self._token: str = answer["access_token"]
        lasts = answer.get("expires_in")
        self._ends_at = time.monotonic() + lasts if isinstance(lasts, int | float) else float("inf")
        again = answer.get("refresh_token")
        self._refresh = again if isinstance(again, str) else None

    async def token(self) -> str:
        """A token that is valid now. Raises SignedOut, ProviderAway."""
        async with self._renewing:
            if self._refresh is not None and time.monotonic() > self._ends_at - RENEWED_SECONDS:
                sent = {"grant_type": "refresh_token", "refresh_token": self._refresh}
                try:
                    answer = await self._provider.granted(sent)
                except SignInRefused as error:
                    raise SignedOut from error
                except ProviderAway:
                    if time.monotonic() > self._ends_at:
                        raise
                else:
                    # Where no new one comes along, the former goes on (RFC 6749, 6).
                    self._take({"refresh_token": self._refresh, **answer})
            elif time.monotonic() > self._ends_at:
                raise SignedOut
            return self._token


def _is_safe(url: Any, issuer: str) -> bool:  # Any: what the metadata holds
    """Whether a URL of the metadata is encrypted, as the issuer's is."""
    return isinstance(url, str) and (url.startswith("https://") or not issuer.startswith("https://"))
