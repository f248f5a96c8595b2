"""A block that is nested too deeply is rejected, and the rest of its file is read; until now `import sample` ended."""

from __future__ import annotations

from tests.support.importing import read, wrong


def test_what_is_nested_too_deeply_holds_up_no_other() -> None:
    # Given
    names = ('"Care"', 5_000 * "[", '"Repairs"')
    # When
    found = read("sample", "".join(f"[[team]]\nname = {name}\n" for name in names))
    # Then
    assert len(found) == len(names)
    assert wrong(found) == [(3, "not-toml")]
