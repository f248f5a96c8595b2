"""Whether a mail comes from whom it names: SPF, DKIM and DMARC as the mail server in front of us found them (RFC 8601).

Anybody can write such a header. Only those that bear the name of a server of ours (`authserv-id`) are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Method = Literal["spf", "dkim", "dmarc"]
Result = Literal[
    "pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror", "bestguesspass", "unknown"
]
"""As the methods call them; `unknown` stands for any other word."""

MOST_RESULTS = 20
"""How many results of a mail are kept. Servers state one for each signature."""
_TOKEN = re.compile(r'\s*(?:"([^"]{0,255})"|([^\s;"]{1,255}))')
_RESULT = re.compile(r"\s*([a-z0-9-]{1,30})(?:\s*/\s*\d{1,5})?\s*=\s*([a-z]{1,30})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What one method found."""

    method: Method
    result: Result


def checked(fields: Iterable[str], servers: Collection[str]) -> tuple[MethodResult, ...]:
    """What our servers found, in order. `fields`: the values of `Authentication-Results`, the topmost first. Of each
    method the topmost field counts: a server puts its own above what was there."""
    ours, found = {each.lower() for each in servers}, dict[Method, list[MethodResult]]()
    for field in fields if ours else ():
        server, *statements = _statements(field)
        name = _TOKEN.match(server)
        if name is None or (name[1] or name[2] or "").lower() not in ours:
            continue
        here = dict[Method, list[MethodResult]]()
        for each in statements:
            if (said := _RESULT.match(each)) and (method := _as_method(said[1])):
                here.setdefault(method, []).append(MethodResult(method, _as_result(said[2])))
        found = here | found
    return tuple(dict.fromkeys(each for results in found.values() for each in results))[:MOST_RESULTS]


def failed(results: Sequence[MethodResult]) -> bool:
    """Whether the sender that a mail names did not send it, as far as is known: DMARC says so; or, where DMARC says
    nothing, SPF or DKIM failed and neither passed."""
    said = {(each.method, each.result) for each in results}
    if ("dmarc", "pass") in said or ("dmarc", "fail") in said:
        return ("dmarc", "pass") not in said
    passed = ("spf", "pass") in said or ("dkim", "pass") in said
    return not passed and not said.isdisjoint({("spf", "fail"), ("spf", "softfail"), ("dkim", "fail")})


def _statements(field: str) -> list[str]:
    """The parts between semicolons, without comments."""
    parts, part = list[str](), list[str]()
    for sign in _outside_comments(field):
        if sign == ";":
            parts.append("".join(part))
            part.clear()
        else:
            part.append(sign)
    return [*parts, "".join(part)]


def _outside_comments(field: str) -> Iterator[str]:
    """The signs outside of comments, which may be nested; a semicolon within quotes is left out."""
    deep, quoted, escaped = 0, False, False
    for sign in field:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif quoted or (sign == '"' and not deep):
            quoted = quoted != (sign == '"')
            if sign != ";":
                yield sign
        elif sign == "(":
            deep += 1
        elif sign == ")" and deep:
            deep -= 1
        elif not deep:
            yield sign


def _as_method(said: str) -> Method | None:
    return next((each for each in get_args(Method) if each == said.lower()), None)


def _as_result(said: str) -> Result:
    return next((each for each in get_args(Result) if each == said.lower()), "unknown")
