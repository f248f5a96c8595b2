"""What `antiphon show` prints of a file that is kept is all that `antiphon fetch` needs."""

from __future__ import annotations

from cli.verbs.conversation.show import attachment_lines

FILE = {"id": "f1", "name": "leak.jpg", "type": "image/jpeg", "size": 3, "sha256": None}


def test_a_file_that_is_kept_is_named_by_its_content_id() -> None:
    kept = "content-" + "0" * 64
    assert list(attachment_lines(FILE | {"content_id": kept})) == ["attached: leak.jpg (3 bytes)", kept]


def test_a_file_that_is_only_named_has_no_such_line() -> None:
    assert list(attachment_lines(FILE)) == ["attached: leak.jpg (3 bytes)"]
    assert list(attachment_lines(FILE | {"content_id": None})) == ["attached: leak.jpg (3 bytes)"]
