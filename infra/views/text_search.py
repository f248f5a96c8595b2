"""Full-text queries in PostgreSQL's form, and excerpts of texts with the words that were found.

A text is found by its words and, in a language that PostgreSQL can stem, by their stems (`views.lexemes`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.kernel.refusal import Refusal
from infra.postgres.database import Connection

LANGUAGES = (
    "ar", "ca", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id", "it", "lt", "nb",
    "ne", "nl", "nn", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi",
)  # fmt: skip
"""The languages that `views.stemming` knows."""

BEGIN, END = "\x02", "\x03"
"""The marks around a hit in PostgreSQL's output; `views.spaced` leaves none of them in a text."""
MARKING = f"HighlightAll=true, StartSel={BEGIN}, StopSel={END}"
SNIPPET_CHARACTERS = 160
_BEFORE_FIRST_HIT = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """Two tsqueries: what matches, and what ranks the matches."""

    where: str
    rank: str


@dataclass(frozen=True, slots=True)
class Query:
    """A full-text query in PostgreSQL's form."""

    plain: str
    """All words as they stand."""
    words: Asked
    """All words, as they stand or, in each language, in another form."""
    alike: Asked | None
    """Matches that `words` does not have, once slips are forgiven; None where no word is long enough for a slip."""
    begins: bool
    """Whether a word is a prefix, which costs an index more than whole words do."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a snippet, and whether the piece is a hit."""

    text: str
    hit: bool


LONGEST = 500
"""The most characters of a query: each word of a pasted letter would be looked up in each language."""


def query(connection: Connection, question: str, language: str | None = None) -> Query:
    """Build the query for all of these words: as they stand or, in a text in `language` (None: in any), in another
    form.

    A word that ends with `*` is a prefix; words in quotes are a phrase, as it stands. A stop word of a language, such
    as "the", is left out in that language, unless the query has nothing else. Raises Refusal `words-missing`,
    `words-too-many`.
    """
    if len(question) > LONGEST:
        raise Refusal("words-too-many", f"ask in {LONGEST} characters at most; a few words that are rare do best")
    pieces = [(quoted or word, bool(quoted)) for quoted, word in re.findall(r'"([^"]*)"|([^\s"]+)', question)]
    begins = [piece.endswith("*") and not quoted for piece, quoted in pieces]
    languages = LANGUAGES if language is None else [language.partition("-")[0].lower()]
    rows = connection.execute(
        "SELECT n, NULL AS language, phraseto_tsquery('views.words', views.spaced(said))::text"
        " FROM unnest(%(pieces)s::text[]) WITH ORDINALITY AS piece (said, n)"
        " UNION ALL SELECT n, language, plainto_tsquery(views.stemming(language), views.spaced(said))::text"
        " FROM unnest(%(pieces)s::text[], %(stemmed)s::bool[]) WITH ORDINALITY AS piece (said, stemmed, n),"
        " unnest(%(languages)s::text[]) AS language"
        " WHERE stemmed AND numnode(phraseto_tsquery('views.words', views.spaced(said))) = 1"
        " AND views.stemming(language) IS NOT NULL",
        {
            "pieces": [piece for piece, _ in pieces],
            "stemmed": [not quoted and not begun for (_, quoted), begun in zip(pieces, begins, strict=True)],
            "languages": list(languages),
        },
    ).fetchall()
    words: dict[int, str] = {
        n: found + (":*" if begins[n - 1] else "") for n, language, found in rows if language is None and found
    }
    stems: dict[str, dict[int, str]] = defaultdict(dict)
    for n, of, stem in rows:
        if of is not None:
            stems[of][n] = stem
    if not words:
        raise Refusal("words-missing", "say what to look for: one word at least, of letters or digits")
    plain = _all(words.values())
    # Languages in which the words have the same stems share one query.
    languages_by_words: dict[str, list[str]] = defaultdict(list)
    for of, known in stems.items():
        asked = _all(_either(word, known.get(n, word)) for n, word in words.items() if known.get(n, word))
        if asked not in ("", plain):
            languages_by_words[asked].append(in_language(of))
    in_languages = [f"({asked}) & ({' | '.join(each)})" for asked, each in languages_by_words.items()]
    full = " | ".join([f"({plain})", *in_languages])
    # Ranked by any of the words, in any form, so that a known language makes no difference.
    forms = {*words.values(), *(stem for known in stems.values() for stem in known.values() if stem)}
    return Query(plain, Asked(full, _some(forms)), _alike(connection, question, full), any(begins))


def _alike(connection: Connection, question: str, full: str) -> Asked | None:
    rows = connection.execute(
        "SELECT quote_literal(word), array(SELECT quote_literal(slip) FROM"
        " unnest(tsvector_to_array(views.slips(array_to_tsvector(ARRAY[word])))) AS slip)"
        " FROM unnest(tsvector_to_array(to_tsvector('views.words', views.spaced(%s)))) AS word",
        (question,),
    ).fetchall()
    slips = [each for _, each in rows if each]
    if not slips:
        return None
    forgiven = _all(_some(each) or word for word, each in rows)
    return Asked(f"({forgiven}) & !({full})", _some(each for word in slips for each in word))


def in_language(tag: str) -> str:
    """The lexeme that all texts in a language have. No word is like it: `views.spaced` leaves no @."""
    return f"'@{tag}'"


def _all(words: Iterable[str]) -> str:
    return " & ".join(f"({word})" for word in words)


def _some(words: Iterable[str]) -> str:
    return " | ".join(f"({word})" for word in sorted(set(words)))


def _either(word: str, stem: str) -> str:
    return word if word == stem else f"{word} | {stem}"


def snippet(text: str, *marked: str | None) -> tuple[Part, ...]:
    """The excerpt around a text's first hit. `marked`: the same text with BEGIN and END around each hit."""
    hits = sorted({span for each in marked if each for span in _spans(each)})
    first = hits[0][0] if hits else 0
    begin = 0 if len(text) <= SNIPPET_CHARACTERS else max(0, first - _BEFORE_FIRST_HIT)
    begin = text.rfind(" ", 0, begin) + 1 if begin and " " in text[first - 2 * _BEFORE_FIRST_HIT : begin] else begin
    end = min(len(text), begin + SNIPPET_CHARACTERS)
    parts, at = [], begin
    for start, stop in hits:
        if at <= start and stop <= end:
            parts += [Part(text[at:start], False), Part(text[start:stop], True)]
            at = stop
    parts += [Part(text[at:end], False), Part("…" if end < len(text) else "", False)]
    return tuple(part for part in (Part("…" if begin else "", False), *parts) if part.text)


def _spans(marked: str) -> list[tuple[int, int]]:
    """The begin and end of each hit in the text without marks."""
    # Each hit has two marks, and the marks before it count, too.
    found = enumerate(re.finditer(f"{BEGIN}([^{END}]*){END}", marked))
    return [(hit.start() - 2 * n, hit.end() - 2 * n - 2) for n, hit in found]
