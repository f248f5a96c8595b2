"""What of a mail was said before is marked, in any language; what is new never is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail.quoted import Quoted, new_text, quoted

ASKED = "Hello,\nthe kettle that I bought in May drips from the spout.\nWhat can be done about it?\nAda"
CASES = {
    "top": ("Thank you, it works.\n\nOn 3 May 2026 Ada <ada@example.org> wrote:\n" + ASKED, "Thank you, it works."),
    "marked": ("Yes.\n\n> What can be done?\n> Ada\n", "Yes."),
    "inline": (
        "> the kettle that I bought in May drips from the spout.\nOnly if it is full.\n> What can be done?\nA new one.",
        "Only if it is full. A new one.",
    ),
    "inline-short": ("> Ada\nAda\n> What can be done about it?", "Ada"),
    "indented": ("I see.\n   the kettle that I bought in May drips from the spout.", "I see."),
    "case": ("I see.\nTHE KETTLE THAT I BOUGHT IN MAY DRIPS FROM THE SPOUT", "I see."),
    "bottom": (ASKED + "\n\nIt drips still.", "It drips still."),
    "greeting-only": ("Hello,\nit drips still.\nAda", "Hello, it drips still. Ada"),
    "nothing-new": (ASKED, ""),
    "nothing-old": ("Good morning\nI need a receipt.", "Good morning I need a receipt."),
}
LANGUAGES = {
    "de": ("Der Kessel tropft seit dem Mai am Griff.", "Am 3. Mai 2026 schrieb Ada:", "Danke, er ist dicht."),
    "fr": ("La bouilloire fuit depuis le mois de mai.", "Le 3 mai 2026, Ada a écrit :", "Merci, tout va bien."),
    "es": ("La tetera gotea desde el mes de mayo.", "El 3 may 2026, Ada escribió:", "Gracias, ya funciona."),
    "pl": ("Czajnik przecieka od początku maja.", "W dniu 3.05.2026 Ada pisze:", "Dziękuję, działa."),
    "ru": ("Чайник протекает с начала мая.", "3 мая 2026 г. Ада написала:", "Спасибо, всё хорошо."),
    "el": ("Ο βραστήρας στάζει από τον Μάιο.", "Στις 3 Μαΐου 2026 η Άντα έγραψε:", "Ευχαριστώ πολύ."),
    "tr": ("Su ısıtıcısı mayıstan beri damlatıyor.", "3 May 2026 tarihinde Ada yazdı:", "Teşekkürler."),
    "ja": ("五月からやかんが漏れています。", "2026年5月3日 Ada：", "ありがとうございます。"),
    "zh": ("水壶从五月起一直在漏水。", "2026年5月3日,Ada写道:", "谢谢,已经好了。"),
    "ar": ("الغلاية تسرب الماء منذ مايو.", "في 3 مايو 2026 كتبت Ada:", "شكرا جزيلا."),
    "he": ("הקומקום דולף מאז חודש מאי.", "ב-3 במאי 2026 כתבה Ada:", "תודה רבה."),
    "hi": ("केतली मई से टपक रही है।", "3 मई 2026 को Ada ने लिखा:", "धन्यवाद।"),
}
LINES = st.text(alphabet="aB7 é>中.:@\t", max_size=40)


def new(text: str, *earlier: str) -> str:
    return " ".join(new_text(text, quoted(text, earlier)).split())


@pytest.mark.parametrize("name", CASES)
def test_what_was_said_before_is_marked(name: str) -> None:
    text, rest = CASES[name]
    assert new(text, "Another message of somebody else.", ASKED) == rest


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", ["top", "marked", "inline", "indented", "bottom"])
def test_what_was_said_before_is_marked_in_any_language(language: str, style: str) -> None:
    said, introduced, answer = LANGUAGES[language]
    text = {
        "top": f"{answer}\n\n{introduced}\n{said}",
        "marked": f"{answer}\n\n{introduced}\n> {said}\n> \n>> 4711",
        "inline": f"{introduced}\n> {said}\n{answer}\n> {said}",
        "indented": f"{answer}\n\n\t{said}",
        "bottom": f"{said}\n\n{answer}",
    }[style]
    assert new(text, said) == " ".join(answer.split())


@given(st.lists(LINES, max_size=30).map("\n".join), st.lists(LINES, max_size=5))
def test_nothing_is_lost_and_a_repeat_finds_nothing_more(text: str, earlier: list[str]) -> None:
    found = quoted(text, earlier)
    lines = text.splitlines()
    inside = [number for each in found for number in range(each.begin, each.end)]
    assert inside == sorted(set(inside))
    assert all(0 <= number < len(lines) for number in inside)
    left = new_text(text, found).splitlines()
    assert left == [line for number, line in enumerate(lines) if number not in inside]


@given(st.lists(st.text(alphabet="abc def", min_size=1, max_size=40), max_size=30).map("\n".join))
def test_without_earlier_messages_only_marked_lines_are_old(text: str) -> None:
    assert quoted(text, []) == ()
    assert quoted("> a\n" + text, [])[:1] == (Quoted(0, 1),)


@pytest.mark.parametrize(
    "hostile",
    ["a" * 1_000_000, ">" * 1_000_000, " " * 1_000_000, "\n" * 1_000_000, "a\n" * 500_000, "> a:\n\n" * 200_000,
     "a 1:\n>\n" * 150_000, "\u0301" * 500_000, "ﬃ" * 300_000],
)  # fmt: skip
def test_a_megabyte_of_anything_takes_under_a_second(hostile: str) -> None:
    began = time.process_time()
    quoted(hostile, [hostile, hostile])
    assert time.process_time() - began < 1
