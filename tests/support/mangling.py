"""Records of imported files, sound ones and mangled ones, for properties over any mixture of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.support.importing import NOW

HEADERS = {
    "cfpb": ("Date received,Product,Consumer complaint narrative,Company response,Complaint ID\r\n", "", ""),
    "cdnow": (" customer_id  date number_of_cds  dollar_value\r\n", "", ""),
    "sgd": ("[\n", "\n]\n", ",\n"),
}
"""What a file of the kind begins with, ends with, and has between its records."""


@dataclass(frozen=True)
class Piece:
    """One record's text, with its line break where it has one."""

    text: str
    mangled: bool


def mangled(kind: str, text: str) -> Iterator[str]:
    """Ways in which a sound record gets broken. How it begins is left, as mostly happens to real files."""
    if kind == "sgd":
        yield text[:-1]
        yield text[: len(text) // 2]
        yield text.replace('"turns"', '"tur"ns"')
        yield text.replace('"turns"', '"turns\x00"')
        yield text.replace('"turns"', '"turns\udcff"')
        return
    line = text.removesuffix("\r\n")
    last = line.rindex("," if kind == "cfpb" else "  ")
    yield line[:last] + "\r\n"
    yield line[: max(20, last // 2)].split("\n")[0] + "\r\n"
    yield line[:12] + "\x00" + line[12:] + "\r\n"
    yield line[:12] + "\udcfe" + line[12:] + "\r\n"
    if kind == "cfpb":
        yield line[:10] + ',"' + line[11:] + "\r\n"
        yield line[:13] + '"' + line[13:] + "\r\n"
        yield line[:last] + '"' + line[last:] + "\r\n"
        # Together with the one before, around some good lines, it would look like one row.
        yield line.replace(",Closed", ',"Closed') + "\r\n"
        yield "2023-02-30" + line[10:] + "\r\n"
        yield f"{NOW.year + 1}-02-01" + line[10:] + "\r\n"
        yield line + ",one more\r\n"
    else:
        yield line.replace(" 1997", " 1997-") + "\r\n"
        yield line + "  1\r\n"


def _pieces(kind: str, sound: st.SearchStrategy[str]) -> st.SearchStrategy[Piece]:
    def either(text: str) -> st.SearchStrategy[Piece]:
        broken = st.sampled_from([Piece(each, mangled=True) for each in mangled(kind, text)])
        return st.just(Piece(text, mangled=False)) | broken

    return sound.flatmap(either)


def _complaint(id: int, product: str, words: str) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(["2023-05-04", product, words, "Closed with explanation", id])
    return written.getvalue()


_WORDS = st.text(st.sampled_from('abc ,"\n\r;ü'), max_size=20).map(lambda text: "words " + text + " end")

CFPB = _pieces(
    "cfpb", st.builds(_complaint, st.integers(1, 10**9), st.sampled_from(["Mortgage", "Loans, short"]), _WORDS)
)
CDNOW = _pieces(
    "cdnow",
    st.builds(
        lambda customer, day, count, cents: f" {customer:05} 199701{day:02}  {count}   {cents / 100:.2f}\r\n",
        st.integers(1, 99_999), st.integers(1, 31), st.integers(1, 99), st.integers(0, 99_999),
    ),
)  # fmt: skip
SGD = _pieces(
    "sgd",
    st.builds(
        lambda id, words, indent: json.dumps(
            {"dialogue_id": f"{id}", "turns": [{"speaker": "USER", "utterance": each} for each in words]}, indent=indent
        ),
        st.integers(1, 10**9), st.lists(st.text(st.sampled_from('ab {}[]",:\n'), min_size=1), min_size=1, max_size=4),
        st.sampled_from([None, 2]),
    ),
)  # fmt: skip
