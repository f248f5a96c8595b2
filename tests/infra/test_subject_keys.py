"""Each text has a key of its own, without a row for it; one that is taken out is gone, and all others stay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from infra.keys.subject_keys import SubjectKeys
from infra.log.application import Log

PLACES = [f"conversation-{number}/{version}/" for number in range(20) for version in range(1, 6)]


def test_each_place_has_a_key_of_its_own() -> None:
    keys = SubjectKeys.fresh()
    found = [keys.of_text(each) for each in PLACES]
    assert len({keys.key, *found}) == len(PLACES) + 1
    assert found == [SubjectKeys(keys.packed).of_text(each) for each in PLACES]


def test_what_is_taken_out_is_gone_and_the_rest_stays() -> None:
    # Given
    keys = SubjectKeys.fresh()
    before = {each: keys.of_text(each) for each in PLACES}
    # When
    left = keys
    for each in PLACES[::3]:
        left = left.without(each)
    # Then
    gone = set(PLACES[::3])
    assert {each: left.of_text(each) for each in PLACES} == {
        each: None if each in gone else key for each, key in before.items()
    }
    assert left.key == keys.key
    assert left.without(PLACES[0]) == left
    # And no key that is gone, nor anything above it, is in what is kept
    assert all(key not in left.packed for each, key in before.items() if each in gone and key)
    assert keys.packed[-32:] not in left.packed


def test_what_is_kept_grows_with_what_was_taken_out_only() -> None:
    keys = SubjectKeys.fresh()
    assert len(keys.packed) == 65
    assert len(keys.without(PLACES[0]).packed) < 60_000


def test_a_key_of_a_former_release_has_no_tree_until_it_gets_one() -> None:
    former = SubjectKeys(SubjectKeys.fresh().key)
    assert former.of_text(PLACES[0]) is None
    assert former.without(PLACES[0]) == former
    given = former.with_tree()
    assert (given.key, given.has_tree, given.with_tree()) == (former.key, True, given)
    assert given.of_text(PLACES[0]) is not None


def test_texts_that_are_taken_out_at_once_are_all_gone(log: Log) -> None:
    # Given
    before = log.vault.of_subject("customer-1")
    # When
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda version: log.vault.withhold("conversation-1", version, ["customer-1"]), range(1, 9)))
    # Then
    left = log.vault.of_subject("customer-1")
    assert [left.of_text(f"conversation-1/{version}/") for version in range(1, 9)] == [None] * 8
    assert left.of_text("conversation-1/9/") == before.of_text("conversation-1/9/")
    # And an erasure is the end of all of them
    log.vault.destroy("customer-1")
    log.vault.withhold("conversation-1", 9, ["customer-1", "customer-unknown"])
    assert log.vault.of_subjects(["customer-1", "customer-unknown"]) == {"customer-1": None}


def test_a_key_of_a_former_release_gets_its_tree_as_keys_are_wrapped_anew(log: Log) -> None:
    # Given
    key = log.vault.key("customer-1")
    with log.vault.database.connection() as connection:
        former = log.vault._wrapped("customer-1", key)
        connection.execute("UPDATE vault.keys SET wrapped = %s WHERE subject = 'customer-1'", (former,))
    log.vault.forget_cached()
    assert not log.vault.of_subject("customer-1").has_tree
    # When, and again
    assert [log.vault.rewrap() for _ in range(2)] == [1, 0]
    # Then
    log.vault.forget_cached()
    found = log.vault.of_subject("customer-1")
    assert (found.key, found.has_tree) == (key, True)
