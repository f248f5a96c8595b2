"""What of a mail was said before is marked, in any language; what is new never is."""

from __future__ import annotations

import textwrap
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
SAID, ANSWER, FIELDS = 0, 2, 3
"""Of a language: what was said, how it is introduced, what is answered, and the fields of a head."""
LANGUAGES = {
    "en": (
        "The kettle drips since the first of May.", "On 3 May 2026, Ada wrote:",
        "Thank you, it works.", "From Sent To Subject",
    ),
    "de": (
        "Der Kessel tropft seit dem Mai am Griff.", "Am 3. Mai 2026 schrieb Ada:",
        "Danke, er ist dicht.", "Von Gesendet An Betreff",
    ),
    "fr": (
        "La bouilloire fuit depuis le mois de mai.", "Le 3 mai 2026, Ada a écrit :",
        "Merci, tout va bien.", "De Envoyé À Objet",
    ),
    "es": (
        "La tetera gotea desde el mes de mayo.", "El 3 may 2026, Ada escribió:",
        "Gracias, ya funciona.", "De Enviado Para Asunto",
    ),
    "pl": (
        "Czajnik przecieka od początku maja.", "W dniu 3.05.2026 Ada pisze:",
        "Dziękuję, działa.", "Od Wysłano Do Temat",
    ),
    "ru": (
        "Чайник протекает с начала мая.", "3 мая 2026 г. Ада написала:",
        "Спасибо, всё хорошо.", "От Отправлено Кому Тема",
    ),
    "el": (
        "Ο βραστήρας στάζει από τον Μάιο.", "Στις 3 Μαΐου 2026 η Άντα έγραψε:",
        "Ευχαριστώ πολύ.", "Από Στάλθηκε Προς Θέμα",
    ),
    "tr": (
        "Su ısıtıcısı mayıstan beri damlatıyor.", "3 May 2026 tarihinde Ada yazdı:",
        "Teşekkürler.", "Kimden Gönderildi Kime Konu",
    ),
    "ja": (
        "五月からやかんが漏れています。", "2026年5月3日 Ada：",
        "ありがとうございます。", "差出人 送信日時 宛先 件名",
    ),
    "zh": (
        "水壶从五月起一直在漏水。", "2026年5月3日,Ada写道:",
        "谢谢,已经好了。", "发件人 发送时间 收件人 主题",
    ),
    "ar": (
        "الغلاية تسرب الماء منذ مايو.", "في 3 مايو 2026 كتبت Ada:",
        "شكرا جزيلا.", "من تاريخ إلى الموضوع",
    ),
    "he": (
        "הקומקום דולף מאז חודש מאי.", "ב-3 במאי 2026 כתבה Ada:",
        "תודה רבה.", "מאת נשלח אל נושא",
    ),
    "hi": (
        "केतली मई से टपक रही है।", "3 मई 2026 को Ada ने लिखा:",
        "धन्यवाद।", "प्रेषक भेजा प्रति विषय",
    ),
}  # fmt: skip
"""Thirteen languages and ten alphabets; with each of the styles below, more than a hundred cases."""


def styled(style: str, said: str, introduced: str, answer: str, fields: str) -> str:
    """An answer as mail programs write it."""
    values = ("Ada <ada@example.org>", "2026-05-03 10:00", "help@shop.example", "4711")
    head = "\n".join(f"{name}: {value}" for name, value in zip(fields.split(), values, strict=True))
    day = f"{introduced.rstrip(':：')} — 10:00 +0200 (CEST), ........................"
    return {
        "top": f"{answer}\n\n{introduced}\n{said}",
        "marked": f"{answer}\n\n{introduced}\n> {said}\n> \n>> 4711",
        "inline": f"{introduced}\n> {said}\n{answer}\n> {said}",
        "inline, without marks": f"{said}\n\n{answer}\n\n{said}",
        "indented": f"{answer}\n\n\t{said}",
        "bottom": f"{said}\n\n{answer}",
        "introduced in two lines": f"{answer}\n\n{day}\n<ada@example.org>:\n\n> {said}",
        "a head of fields": f"{answer}\n\n-----4711-----\n{head}\n\n{said}",
        "a head of fields, in bold": f"{answer}\n\n" + head.replace(":", ":*").replace("\n", "\n*") + f"\n\n{said}",
    }[style]


STYLES = (
    "top", "marked", "inline", "inline, without marks", "indented", "bottom", "introduced in two lines",
    "a head of fields", "a head of fields, in bold",
)  # fmt: skip
LINES = st.text(alphabet="aB7 é>中.:@\t", max_size=40)


def new(text: str, *earlier: str) -> str:
    return " ".join(new_text(text, quoted(text, earlier)).split())


@pytest.mark.parametrize("name", CASES)
def test_what_was_said_before_is_marked(name: str) -> None:
    text, rest = CASES[name]
    assert new(text, "Another message of somebody else.", ASKED) == rest


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
def test_what_was_said_before_is_marked_in_any_language(language: str, style: str) -> None:
    given = LANGUAGES[language]
    assert new(styled(style, *given), given[SAID]) == " ".join(given[ANSWER].split())


WRAPPED = (
    "The kettle that I bought in your shop in May drips from its spout as soon as the water is about to boil, and the "
    "lid does not close any more."
)


@pytest.mark.parametrize("width", [45, 60, 72, 76])
def test_what_a_mail_program_wrapped_is_found(width: int) -> None:
    wrapped = "\n".join(textwrap.wrap(WRAPPED, width))
    assert new(f"I see.\n\n{wrapped}", f"Hello\n{WRAPPED}\nAda") == "I see."
    assert new(f"I see.\n\n{WRAPPED}", f"Hello\n\n{wrapped}\n\nAda") == "I see."
    assert new("\n".join(textwrap.wrap(f"Now {WRAPPED}", width)), WRAPPED) == f"Now {WRAPPED}"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("My number is 0170 4711.\nFor your files:\n> " + WRAPPED, "My number is 0170 4711. For your files:"),
        ("Write to bob@example.org\nOn 3 May you wrote:\n> a", "Write to bob@example.org"),
        ("Colour: red\nSize: 4\n> a", "Colour: red Size: 4"),
        ("Well:\n> a", "Well:"),
    ],
)
def test_what_is_new_before_a_quotation_stays_new(text: str, rest: str) -> None:
    assert new(text, WRAPPED) == rest


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
    ["a", ">", " ", "\n", "a\n", "> a:\n\n", "a 1:\n>\n", "\u0301", "ﬃ", "a: @\n", "a: 1\nb: 2\nc: 3\n> d\n",
     "a" * 50 + "\n", "a@1 " * 12 + "\nb:\n> c\n", "-" * 20 + "\n> a\n", "é" * 41 + "\n\n", "> \na\n"],
)  # fmt: skip
def test_the_time_grows_as_the_text_does(hostile: str) -> None:
    # Of four times the text, four times the time is linear and sixteen times quadratic.
    small = hostile * (30_000 // len(hostile))
    assert least_seconds(small * 4) < 9 * max(least_seconds(small), 0.002)  # which a clock can measure


def least_seconds(text: str) -> float:
    """The shortest of three tries: what else the machine does makes a try longer, and never shorter."""
    return min(seconds(text) for _ in range(3))


def seconds(text: str) -> float:
    began = time.process_time()
    quoted(text, [text, text])
    return time.process_time() - began
