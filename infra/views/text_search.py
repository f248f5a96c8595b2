"""Full-text queries in PostgreSQL's form.

A query is made of the words that `infra/views/words.py` finds in a question, as a text's lexemes are of its own words
(`infra/views/lexemes.py`). PostgreSQL splits neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

import regex

from domain.kernel.refusal import Refusal
from infra.postgres.database import Connection
from infra.views.lexemes import NUMBER, Hits, number
from infra.views.stems import LANGUAGES, algorithm, of_tag, stem
from infra.views.words import NUMBER_DIGITS, Piece, Word, numbers, words

LONGEST = 500
"""The most characters of a query: each word of a pasted letter would be looked up in each language."""

_SHORT = 3
"""A word of so many letters is also looked for as one with its neighbour: `Wi Fi` finds `wifi`."""

_FEW = 8
"""Only among so many words: each is looked up once more."""

_COUNTRY_DIGITS = (1, 2, 3)
_LETTER = regex.compile(r"\p{L}", regex.V1)
_Place = tuple[int, Piece]


@dataclass(frozen=True, slots=True)
class Asked:
    """Two tsqueries: what matches, and what ranks the matches."""

    where: str
    rank: str


@dataclass(frozen=True, slots=True)
class Query:
    """A full-text query in PostgreSQL's form."""

    words: Asked
    """All words, as they stand or, in each language, in another form."""
    alike: Asked | None
    """Matches that `words` does not have, once slips are forgiven; None where no word is long enough for a slip."""
    begins: bool
    """Whether a word is a prefix, which costs an index more than whole words do. (Few numbers have the same end.)"""
    hits: Hits
    """What to mark in a text that was found."""


@dataclass(slots=True)
class _Term:
    """What stands between blanks, or in quotes. `ways`: tsqueries, any of which is enough. `numbers`: lexemes of the
    number it belongs to."""

    begin: int
    end: int
    quoted: bool
    begins: bool
    words: list[Word]
    ways: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def alone(self) -> Piece | None:
        """The word, where it is a single one."""
        if len(self.words) > 1 or len(self.words[0].pieces) > 1 or self.words[0].pieces[0].unspaced:
            return None
        return self.words[0].pieces[0]

    @property
    def stemmed(self) -> Piece | None:
        """The word that may have other forms: a single one, or one with a sign inside. None where it is quoted or a
        prefix."""
        return None if self.quoted or self.begins or len(self.words) > 1 else (self.words[0].joined or self.alone)


def query(connection: Connection, question: str, language: str | None = None) -> Query:
    """Build the query for all of these words: as they stand or, in a text in `language` (None: in any), in another
    form.

    A word that ends with `*` is a prefix; words in quotes are a phrase, as it stands. A stop word of a language, such
    as "the", is left out in that language, unless the query has nothing else. Raises Refusal `words-missing`,
    `words-too-many`.
    """
    if len(question) > LONGEST:
        raise Refusal("words-too-many", f"ask in {LONGEST} characters at most; a few words that are rare do best")
    hits = Hits()
    terms = list(_terms(question))
    if not terms:
        raise Refusal("words-missing", "say what to look for: one word at least, of letters or digits")
    for term in terms:
        term.ways += _phrases(term, hits)
    _join_neighbours(terms, hits)
    _add_numbers(question, terms, hits)
    plain = _all(_some(term.ways) for term in terms)
    stems = _stems(connection, terms, LANGUAGES if language is None else [language])
    hits.whole.update(each for known in stems.values() for each in known.values() if each)
    # Languages in which the words have the same stems share one query.
    languages_by_words: dict[str, list[str]] = defaultdict(list)
    for tag, known in stems.items():
        forms = [
            _some([*term.ways, *([_quoted(known[n])] if n in known else [])])
            for n, term in enumerate(terms)
            if known.get(n) != ""
        ]
        if (asked := _all(forms)) not in ("", plain):
            languages_by_words[asked].append(in_language(tag))
    in_languages = [f"({asked}) & ({' | '.join(each)})" for asked, each in languages_by_words.items()]
    full = " | ".join([f"({plain})", *in_languages])
    # Ranked by any of the words, in any form, so that a known language makes no difference.
    any_form = {_some(term.ways) for term in terms} | {
        _quoted(each) for known in stems.values() for each in known.values() if each
    }
    begins = any(not each.startswith(NUMBER) for each in hits.begun)
    return Query(Asked(full, _some(any_form)), _alike(connection, terms, full), begins, hits)


def _terms(question: str) -> Iterator[_Term]:
    for found in re.finditer(r'"([^"]*)"|([^\s"]+)', question):
        said, quoted = found[1] or found[2] or "", found[2] is None
        if of := list(words(said)):
            yield _Term(*found.span(), quoted, said.endswith("*") and not quoted, of)


def _phrases(term: _Term, hits: Hits) -> Iterator[str]:
    """The words of a term one after the other: in pieces, and each as one."""
    yield _phrase(list(_in_pieces(term.words)), term.begins, hits)
    if any(word.joined for word in term.words):
        yield _phrase(list(_as_one(term.words)), term.begins, hits)


def _in_pieces(found: Iterable[Word]) -> Iterator[_Place]:
    position = 0
    for word in found:
        for n, piece in enumerate(word.pieces):
            position += 1
            # The last letter of a text without blanks is in the two before it, too, unless it is the only one.
            if not piece.last or n == 0:
                yield position, piece


def _as_one(found: Iterable[Word]) -> Iterator[_Place]:
    position = 0
    for word in found:
        for piece in (word.joined,) if word.joined else word.pieces:
            position += 1
            if not piece.last or len(word.pieces) == 1:
                yield position, piece


def _phrase(places: list[_Place], begins: bool, hits: Hits) -> str:
    asked, before = "", 0
    for n, (position, piece) in enumerate(places, start=1):
        # A letter alone, of a text without blanks, begins two of them.
        prefix = piece.last if piece.unspaced else begins and n == len(places)
        (hits.begun if prefix else hits.whole).add(piece.folded)
        asked += (f" <{position - before}> " if asked else "") + _quoted(piece.folded) + (":*" if prefix else "")
        before = position
    return asked


def _join_neighbours(terms: list[_Term], hits: Hits) -> None:
    """Look for short words as one with their neighbours, too."""
    if len(terms) > _FEW:
        return
    for one, two in pairwise(terms):
        first, second = one.alone, two.alone
        if one.quoted or two.quoted or one.begins or first is None or second is None:
            continue
        if min(len(first.folded), len(second.folded)) <= _SHORT:
            joined = first.folded + second.folded
            (hits.begun if two.begins else hits.whole).add(joined)
            for term in (one, two):
                term.ways.append(_quoted(joined) + (":*" if two.begins else ""))


def _add_numbers(question: str, terms: list[_Term], hits: Hits) -> None:
    """Look for a number of many digits in any spelling: as the end of a longer one and, if it begins with the prefix
    of a country, without that."""
    unquoted = re.sub(r'"[^"]*"', lambda found: "\n" * len(found[0]), question)
    for begin, end, digits in numbers(unquoted):
        whole = number(digits)
        hits.begun.add(whole)
        national = []
        if unquoted[begin:end].startswith(("+", "00")):
            national = [whole[:-n] for n in _COUNTRY_DIGITS if len(digits) - n in NUMBER_DIGITS]
            hits.whole.update(national)
        ways = [_quoted(whole) + ":*", *map(_quoted, national)]
        for term in terms:
            if term.begin < end and term.end > begin and not _LETTER.search(question, term.begin, term.end):
                term.ways += ways
                term.numbers += [whole, *national]


def _stems(connection: Connection, terms: list[_Term], languages: Iterable[str]) -> dict[str, dict[int, str]]:
    """By language, the other forms of terms by their number; "" for a stop word of the language."""
    stems: dict[str, dict[int, str]] = defaultdict(dict)
    asked: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for tag in filter(None, map(of_tag, languages)):
        for n, term in enumerate(terms):
            if (piece := term.stemmed) and (form := stem(piece, tag)):
                stems[tag][n] = form
                asked[algorithm(piece.lowered, tag), piece.lowered].append((tag, n))
    rows = connection.execute(
        "SELECT language, word FROM unnest(%s::text[], %s::text[]) AS asked (language, word)"
        " WHERE ts_lexize(('pg_catalog.' || language || '_stem')::regdictionary, word) = '{}'",
        ([by for by, _ in asked], [word for _, word in asked]),
    )
    for by, word in rows.fetchall():
        for tag, n in asked[by, word]:
            stems[tag][n] = ""
    return stems


def _alike(connection: Connection, terms: list[_Term], full: str) -> Asked | None:
    """Each term with a slip in each of its words, or in the whole number that it belongs to."""
    pieces = {term.begin: [piece.folded for _, piece in _in_pieces(term.words)] for term in terms}
    rows = connection.execute(
        "SELECT word, quote_literal(word), array(SELECT quote_literal(slip) FROM"
        " unnest(tsvector_to_array(views.slips(array_to_tsvector(ARRAY[word])))) AS slip)"
        " FROM unnest(%s::text[]) AS word",
        ([*dict.fromkeys([*chain(*pieces.values()), *chain(*(term.numbers for term in terms))])],),
    ).fetchall()
    slips = sorted({slip for _, _, each in rows for slip in each})
    if not slips:
        return None
    forgiven = {word: _some(each) or as_it_is for word, as_it_is, each in rows}
    ways = (
        _some([_all(forgiven[piece] for piece in pieces[term.begin]), *(forgiven[each] for each in term.numbers)])
        for term in terms
    )
    return Asked(f"({_all(dict.fromkeys(ways))}) & !({full})", _some(slips))


def in_language(tag: str) -> str:
    """The lexeme that all texts in a language have. No word has an @."""
    return f"'@{tag}'"


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _all(asked: Iterable[str]) -> str:
    return " & ".join(f"({each})" for each in asked)


def _some(asked: Iterable[str]) -> str:
    return " | ".join(f"({each})" for each in sorted(set(asked)))
