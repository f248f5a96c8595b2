"""The lines between the parts of a mail, told as the library's parser understands them.

A boundary is compared with the beginning of a line (RFC 2046, 5.1.1), and the parser compares whole lines. Mails that
were cut or mixed up say boundaries where these are over; what follows is a part all the same.
"""

from __future__ import annotations

import re

_DECLARED = re.compile(rb'boundary\s{0,20}=\s{0,20}(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_NO_SEMICOLON = re.compile(
    rb"^(content-type:[ \t]{0,20}multipart/[a-z-]{1,40})[ \t\r\n]{1,40}(?=boundary=)", re.IGNORECASE | re.MULTILINE
)
"""A list of parameters without its beginning, as some systems write it."""


def told_plainly(mail: bytes) -> bytes:
    """The mail, in which each line between parts is its boundary and nothing else. Linear in time, for as many
    boundaries as a mail may declare."""
    mail = _NO_SEMICOLON.sub(rb"\1; ", mail)
    declared = {found[1] or found[2].rstrip() for found in _DECLARED.finditer(mail)}
    if not declared:
        return mail
    longest_first = b"|".join(map(re.escape, sorted(declared, key=len, reverse=True)))
    lines = re.compile(rb"^--(?:%b)[^\r\n]*" % longest_first, re.MULTILINE)
    events = sorted(
        [(found.start(), found.end(), found[1] or found[2].rstrip(), False) for found in _DECLARED.finditer(mail)]
        + [(found.start(), found.end(), found[0][2:].rstrip(b" \t"), True) for found in lines.finditer(mail)]
    )
    mended, at, around = list[bytes](), 0, list[bytes]()
    for begin, end, said, is_line in events:
        if not is_line:
            around.append(said)
            continue
        plain = _plainly(said, around, declared)
        if plain is not None and plain != said:
            mended += [mail[at:begin], b"--", plain]
            at = end
    return b"".join([*mended, mail[at:]]) if mended else mail


def _plainly(said: bytes, around: list[bytes], declared: set[bytes]) -> bytes | None:
    """What a line says behind its dashes; None where it is between no parts. `around`: the boundaries of the parts
    around it, the outermost first; those that it ends are taken away."""
    if said in around:
        del around[len(around) - around[::-1].index(said) :]
        return said
    if said.endswith(b"--") and said[:-2] in around:
        del around[len(around) - around[::-1].index(said[:-2]) - 1 :]
        return said
    if said in declared:
        # Of parts that are over: what follows is one of the parts around it.
        return around[-1] if around else None
    begins = [each for each in around if said.startswith(each)]
    if not begins:
        return None
    longest = max(begins, key=len)
    ends = said[len(longest) :].startswith(b"--")
    return _plainly(longest + (b"--" if ends else b""), around, declared)
