"""What was said is found by its words, in its language, by whoever may see it, in an order that stays."""

from __future__ import annotations

import base64
import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import AddNote, OpenConversation, ReceiveMessage, SendReply
from domain.customer import RegisterCustomer
from domain.kernel.ids import new_id
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Connection, Database, connect
from infra.views import text_search
from infra.views.projector import Projector
from infra.views.snippet import SNIPPET_CHARACTERS, Part
from infra.views.stems import LANGUAGES
from infra.views.tables import Table
from projections.search import finding
from projections.search.finding import CANDIDATES, EVERYTHING, Found, Scope
from projections.search.passage import SEARCH, Kind, Passage, indexed
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up
from tests.support.open_work import erase

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def reader(database_urls: Urls) -> Iterator[Connection]:
    with connect(database_urls.database_url, "reader") as connection:
        yield connection


@pytest.fixture
def followed(log: Log, projector: Database) -> Callable[[], None]:
    """Bring the view to the log's end."""
    return lambda: catch_up(log, projector, subscriptions=[Projector(SEARCH)])


Hold = Callable[[Sequence[Passage]], None]


@pytest.fixture
def hold(database_urls: Urls) -> Iterator[Hold]:
    """Put passages into the view as a follower does, without the log."""
    with connect(database_urls.database_url, "projector") as connection:
        yield lambda passages: Table(SEARCH).copy(connection, [(indexed(each), each.place) for each in passages])


def said(place: int, text: str, language: str | None = None, customer_id: str = "customer-a") -> Passage:
    return Passage(place, customer_id, "conversation-1", "received", AT, text, about="message-1", language=language)


def texts(found: Sequence[Found]) -> list[str]:
    return [each.passage.text for each in found]


def every(connection: Connection, words: str, scope: Scope = EVERYTHING, limit: int = 20) -> list[Found]:
    """All pages, one after the other."""
    found: list[Found] = []
    cursor = None
    while True:
        page = finding.read(connection, scope, words, cursor=cursor, limit=limit)
        found += page.rows
        cursor = page.cursor
        if cursor is None:
            return found


# -- what is found


def test_messages_notes_subjects_names_addresses_and_orders_are_found(
    executor: CommandExecutor, followed: Callable[[], None], reader: Connection
) -> None:
    # Given
    customer_id = customers.act(
        executor, RegisterCustomer(customer_id=new_id("customer"), name="Jo Ferreira"), AGENT
    ).id
    opening = OpenConversation(
        customer_id=customer_id, kind="complaint", channel="mail", subject="A kettle", body="It drips at the handle"
    )
    conversation_id = conversations.open_conversation(executor, opening, AGENT).id
    reply = SendReply(body="We send a gasket")
    conversations.act(executor, conversation_id, reply, AGENT)
    note = AddNote(body="third gasket this week")
    conversations.act(executor, conversation_id, note, AGENT)
    order_id = orders.place(executor, PlaceOrder(customer_id=customer_id, number="PO-2024/117"), AGENT).id
    followed()

    def found(words: str) -> list[tuple[str, str, str | None]]:
        rows = finding.read(reader, EVERYTHING, words).rows
        assert {each.passage.customer_id for each in rows} <= {customer_id}
        return [(each.passage.kind, each.passage.stream, each.passage.about) for each in rows]

    # Then
    assert found("drips") == [("received", conversation_id, opening.message_id)]
    assert found("kettle") == [("subject", conversation_id, None)]
    assert sorted(found("gasket")) == [
        ("note", conversation_id, note.note_id), ("sent", conversation_id, reply.message_id)
    ]  # fmt: skip
    assert found("ferreira") == [("name", customer_id, None)]
    assert found("PO-2024/117") == [("order", order_id, None)]
    assert found("teapot") == []


IN_LANGUAGES = [
    ("en", "The kettles were dripping all night", "kettle drips"),
    ("de", "Die Lieferungen kamen verspätet an", "Lieferung"),
    ("de-AT", "Heuer sind die Rechnungen falsch", "rechnung"),
    ("fr", "La machine a été réparée hier", "réparer machines"),
    ("es", "Las facturas llegaron equivocadas", "factura equivocada"),
    ("pt-BR", "As entregas chegaram atrasadas", "entrega atrasada"),
    ("it", "Le bollette sono sbagliate", "bolletta sbagliata"),
    ("nl", "De bestellingen kwamen te laat", "bestelling"),
    ("sv", "Leveranserna var skadade", "leverans"),
    ("ru", "Чайники сломались вчера", "чайник"),
]


def test_other_forms_of_a_word_are_found_in_its_language_named_or_not(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(place, text, language) for place, (language, text, _) in enumerate(IN_LANGUAGES, start=1)])
    for language, text, asked in IN_LANGUAGES:
        # When
        in_any = finding.read(reader, EVERYTHING, asked).rows
        in_its_own = finding.read(reader, EVERYTHING, asked, language=language).rows
        # Then
        assert texts(in_any) == texts(in_its_own) == [text], asked


def test_every_language_that_postgresql_can_stem_is_known(reader: Connection) -> None:
    known = reader.execute("SELECT views.stemming(tag)::text FROM unnest(%s::text[]) AS tag", [list(LANGUAGES)])
    there = reader.execute("SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace")
    assert {name for (name,) in known} == {name for (name,) in there} - {"simple"}


def test_words_of_a_language_without_stemming_are_found_as_they_stand(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(1, "The kettles drip", None), said(2, "Kettles drip", "ja"), said(3, "as notes are not", "en")])
    # Then
    assert texts(every(reader, "kettles")) == ["Kettles drip", "The kettles drip"]
    assert every(reader, "kettle") == []
    # A stem in one language, here Portuguese, is no word of another.
    assert texts(every(reader, "notes")) == ["as notes are not"]
    assert every(reader, "noted", scope=Scope()) == every(reader, "note")


def test_stop_words_are_left_out_unless_nothing_else_is_asked(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(1, "a kettle of ours", "en"), said(2, "the lid", "en"), said(3, "a kettle", None)])
    # Then
    assert texts(finding.read(reader, EVERYTHING, "the kettle", language="en").rows) == ["a kettle of ours"]
    assert texts(every(reader, "the kettle")) == ["a kettle of ours"]
    assert texts(every(reader, "the")) == ["the lid"]


def test_it_does_not_matter_how_a_word_is_written(hold: Hold, reader: Connection) -> None:
    written = [
        ("La machine a été réparée", "reparee"),
        ("Größe und Straße", "GROSSE strasse"),
        ("naive people", "naïve"),
        ("It is broken.Please mend it", "please broken"),
        ("kettle/lid, handle_2 <b>gasket</b> and e-mail", "lid handle gasket mail"),
        ("write to ada.l@example.org", "example.org ada"),
        ("the order A-1001 is late", "a-1001"),
        ("+44 20 7946 0011", "7946 0011"),
        ("do not open the box", '"open the"'),
        ("dripping", "drip*"),
        ("B-1001", "B-10*"),
        ("page 13 of 9", "13*"),
    ]
    # Given
    hold([said(0x10000, "open a box the"), *(said(place, text) for place, (text, _) in enumerate(written, start=1))])
    # Then
    for text, asked in written:
        assert texts(every(reader, asked)) == [text]


def test_a_word_with_signs_inside_is_found_with_and_without_them(hold: Hold, reader: Connection) -> None:
    spellings = {
        ("The Wi-Fi drops", "Our wifi drops"): ("wifi", "WI‑FI", "wi fi", "Wi-F*", '"wi-fi drops"', "wi\u00adfi"),
        ("Müller's lid", "Müller’s box", "Muellers Müllers"): ("müllers", "muller's", "MÜLLERʼS"),
        ("order #K-2", "order k2 "): ("K2", "k-2 ", "#K-2", "K 2"),
        ("PO-2024/117", "po2024117"): ("PO-2024/117", "po2024117", "PO-2024-117", "PO-2024/11*"),
        ("It costs 1,200.50", "It costs 1'200.50"): ("120050", "1.200,50"),
    }
    # Given
    places = itertools.count(1)
    hold([said(next(places), text) for texts in spellings for text in texts])
    # Then
    for written, questions in spellings.items():
        for asked in questions:
            assert set(texts(every(reader, asked))) == set(written), asked


def test_a_phone_number_is_found_in_any_spelling(hold: Hold, reader: Connection) -> None:
    written = ("+49 (0)170/123-45", "call 0170 12345", "+4917012345", "0049-170-12345", "0170.123 45")
    others = ("+49 170 12346", "order A-17012345", "0170 1234")
    # Given
    hold([said(place, text) for place, text in enumerate((*written, *others), start=1)])
    # Then
    for asked in ("+4917012345", "0170 12345", "+49 170 123 45", "(0170) 12345", "0049 170/12345"):
        assert set(texts(every(reader, asked))) == set(written), asked
    assert [part.text for part in every(reader, "+4917012345")[-1].snippet if part.hit] == ["+49 (0)170/123-45"]


def test_text_without_blanks_is_found_by_any_piece_of_it(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(1, "漢字検索です"), said(2, "検字、索漢"), said(3, "กาต้มน้ำรั่ว"), said(4, "주전자가 샌다")])
    # Then
    for asked, place in [("検索", 1), ("索で", 1), ("字検索で", 1), ("で", 1), ("索漢", 2), ("น้ำ", 3), ("주전자", 4)]:
        assert [each.passage.place for each in every(reader, asked)] == [place], asked
    assert [each.passage.place for each in every(reader, "検")] == [2, 1]
    assert every(reader, "漢検") == []
    assert every(reader, "検索")[0].snippet == (Part("漢字", False), Part("検索", True), Part("です", False))


def test_names_and_numbers_are_found_in_spite_of_a_slip(hold: Hold, reader: Connection) -> None:
    slips: list[tuple[Kind, str, str]] = [
        ("name", "Jo Ferreira", "jo ferriera"),
        ("name", "Ana Ferrante", "Ferante"),
        ("name", "Mia Sandberg", "sanberg"),
        ("order", "PO-2024/1172", "PO-2024/1127"),
        ("order", "A-100345", "A-10345"),
        ("contact-point", "ada@example.org", "ada@exampel.org"),
    ]
    # Given
    for place, (kind, text, _) in enumerate(slips, start=1):
        hold([Passage(place, "customer-a", "it", kind, AT, text)])
    for _, text, asked in slips:
        # When
        found = every(reader, asked)
        # Then
        assert [(each.passage.text, each.alike) for each in found] == [(text, True)]
    # And: what is said at length is not searched so.
    hold([said(20, "sandberg")])
    assert texts(every(reader, "sanberg")) == ["Mia Sandberg"]


def test_without_words_nothing_is_looked_for(reader: Connection) -> None:
    for asked in ("", " ", "!", '""', "*", "- . /"):
        with pytest.raises(Refusal, match="words-missing"):
            finding.read(reader, EVERYTHING, asked)


def test_a_question_has_an_end(hold: Hold, reader: Connection) -> None:
    # Given
    most = ("kettle " * 100)[: text_search.LONGEST]
    hold([said(1, most, "en")])
    # Then
    assert len(every(reader, most)) == 1
    with pytest.raises(Refusal, match="words-too-many"):
        finding.read(reader, EVERYTHING, most + "s")


_LETTERS = st.characters(categories=["Lu", "Ll", "Nd"])
_WORDS = st.lists(st.text(_LETTERS, min_size=1, max_size=8), min_size=1, max_size=8)
_BETWEEN = st.lists(st.sampled_from([*" \n./@-_'<>:&+%~", "  ", ", ", ". "]))
_places = itertools.count(1)


def test_what_a_scan_finds_by_an_exact_word_is_found(hold: Hold, reader: Connection) -> None:
    @settings(max_examples=60)
    @given(
        written=st.lists(st.tuples(_WORDS, _BETWEEN, st.sampled_from([None, "en", "de", "fr", "ja"])), min_size=1),
        language=st.sampled_from([None, "en", "de", "ru", "ja"]),
        data=st.data(),
    )
    def found_by_words(
        written: list[tuple[list[str], list[str], str | None]], language: str | None, data: st.DataObject
    ) -> None:
        # Given
        customer_id = new_id("customer")
        passages = []
        for words, between, tag in written:
            text = "".join(itertools.chain(*zip(words, [*between, *" " * 8], strict=False)))
            passages.append(said(next(_places), text, tag, customer_id))
        hold(passages)
        # When
        word = data.draw(st.sampled_from([word for words, _, _ in written for word in words]))
        scan = {each.place for each in passages if word in re.findall(r"[^\W_]+", each.text)}
        found = finding.read(reader, Scope.of_customer(customer_id), word, language=language, limit=CANDIDATES).rows
        # Then
        assert scan <= {each.passage.place for each in found}

    found_by_words()


# -- in which order


@pytest.mark.parametrize("asked", ["kettle", "kett*"])
def test_all_that_matches_is_found_however_it_is_spread_over_the_log(
    asked: str, hold: Hold, reader: Connection, chance: random.Random
) -> None:
    # Given: near each other, and far apart.
    for often in (0.9, 0.02):
        base = next(_places) * 2**23
        places = sorted({base + chance.randrange(2 ** chance.randrange(1, 23)) for _ in range(1500)})
        marked = {place for place in places if chance.random() < often}
        hold([said(place, "a kettle" if place in marked else "a teapot", None, f"customer-{base}") for place in places])
        # When
        found = [each.passage.place for each in every(reader, asked, limit=70)]
        # Then
        found = [place for place in found if place >= base]
        assert found == sorted(marked, reverse=True)


def test_better_matches_come_first_among_the_newest_and_older_after(hold: Hold, reader: Connection) -> None:
    # Given
    subject = Passage(1, "customer-a", "conversation-1", "subject", AT, "Kettle")
    hold([subject, said(2, "kettle kettle"), said(3, "the kettle of my aunt")])
    # Then
    assert [each.passage.place for each in every(reader, "kettle")] == [1, 2, 3]
    # When
    hold([said(3 + n, "one more kettle") for n in range(1, CANDIDATES)])
    # Then: only what is among the newest is ranked with them.
    assert [each.passage.place for each in every(reader, "kettle")][-2:] == [1, 2]


def test_pages_neither_repeat_nor_miss_a_match_while_others_come_in_and_go(
    hold: Hold, reader: Connection, projector: Database, chance: random.Random
) -> None:
    # Given
    total = 3 * CANDIDATES
    hold([said(n, "kettle " * chance.randrange(1, 4), None, f"customer-{n}") for n in range(1, total + 1)])
    shown: list[int] = []
    erased: set[int] = set()
    cursor, newest = None, total
    while True:
        # When
        page = finding.read(reader, EVERYTHING, "kettle", cursor=cursor, limit=7)
        shown += [each.passage.place for each in page.rows]
        cursor = page.cursor
        if cursor is None:
            break
        newest += 1
        hold([said(newest, "kettle kettle kettle kettle")])
        gone = chance.randrange(1, total + 1)
        erased.add(gone)
        with projector.connection() as connection:
            connection.execute("UPDATE views.search_v6 SET text = %s WHERE place = %s", [ERASED, gone])
    # Then
    assert len(shown) == len(set(shown))
    assert set(range(1, total + 1)) - erased <= set(shown) <= set(range(1, total + 1))
    assert len(erased) > 30


def test_a_cursor_that_was_never_given_out_is_refused(reader: Connection) -> None:
    for places in (
        "no",
        "[1, 2]",
        "[1e30, 0, 1, 1]",
        '["a", 0, 1, 1]',
        "[9223372036854775808, 0, 1, 1]",
        "[1, 2, 1, 1]",
    ):
        with pytest.raises(Refusal, match="cursor-invalid"):
            finding.read(reader, EVERYTHING, "kettle", cursor=base64.urlsafe_b64encode(places.encode()).decode())
    with pytest.raises(Refusal, match="cursor-invalid"):
        finding.read(reader, EVERYTHING, "kettle", cursor="x")


# -- by whom


def test_customers_find_what_is_their_own_and_nothing_internal(hold: Hold, reader: Connection) -> None:
    # Given
    def passages(customer_id: str, base: int) -> list[Passage]:
        kinds: list[Kind] = ["received", "sent", "subject", "name", "order", "note"]
        return [Passage(base + n, customer_id, "it", kind, AT, "Kettle") for n, kind in enumerate(kinds)]

    hold([*passages("customer-a", 10), *passages("customer-b", 20)])

    for asked in ("kettle", "kett*", "kettel"):

        def found(scope: Scope, asked: str = asked) -> set[int]:
            return {each.passage.place for each in every(reader, asked, scope)}

        # Then
        everything = {13, 14, 23, 24} if asked == "kettel" else {*range(10, 16), *range(20, 26)}
        assert found(EVERYTHING) == everything
        assert found(Scope("customer-a")) == everything & set(range(10, 16))
        assert found(Scope.of_customer("customer-a")) == everything & set(range(10, 15))
        assert found(Scope(internal=False)) == everything - {15, 25}
        assert found(Scope.of_customer("customer-nobody")) == set()


# -- how it is shown


def test_a_snippet_is_the_piece_around_the_hits_with_each_of_them_marked(hold: Hold, reader: Connection) -> None:
    # Given
    hold([said(1, "word " * 60 + "the <b>Kettles</b>\x02 drip, réparés & all " + "word " * 60, "en")])
    # When
    (found,) = every(reader, "kettle repares")
    # Then
    assert [part.text for part in found.snippet if part.hit] == ["Kettles", "réparés"]
    snippet = "".join(part.text for part in found.snippet)
    assert "the <b>Kettles</b>\x02 drip, réparés & all word" in snippet
    assert snippet[0] == snippet[-1] == "…"
    assert len(snippet) <= SNIPPET_CHARACTERS + 2


def test_a_short_text_is_its_own_snippet(hold: Hold, reader: Connection) -> None:
    hold([said(1, "Kettle")])
    assert every(reader, "kettle")[0].snippet == (Part("Kettle", True),)


def test_the_longest_texts_are_taken_in(hold: Hold, reader: Connection) -> None:
    # Given: as many different words as go into a body, each of several bytes.
    word = (chr(0x4E00 + n // 100) + chr(0x5E00 + n % 100) for n in itertools.count())
    hold([said(1, " ".join(itertools.islice(word, 33_000)), "en"), said(2, "x" * 100_000), said(3, "ﬃ " * 50_000)])
    hold([said(4, "".join(chr(0x20000 + n * n % 40_009) for n in range(100_000)), "ja"), said(5, "🇩🇪" * 50_000)])
    # Then
    assert [each.passage.place for each in every(reader, chr(0x4E00) + chr(0x5E01))] == [1]
    assert [each.passage.place for each in every(reader, "ffi")] == [3]
    assert [each.passage.place for each in every(reader, "\U00020000\U00020001\U00020004")] == [4]


# -- and what is not


def test_what_was_erased_is_not_found_by_anything_and_nobody_elses_is_lost(
    executor: CommandExecutor,
    followed: Callable[[], None],
    reader: Connection,
    projector: Database,
    database_urls: Urls,
) -> None:
    # Given
    hers = deliver(executor, mail(1), GATEWAY).id
    deliver(executor, mail(2, "t2", "ben@example.org"), GATEWAY)
    conversations.act(executor, hers, ReceiveMessage(body="drips"), GATEWAY)
    followed()
    assert len(every(reader, "word")) == 2
    assert "ada@example.org" in texts(every(reader, "ada@example.org"))
    with connect(database_urls.database_url, "owner") as owner:
        owner.execute("ANALYZE views.search_v6")
    # When
    erase(executor, executor.read(hers).state.customer_id, AGENT)
    followed()
    # Then
    assert texts(every(reader, "word")) == ["word 2"]
    for asked in ("drips", "ada example", "ada@exampel.org", "erased", "[erased]", "eras*"):
        assert {"ada@example.org", "drips", ERASED}.isdisjoint(texts(every(reader, asked))), asked
    # And: nor is anything left of what PostgreSQL made of it.
    with projector.connection() as connection:
        kept = connection.execute("SELECT text, words IS NULL FROM views.search_v6 ORDER BY text").fetchall()
        sampled = connection.execute("SELECT count(*) FROM pg_stats WHERE attname = 'words'").fetchone()
    assert {wiped for text, wiped in kept if text == ERASED} == {True}
    assert {wiped for text, wiped in kept if text != ERASED} == {False}
    assert sampled == (0,)
