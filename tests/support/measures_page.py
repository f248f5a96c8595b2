"""The definitions of measures as docs/measures.md has them.

python -m tests.support.measures_page     writes the section of docs/measures.md anew
"""

from __future__ import annotations

from pathlib import Path

from domain.measure.catalogue import MEASURES, SLICES

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"
HEADING = "## Definitions\n"


def definitions() -> str:
    """The section, from its heading to the page's end."""
    written = [HEADING]
    for name, each in MEASURES.items():
        written.append(f"\n### {name}\n\nVersion {each.version}. *{each.question}*\n\n")
        what = "a hit" if each.unit == "share" else "measured"
        written.append(f"- counted: {each.population}\n- {what}: {each.hit}\n")
        written += [f"- left out as `{why}`: {meaning}\n" for why, meaning in each.exclusions.items()]
        written.append(f"- period: by {each.time_basis}; unit: {each.unit}; {each.better} is better\n")
        written.append(f"- grouped by: {', '.join(f'`{by}`' for by in SLICES[name]) or 'nothing'}\n")
        views = ", ".join(f"`{view}`" for view in each.reads)
        written.append(f"- read from {views}; {each.owner} answers for it\n")
    return "".join(written)


if __name__ == "__main__":
    before, _, _ = PAGE.read_text().partition(HEADING)
    PAGE.write_text(before + definitions())
