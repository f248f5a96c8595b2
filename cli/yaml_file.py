"""Reads the YAML files that verbs take: with YAML's own types, or every value as the text that it is."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from domain.kernel.refusal import Refusal


class _Texts(yaml.BaseLoader):
    """Reads each scalar as the text that it is: YAML would read 010 as 8, and keep the last of two equal keys."""


def _mapping(loader: _Texts, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, "a key stands there twice, or is none", key.start_mark)
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Texts.add_constructor("tag:yaml.org,2002:map", _mapping)


# Any, here and below: the content is for a model to check.
def read_yaml(file: Path) -> Any:
    """Parse a YAML file. Raises Refusal `file-not-readable`, `file-not-yaml`."""
    return _parsed(file, yaml.SafeLoader, "is no YAML in UTF-8; check quotes and indentation")


def read_texts(file: Path) -> Any:
    """Parse a YAML file whose values are all texts, and whose keys differ. Raises Refusal as `read_yaml`."""
    return _parsed(file, _Texts, "is no YAML in UTF-8; check quotes, indentation, and keys that stand twice")


def _parsed(file: Path, loader: type[yaml.SafeLoader | yaml.BaseLoader], what_to_do: str) -> Any:
    try:
        return yaml.load(file.read_text("utf-8"), loader)  # noqa: S506 - neither loader makes objects
    except OSError as error:
        raise Refusal("file-not-readable", f"{error}; name a YAML file") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise Refusal("file-not-yaml", f"{file.name}{where} {what_to_do}") from None
