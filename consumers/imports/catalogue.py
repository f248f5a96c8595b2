"""The catalogue of file formats that can be imported."""

from __future__ import annotations

from consumers.imports.abcd import Abcd
from consumers.imports.banking77 import Banking77
from consumers.imports.cdnow import Cdnow
from consumers.imports.cfpb import Cfpb
from consumers.imports.sample import Sample
from consumers.imports.sgd import Sgd
from consumers.imports.source import Source

SOURCES: dict[str, Source] = {source.name: source for source in (Cfpb(), Sgd(), Abcd(), Cdnow(), Banking77(), Sample())}
