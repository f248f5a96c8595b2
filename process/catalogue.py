"""Every reaction there is. The host, the command line and the tests take them from here."""

from __future__ import annotations

from process.reaction import AnyReaction

REACTIONS: tuple[AnyReaction, ...] = ()
