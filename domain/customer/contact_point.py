"""Contact points: by what a person is reached, and when two of them are the same.

Each kind is compared by what it is, and not by what its letters look like. What is no address and no number is compared
as it was said; only what people here type is checked (`check_usable`).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import idna
import phonenumbers
import regex
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from domain.kernel.refusal import Refusal

ContactKind = Literal["mail", "phone", "handle", "account"]

_INVISIBLE = regex.compile(r"[\p{Cc}\p{Default_Ignorable_Code_Point}]", regex.V1)
_JOINERS = "\u200c\u200d"
"""They change what is seen between letters of some scripts and between emoji, and never beside ASCII."""
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_SCHEMES = {"mail": "mailto:", "phone": "tel:"}
_LONGEST_NUMBER = 100
"""A longer text is no phone number. (The library refuses one of more than 250 characters.)"""
_LONGEST_DOMAIN = 253
"""A longer text is the domain of no mail address (RFC 5321)."""
_CUT = regex.compile(r" … [0-9a-f]{64}$", regex.V1)
"""How a contact point ends that was cut; nothing that can be reached ends so."""
_NUMBER = regex.compile(r"\+?[0-9]{2,}(;ext=[0-9]+)?", regex.V1)
"""How a phone number is compared that can be dialled."""
_DIGITS = regex.compile(r"\+?[\p{Nd}\s\p{Pd}.()/·]+", regex.V1)
"""Nothing but digits, and what people write between them."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """What the company says of contact points. `region`: the one of phone numbers without the prefix of a country (ISO
    3166, such as DE). `caseless`: whose channels give a handle to one person, however its capitals are written: all
    that are a `handle` or an `account`, or handles that begin with a gateway's own kind, such as `telegram`."""

    region: str | None = None
    caseless: AbstractSet[str] = frozenset()

    def ignores_case(self, kind: ContactKind, bare: str) -> bool:
        """Whether the channel of a handle or an account takes capitals and small letters for the same."""
        own, colon, _ = bare.partition(":")
        return kind in self.caseless or bool(kind == "handle" and colon and _small(own) in self.caseless)


def compared(kind: ContactKind, said: str, by: Comparing) -> str:
    """The form in which contact points of a kind are compared: equal for two that reach the same person.

    Mail: the local part in ASCII lower case, the domain by IDNA 2008. Phone: E.164, an extension kept apart; a number
    without the prefix of a country is one of the company's region. Handles and accounts: exactly as their channel
    gives them, unless it ignores case. All are in NFC, without invisible signs, blanks around, `<…>`, `mailto:` and
    `tel:`.

    The form depends on what the company says (`by`), so that a fold must not ask for it: whoever decides records it.
    """
    text = bare(kind, said)
    match kind:
        case "mail":
            return _mail(text)
        case "phone":
            return _phone(text, by.region)
        case "handle" | "account":
            return _small(text) if by.ignores_case(kind, text) else text


def folded_otherwise(kind: ContactKind, said: str) -> bool:
    """Whether a former release, which compared folded text, surely took contact points for this one that differ from
    it: letters that are folded to others, such as ß to ss, or letters beside ASCII in a local part. A handle with
    capitals does not count: most channels have each handle once, however it is written."""
    if kind == "phone":
        return False
    if kind == "mail":
        forms = {compared(kind, written, Comparing()) for written in (said, said.upper(), said.casefold())}
        return len(forms) > 1
    return said.casefold() != said.lower()


def is_region(name: str) -> bool:
    """Whether phone numbers of a region with this name are known."""
    return name in phonenumbers.SUPPORTED_REGIONS


def can_be_reached(kind: ContactKind, said: str) -> bool:
    """Whether something can be sent to this contact point: a mail address has two sides, a phone number has digits. Of
    handles and accounts, only their channel knows."""
    text = bare(kind, said)
    if _CUT.search(text):
        return False
    match kind:
        case "mail":
            local, _, domain = text.rpartition("@")
            return bool(local and domain) and text.isprintable() and " " not in text
        case "phone":
            return any(sign.isdigit() for sign in text)
        case "handle" | "account":
            return bool(text)


def check_usable(kind: ContactKind, said: str, by: Comparing) -> None:
    """Check that what people here typed is an address or a number, before somebody is to be reached there. What a
    customer sent is never checked. Raises Refusal `contact-point-unusable`."""
    fits = can_be_reached(kind, said)
    if kind == "phone":
        fits = fits and _NUMBER.fullmatch(compared(kind, said, by)) is not None
    if not fits:
        what = {"mail": "a mail address", "phone": "a phone number"}.get(kind, f"a contact point of kind {kind}")
        raise Refusal("contact-point-unusable", f"this is not {what}; correct it, or name another kind")


def cut_to(said: str, characters: int) -> str:
    """A contact point that is too long, cut to so many characters. It ends in the SHA-256 of the whole, so that two
    people whose contact points begin alike stay two."""
    end = " … " + hashlib.sha256(said.encode()).hexdigest()
    return said[: characters - len(end)] + end


def bare(kind: ContactKind, said: str) -> str:
    """The contact point as it was said, without invisible signs, blanks around, `<…>`, `mailto:` and `tel:`."""
    text = _visible(unicodedata.normalize("NFC", said))
    if kind in ("handle", "account"):
        return text
    if text.endswith(">") and (begin := text.rfind("<")) >= 0:
        text = text[begin + 1 : -1].strip()
    scheme = _SCHEMES[kind]
    if text[: len(scheme)].translate(_LOWER) == scheme:
        text = text[len(scheme) :].strip()
        if kind == "mail":
            text = text.partition("?")[0]
    return text


def _visible(text: str) -> str:
    def kept(found: regex.Match[str]) -> str:
        begin, end = found.span()
        around = (text[begin - 1 : begin], text[end : end + 1])
        joins = found[0] in _JOINERS and all(each and not each.isascii() for each in around)
        return found[0] if joins else ""

    return _INVISIBLE.sub(kept, text).strip()


def _small(text: str) -> str:
    """The text with each capital as its small letter, where each is the other's; neither `ß` nor `ı` is folded."""
    small = "".join(small if (small := sign.lower()).upper() == sign else sign for sign in text)
    return unicodedata.normalize("NFC", small)


def _mail(text: str) -> str:
    local, at, domain = (part.strip() for part in text.rpartition("@"))
    if not (local and at and domain):
        return text
    return f"{local.translate(_LOWER)}@{_domain(domain)}"


def _domain(text: str) -> str:
    # A command compares the same address under each of its unique keys, and IDNA takes longer than all else there.
    return _known_domain(text) if len(text) <= _LONGEST_DOMAIN else _by_idna(text)


def _by_idna(text: str) -> str:
    try:
        # UTS 46 lowers capitals and full-width letters first, as browsers do; its IDNA 2008 form keeps ß apart from ss.
        return idna.encode(text, uts46=True).decode().rstrip(".")
    except (UnicodeError, IndexError):
        return text.translate(_LOWER).rstrip(".")


_known_domain = lru_cache(4_096)(_by_idna)


def _phone(text: str, region: str | None) -> str:
    for written, where in ((text, region), ("+" + text[2:] if text.startswith("00") else "", None)):
        if (found := _number(written, where)) is not None:
            return found
    # A number of a region that nobody named: its digits, whatever stands between them.
    digits = phonenumbers.normalize_digits_only(text) if _DIGITS.fullmatch(text) else ""
    return (digits and ("+" if text.startswith("+") else "") + digits) or text


def _number(text: str, region: str | None) -> str | None:
    if not 0 < len(text) <= _LONGEST_NUMBER:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    # Possible, not valid: which numbers are given out changes with each release of the library.
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{e164};ext={number.extension}" if number.extension else e164
