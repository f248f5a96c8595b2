"""What no theme fits yet is grouped by nearness."""

from __future__ import annotations

from infra.insight.grouping import groups
from infra.insight.sentences import SentenceEncoder


def test_texts_about_one_matter_are_one_group(encoder: SentenceEncoder) -> None:
    # Given
    texts = [
        "The lamp flickers", "Where is my refund?", "My lamp is flickering", "When do I get my money back?",
        "The light of the lamp flickers at night", "Do you sell tents?",
    ]  # fmt: skip
    # When
    found = groups(encoder.encode(texts))
    # Then
    assert [sorted(each.texts) for each in found] == [[0, 2, 4], [1, 3]]
    assert groups(encoder.encode(texts)) == found
    assert groups(encoder.encode(texts[:1])) == groups(encoder.encode([])) == []
