"""The file of a text model: safetensors, which holds numbers and texts, and unlike a pickle never code.

Nothing in it is compressed, so the size of the file bounds what reading takes. A file is read only if its form, its
hash, the shape of each array and the version of the sentence encoder are right.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from domain.kernel.refusal import Refusal
from domain.kernel.values import Frozen
from infra.file_to_read import regular_file
from infra.file_to_write import file_there
from infra.insight.meaning_model import FEATURES, MeaningModel
from infra.insight.sentences import DIMENSIONS, SentenceEncoder
from infra.insight.theme_model import Calibration, ThemeModel
from infra.insight.training import MOST_THEMES
from infra.insight.word_model import MOST_PIECES, MOST_WORDS, WeightedTerms, WordModel

FORM = "antiphon theme model 1"
MOST_BYTES = 256 * 1024 * 1024
MOST_HEADER_BYTES = 1024 * 1024

Arrays = dict[str, np.ndarray[Any, np.dtype[Any]]]


class _Calibration(Frozen):
    words: float = Field(gt=0, lt=1000)
    meaning: float = Field(gt=0, lt=1000)
    meaning_alone: float = Field(gt=0, lt=1000)
    sure: float = Field(ge=0, le=2)


class _About(Frozen):
    form: str
    encoder: str
    themes: tuple[str, ...] = Field(min_length=2, max_length=MOST_THEMES)
    calibration: _Calibration


def write_model(model: ThemeModel, file: Path) -> str:
    """Write a model to a file, whole or not at all, in the place of a former model; and give its version. Raises
    Refusal `file-exists` where anything else is, `file-not-writable`."""
    content, version = _written(model)
    check_place(file)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        if file_there(unfinished):
            unfinished.unlink()
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(content)
        unfinished.rename(file)
    except OSError as error:
        raise _not_writable(error) from error
    return version


def check_place(file: Path) -> None:
    """Check that a model may be written there, before a long training. Raises Refusal `file-exists`,
    `file-not-writable`."""
    try:
        if file_there(file) and not _is_model(file):
            raise Refusal("file-exists", f"{file} is there already and is no theme model; name another with --model")
    except OSError as error:
        raise _not_writable(error) from error


def read_model(file: Path, encoder: SentenceEncoder) -> tuple[ThemeModel, str]:
    """The model in a file, and its version. Raises Refusal `file-not-readable`, `model-unfit`."""
    with regular_file(file, "a theme model, which `antiphon themes train` makes") as opened:
        content = opened.read(MOST_BYTES + 1)
    try:
        model, version = _model(content)
    except (SafetensorError, ValidationError, ValueError, KeyError, TypeError, RecursionError):
        raise Refusal("model-unfit", f"{file} is no theme model, or is damaged; train it again") from None
    if model.encoder != encoder.version:
        raise Refusal("model-unfit", f"{file} was trained with another sentence encoder; train it again")
    return model, version


def _not_writable(error: OSError) -> Refusal:
    return Refusal("file-not-writable", f"{error}; name a file in a folder you may write to")


def _written(model: ThemeModel) -> tuple[bytes, str]:
    arrays: Arrays = {
        "words.terms": _packed(model.words.words.names),
        "words.weights": model.words.words.weights,
        "pieces.terms": _packed(model.words.pieces.names),
        "pieces.weights": model.words.pieces.weights,
        "words.coefficients": model.words.coefficients,
        "words.intercepts": model.words.intercepts,
        "meaning.directions": model.meaning.directions,
        "meaning.phases": model.meaning.phases,
        "meaning.coefficients": model.meaning.coefficients,
    }
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    calibration = _Calibration(**asdict(model.calibration))
    about = _About(form=FORM, encoder=model.encoder, themes=model.themes, calibration=calibration).model_dump_json()
    sha256 = _sha256(about, arrays)
    return save(arrays, {"about": about, "sha256": sha256}), _version(sha256)


def _model(content: bytes) -> tuple[ThemeModel, str]:
    """The model in a file's content. Raises ValueError and others, as `read_model` lists them, where it is none."""
    size = int.from_bytes(content[:8], "little")
    if len(content) > MOST_BYTES or size > MOST_HEADER_BYTES:
        raise ValueError("too large")
    told = json.loads(content[8 : 8 + size])["__metadata__"]
    about = _About.model_validate_json(told["about"])
    if about.form != FORM:
        raise ValueError("another form")
    arrays: Arrays = load(content)
    sha256 = _sha256(told["about"], arrays)
    if told["sha256"] != sha256:
        raise ValueError("another content")
    words, pieces = _unpacked(arrays["words.terms"], MOST_WORDS), _unpacked(arrays["pieces.terms"], MOST_PIECES)
    themes = len(about.themes)
    shapes = {
        "words.weights": (len(words),),
        "pieces.weights": (len(pieces),),
        "words.coefficients": (themes, len(words) + len(pieces)),
        "words.intercepts": (themes,),
        "meaning.directions": (DIMENSIONS, FEATURES),
        "meaning.phases": (FEATURES,),
        "meaning.coefficients": (FEATURES, themes),
    }
    for name, shape in shapes.items():
        array = arrays[name]
        if array.dtype != np.float32 or array.shape != shape or not np.isfinite(array).all():
            raise ValueError(name)
    model = ThemeModel(
        about.themes,
        WordModel(
            WeightedTerms(words, arrays["words.weights"]),
            WeightedTerms(pieces, arrays["pieces.weights"]),
            arrays["words.coefficients"],
            arrays["words.intercepts"],
        ),
        MeaningModel(arrays["meaning.directions"], arrays["meaning.phases"], arrays["meaning.coefficients"]),
        Calibration(**about.calibration.model_dump()),
        about.encoder,
    )
    return model, _version(sha256)


def _is_model(file: Path) -> bool:
    with file.open("rb") as opened:
        return FORM.encode() in opened.read(MOST_HEADER_BYTES)


def _packed(terms: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(json.dumps(terms).encode(), np.uint8)


def _unpacked(array: np.ndarray[Any, np.dtype[Any]], most: int) -> tuple[str, ...]:
    terms = json.loads(array.tobytes())
    if not (isinstance(terms, list) and 0 < len(terms) <= most and all(isinstance(term, str) for term in terms)):
        raise ValueError("no list of terms")
    if len(set(terms)) != len(terms):
        raise ValueError("a term stands there twice")
    return tuple(terms)


def _sha256(about: str, arrays: Arrays) -> str:
    hashed = hashlib.sha256(about.encode())
    for name, array in sorted(arrays.items()):
        hashed.update(f"\n{name} {array.dtype} {array.shape}\n".encode())
        hashed.update(array.tobytes())
    return hashed.hexdigest()


def _version(sha256: str) -> str:
    return f"themes sha256:{sha256}"
