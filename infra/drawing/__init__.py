"""Pictures as SVG: without scripts, with a title and a description, and readable without colours."""
