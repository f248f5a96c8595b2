"""In which language a text is, by its smallest words or by its script. Only for texts whose language nobody stated: a
guess that is not clear is none."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

METHOD: Final = "small-words-1"
"""The name of this method, recorded with what it found."""
_FEWEST_FOUND = 2
_CLEARLY = 1.5
"""So many times as often as words of any other language."""
_SMALL_WORDS = {
    "de": "der die das und ist nicht ich mein meine ein eine mit wurde habe auf fur sie wir aber noch",
    "en": "the and is not my it was were have has this with for you i to of been but does",
    "es": "el la los las y es no mi una un con que por esta pero muy del se ha al",
    "fr": "le la les et est pas je mon ma une un avec que dans mais tres du des il n",
    "it": "il la gli e non mio mia una un con che per sono ma molto del della ho si di",
    "nl": "de het en is niet ik mijn een met van zijn maar nog heb dat wij ook naar werd te",
    "pt": "o a os as e nao meu minha uma um com que para esta mas muito do da foi em",
}
_BY_WORD = {
    word: tuple(tag for tag, words in _SMALL_WORDS.items() if word in words.split())
    for all_of_one in _SMALL_WORDS.values()
    for word in all_of_one.split()
}
_BY_SCRIPT = {"HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "THAI": "th", "GREEK": "el", "HEBREW": "he"}
"""Scripts of one language; others, such as Cyrillic, are of several."""


def language_of(words: Sequence[str]) -> str | None:
    """The language of a text with these words (folded, without accents); None where it is not clear."""
    scripts = Counter(unicodedata.name(word[0], "").partition(" ")[0] for word in words)
    tags = Counter({_BY_SCRIPT[script]: count for script, count in scripts.items() if script in _BY_SCRIPT})
    if tags and tags.most_common(1)[0][1] * 2 > len(words):
        return tags.most_common(1)[0][0]
    # Each word once: a word that somebody repeats shows no more than one.
    found = Counter(tag for word in dict.fromkeys(words) for tag in _BY_WORD.get(word, ()))
    (best, count), (_, next_count) = (*found.most_common(2), ("", 0), ("", 0))[:2]
    return best if count >= _FEWEST_FOUND and count >= _CLEARLY * next_count else None
