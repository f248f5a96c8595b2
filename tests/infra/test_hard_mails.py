"""The hard mails of others: none is lost, each shows a text or says why not, and the text is what others read, too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.kernel.text import readable
from infra.mail.html_text import text_of_html
from infra.mail.parsing import parse

HELP = "help@shop.example"
UNDECODED = "\N{REPLACEMENT CHARACTER}"
OTHERWISE = {
    "malformed/002": "ours more: parts that never begin; their text is a file there, and shown by us",
    "malformed/003": "ours more: the same, within a part",
    "malformed/004": "ours more: boundaries that only begin alike; the text is lost there, and read by us",
    "malformed/005": "another order: the inner boundary ends the outer one; one of two texts is read there, and both "
    "are shown by us, with the lines between them",
    "malformed/006": "ours more: an inner boundary begins with the outer one; the text is lost there, and read by us",
    "malformed/008": "ours more: a part whose end is missing; what follows is lost there, and read by us",
    "malformed/009": "ours more: the same",
    "malformed/011": "ours more: the same",
    "malformed/016": "ours more: the last of four texts is no text there",
    "malformed/019": "ours more: a header cut amid a boundary; nothing is read there, and all is shown by us",
    "malformed/020": "ours plain: two types of one part; the source of the HTML is part of the text there",
    "malformed/021": "ours plain: the same",
}
"""The mails that the other parser reads in another way, all of them broken on purpose, and how. All that it
reads is read by us, too."""


def every(mails: Path) -> list[Path]:
    """All mails, without what stands beside them."""
    return [each for each in sorted(mails.rglob("*")) if each.is_file() and each.suffix not in (".json", ".md")]


def read_by_others(mails: Path) -> Iterator[tuple[str, bytes, str]]:
    """The name and the bytes of each mail beside which stands how another parser reads it, and its text as it does."""
    for path in sorted(mails.rglob("*.json")):
        name, with_crlf = path.name.removesuffix(".json"), path.name.endswith(".crlf.json")
        raw = path.with_name(name.removesuffix(".crlf") + ".eml").read_bytes()
        if with_crlf:
            raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield f"{path.parent.name}/{name}", raw, shown(json.loads(path.read_text()))


def shown(said: Mapping[str, Any]) -> str:
    """The text of a mail, by what the other parser says of it, which is JSON of its own form."""
    texts = []
    for number in said["text_body"]:
        body = said["parts"][number]["body"]
        texts += [body["Text"]] if "Text" in body else []
        texts += [text_of_html([body["Html"]])[0]] if "Html" in body else []
    return "\n\n".join(texts)


def words(text: str) -> list[str]:
    """What is compared: blanks and ends of lines are told in many ways."""
    return readable(text).split()


def test_every_hard_mail_shows_a_text_or_says_why(shared_data: Callable[[str], Path]) -> None:
    mails = every(shared_data("../mail"))
    assert len(mails) > 500
    for each in mails:
        mail = parse(each.read_bytes(), HELP)
        assert bool(mail.body.strip()) != bool(mail.no_body), each
        assert mail.raw == each.read_bytes()


def same(ours: list[str], theirs: list[str]) -> bool:
    """Whether both read the same. What the other parser could not decode may be anything."""
    return len(ours) == len(theirs) and all(
        one == other or (UNDECODED in other and len(one) == len(other)) for one, other in zip(ours, theirs, strict=True)
    )


def readable_of(words: list[str]) -> Counter[str]:
    """The words without what could not be decoded, and without the source of parts that stands behind them."""
    source = next((at for at, word in enumerate(words) if word.startswith("-----")), len(words))
    return Counter(word for word in words[:source] if UNDECODED not in word)


def test_texts_are_what_another_parser_reads(shared_data: Callable[[str], Path]) -> None:
    mails = [*read_by_others(shared_data("../mail"))]
    compared = {name: (words(parse(raw, HELP).body), words(text)) for name, raw, text in mails}
    differ = {name.removesuffix(".crlf") for name, (ours, theirs) in compared.items() if not same(ours, theirs)}
    assert len(compared) > 150
    # Nothing is listed for nothing, and nowhere is less read than there, but for the source of HTML.
    assert differ == OTHERWISE.keys()
    assert [name for name, (ours, theirs) in compared.items() if readable_of(theirs) - Counter(ours)] == []
    equal = sum(same(ours, theirs) for ours, theirs in compared.values())
    assert equal >= 0.82 * len(compared)


def test_nearly_all_bounces_and_reports_are_automatic(shared_data: Callable[[str], Path]) -> None:
    found = Counter[bool]()
    for each in every(shared_data("../mail/bounces")):
        because = parse(each.read_bytes(), HELP).automatic
        found[because is not None] += 1
        assert because or not each.name.startswith("arf-"), each
    assert found[True] >= 0.97 * found.total()
