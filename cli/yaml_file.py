"""Reads the YAML files that verbs take: with YAML's own types, or every value as the text that it is."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from domain.kernel.refusal import Refusal
from infra.file_to_read import regular_file

MOST_BYTES = 10_000_000
"""The most bytes of a file: nobody writes so many by hand."""


class _Values(yaml.SafeLoader):
    """Reads each scalar by YAML's own types."""


class _Texts(yaml.BaseLoader):
    """Reads each scalar as the text that it is: YAML would read 010 as 8."""


class _Twice(yaml.constructor.ConstructorError):
    """A key stands twice in one mapping: YAML would keep the last."""


_NO_YAML = (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError, OverflowError)
"""What the library raises for files that are none: a 30th of February is a ValueError of its own."""
_MERGE = "tag:yaml.org,2002:merge"


def _mapping(loader: _Values | _Texts, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    # Before YAML merges in what `<<` names: a key of the mapping itself may replace that.
    for each, _ in node.value:
        key = loader.construct_object(each, deep=True) if each.tag != _MERGE else None
        if not isinstance(each, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key is no scalar", each.start_mark)
        if key in seen:
            raise _Twice(None, None, "a key stands there twice", each.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


for _loader in (_Values, _Texts):
    _loader.add_constructor("tag:yaml.org,2002:map", _mapping)


# Any, here and below: the content is for a model to check.
def read_yaml(file: Path) -> Any:
    """Parse a YAML file in which no key stands twice. Raises Refusal `file-not-readable`, `file-not-yaml`."""
    return _parsed(file, _Values)


def read_texts(file: Path) -> Any:
    """Parse a YAML file whose values are all texts. Raises Refusal as `read_yaml`."""
    return _parsed(file, _Texts)


def _parsed(file: Path, loader: type[_Values | _Texts]) -> Any:
    try:
        with regular_file(file, "a YAML file") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Refusal("file-not-yaml", f"{file.name} has more than {MOST_BYTES:,} bytes; write several files")
        return yaml.load(content.decode(), loader)  # noqa: S506 - neither loader makes objects
    except _Twice as error:
        raise Refusal("file-not-yaml", f"{_where(file, error)}: a key stands there twice; keep one") from None
    except _NO_YAML as error:
        what_to_do = "is no YAML in UTF-8; check quotes and indentation"
        raise Refusal("file-not-yaml", f"{_where(file, error)} {what_to_do}") from None


def _where(file: Path, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return file.name + (f", line {mark.line + 1}" if mark else "")
