"""`python -m infra.settings` prints the text of `.env.example`."""

from infra.settings.settings import example

print(example(), end="")  # noqa: T201
