"""The verbs of the text model: `antiphon themes train`, `evaluate` and `suggest`.

The libraries of the model are loaded as a verb runs: without the extra `insight`, the verbs are refused, and nothing
else changes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cli.display.terminal import console, one_line, safe
from cli.verbs.themes.calibration_plot import check_place, draw
from cli.verbs.themes.from_log import texts_of_log
from consumers.imports.csv_rows import CsvRows
from consumers.imports.source import Reject
from domain.kernel.refusal import Refusal
from infra.file_to_read import regular_file
from infra.insight.extra import MODEL_FILE, need_extra
from infra.settings.home import make_home
from infra.settings.settings import Settings

if TYPE_CHECKING:
    from infra.insight.evaluation import ModelFigures
    from infra.insight.training import LabelledTexts

MOST_TEXT_BYTES = 1_000_000
"""How much of stdin is read."""

_File = Annotated[Path, typer.Argument(metavar="TEXTS.csv", help="Columns `text` and `category`.")]
_Tried = Annotated[
    Path | None,
    typer.Option("--model", metavar="FILE", help="Try this model, and train none; else five are trained on a part."),
]
_Model = Annotated[Path | None, typer.Option("--model", metavar="FILE", help="The model; in ANTIPHON_HOME by default.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file among those of `themes`."""
    app.command()(train)
    app.command()(evaluate)
    app.command()(suggest)


def train(
    file: Annotated[Path | None, typer.Argument(metavar="TEXTS.csv", help="Columns `text` and `category`.")] = None,
    from_log: Annotated[bool, typer.Option("--from-log", help="Learn from the feedback items of the log.")] = False,
    model: _Model = None,
) -> None:
    """Train the text model on texts, each with its theme, and keep it in a file.

    With --from-log, the texts are what customers said last, each with the theme that its item has now.
    """
    need_extra()
    from infra.insight import model_file
    from infra.insight.sentences import sentence_encoder
    from infra.insight.training import MOST_TEXTS
    from infra.insight.training import train as train_model

    if (file is None) != from_log:
        raise Refusal("input-invalid", "give either a file of texts or --from-log")
    into = model or own_file(make=True)
    model_file.check_place(into)
    taught = _labelled(_pairs(file) if file is not None else texts_of_log(MOST_TEXTS))
    trained = train_model(taught, sentence_encoder())
    version = model_file.write_model(trained, into)
    _print(f"learned {len(taught.themes)} themes from {len(taught.texts)} texts")
    sure = trained.calibration.sure
    _print(f"sure from a probability of {sure:.3f} on" if sure <= 1 else "never sure: too few texts, or too alike")
    _print(f"encoder {trained.encoder}")
    _print(f"{version} in {into}")


def evaluate(
    file: _File,
    model: _Tried = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw the calibration into this file.")
    ] = None,
) -> None:
    """Say how often the text model is right on texts that it has not seen, and how often as often as it says.

    A fifth of each theme is held back, five times, each time another one; the last line is the mean. With --model,
    nothing is trained: that model is tried on all texts of the file.
    """
    need_extra()
    from infra.insight import evaluation
    from infra.insight.model_file import read_model
    from infra.insight.sentences import sentence_encoder

    if plot is not None:
        check_place(plot)
    pairs, encoder = _pairs(file), sentence_encoder()
    if model is not None:
        tried, version = read_model(model, encoder)
        _print(version)
        texts, themes = zip(*pairs, strict=True)
        figures = evaluation.measure(tried, texts, themes, encoder.encode(texts))
    else:
        found: list[ModelFigures] = []

        def tell(seed: int, of: ModelFigures) -> None:
            found.append(of)
            _print(f"seed {seed}: {_figures(of)}; {_sure(of)}")

        figures = evaluation.evaluate(_labelled(pairs), encoder, tell)
        for name, values in (("top-1", [each.top_1 for each in found]), ("top-3", [each.top_3 for each in found])):
            _print(f"{name} from {min(values):.3f} to {max(values):.3f}")
    _print(f"{_sure(figures)}")
    _print("the model says   it is right   texts")
    for each in figures.bins:
        if each.texts:
            _print(f"{each.said:>14.3f}   {each.right:>11.3f}   {each.texts:>5}")
    if plot is not None:
        draw(figures.bins, plot)
    _print(f"calibration error {figures.calibration_error:.3f}")
    _print(_figures(figures))


def suggest(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What somebody wrote; - reads it from stdin.")],
    model: _Model = None,
) -> None:
    """Suggest themes for a text, the likeliest first. Nothing is recorded."""
    need_extra()
    from infra.insight.model_file import read_model
    from infra.insight.sentences import sentence_encoder

    if text == "-":
        text = sys.stdin.buffer.read(MOST_TEXT_BYTES).decode("utf-8", "replace")
    if not text.strip():
        raise Refusal("input-invalid", "TEXT is empty; give what somebody wrote")
    asked, version = read_model(model or own_file(make=False), sentence_encoder())
    (suggested,) = asked.suggest([text], sentence_encoder())
    for number, each in enumerate(suggested.best):
        sure = "  sure" if suggested.sure and number == 0 else ""
        _print(f"{each.probability:.3f}  {one_line(each.theme)}{sure}")
    _print(f"suggested by {version}")


def own_file(*, make: bool) -> Path:
    """The file of this installation's model."""
    home = Settings.load().home.folder
    if make:
        make_home(home)
    return home / MODEL_FILE


def _labelled(pairs: list[tuple[str, str]]) -> LabelledTexts:
    from infra.insight.sentences import sentence_encoder
    from infra.insight.training import FEWEST_OF_A_THEME, labelled

    taught, left_out = labelled(pairs, sentence_encoder())
    for theme, count in left_out:
        _print(f"left out: {one_line(theme)}, with {count} of at least {FEWEST_OF_A_THEME} texts")
    return taught


def _pairs(file: Path) -> list[tuple[str, str]]:
    """The texts of a CSV file, each with its category. What is no such row is named. Raises Refusal
    `file-not-readable`, `training-unfit`."""
    from infra.insight.training import MOST_TEXTS

    with regular_file(file, "a CSV file") as opened:
        csv = CsvRows(opened)
        if not {"text", "category"} <= set(csv.header):
            raise Refusal("training-unfit", f"{file.name} has no columns text and category in its first line")
        text, category = csv.header.index("text"), csv.header.index("category")
        pairs = []
        for row in csv.rows(lambda fields: True):
            if isinstance(row, Reject):
                _print(f"not read: line {row.place.line}: {row.why}")
            elif any("\udc80" <= letter <= "\udcff" for letter in row.place.raw):  # as CsvRows gives what is no UTF-8
                _print(f"not read: line {row.place.line}: it is no UTF-8")
            elif not (row.fields[text].strip() and row.fields[category].strip()):
                _print(f"not read: line {row.place.line}: a text and its category are needed")
            else:
                pairs.append((row.fields[text], row.fields[category].strip()))
                if len(pairs) > MOST_TEXTS:
                    raise Refusal("training-unfit", f"{file.name} has more than {MOST_TEXTS:,} texts; take a sample")
    if not pairs:
        raise Refusal("training-unfit", f"{file.name} has no texts")
    return pairs


def _figures(of: ModelFigures) -> str:
    return f"top-1 {of.top_1:.3f}, top-3 {of.top_3:.3f}, n {of.texts}"


def _sure(of: ModelFigures) -> str:
    return f"sure of {of.sure:.3f}, of which {of.sure_right:.3f} right"


def _print(line: str) -> None:
    console().print(Text(safe(line)), soft_wrap=True)
