"""What the desk's TypeScript compiles to, with Node and npm: `python -m tests.support.desk_build` writes it where it
is committed, also the types from docs/openapi.json and the vendored modules. Only who changes the desk needs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DESK = ROOT / "web" / "desk"
CONTRACT = ROOT / "docs" / "openapi.json"
TOOLS = Path.home() / ".cache" / "antiphon" / "desk"
"""Where the packages of the lock are installed, once for each content of it."""
VENDORED = {
    "preact/preact.mjs": "preact/dist/preact.mjs",
    "preact/hooks.mjs": "preact/hooks/dist/hooks.mjs",
    "preact/jsxRuntime.mjs": "preact/jsx-runtime/dist/jsxRuntime.mjs",
    "preact/LICENSE": "preact/LICENSE",
    "preact-signals/signals.mjs": "@preact/signals/dist/signals.mjs",
    "preact-signals/signals-core.mjs": "@preact/signals-core/dist/signals-core.mjs",
    "preact-signals/LICENSE": "@preact/signals/LICENSE",
}
"""Each vendored module by where it comes from. Those of @fluent/bundle are all of its ES modules."""
USED = re.compile(r'Schemas\["(\w+)"\]')
"""How the sources name a document of the contract."""


def missing() -> list[str]:
    """The programs that are needed and not here."""
    return [name for name in ("node", "npm") if shutil.which(name) is None]


def packages() -> Path:
    """The folder node_modules of the lock, installed where it is not yet. Raises CalledProcessError."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    locked = (DESK / "package-lock.json").read_bytes()
    if (TOOLS / "installed").exists() and (TOOLS / "installed").read_bytes() == locked:
        return TOOLS / "node_modules"
    for name in ("package.json", "package-lock.json"):
        shutil.copy(DESK / name, TOOLS / name)
    _run(TOOLS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    (TOOLS / "installed").write_bytes(locked)
    return TOOLS / "node_modules"


def compiled(into: Path) -> None:
    """Compile the desk into this folder: `built`, `vendor`, and the types of the contract, as they are committed."""
    modules = packages()
    shutil.copytree(DESK / "source", into / "source")
    shutil.copy(DESK / "tsconfig.json", into)
    (into / "node_modules").symlink_to(modules)
    (into / "contract.json").write_text(json.dumps(reduced(json.loads(CONTRACT.read_text()), used())))
    tool = modules / ".bin" / "openapi-typescript"
    # Without the option, the tool takes a field that has a default for one that has to be sent (docs/api.md).
    option = "--default-non-nullable=false"
    _run(into, str(tool), "contract.json", option, "--output", "source/contract.d.ts")
    _run(into, str(modules / ".bin" / "tsc"))
    for name, source in VENDORED.items():
        (into / "vendor" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, into / "vendor" / name)
    (into / "vendor" / "fluent-bundle").mkdir()
    for file in (modules / "@fluent" / "bundle" / "esm").glob("*.js"):
        shutil.copyfile(file, into / "vendor" / "fluent-bundle" / file.name)


def used() -> set[str]:
    """The documents of the contract that the sources name."""
    return set(USED.findall((DESK / "source" / "api.ts").read_text()))


def reduced(contract: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The contract with these documents only, and what they are made of: the desk's types change when these do."""
    schemas, kept, next_ones = contract["components"]["schemas"], {}, sorted(names)
    while next_ones:
        name = next_ones.pop()
        if name not in kept:
            kept[name] = schemas[name]
            next_ones += re.findall(r'"#/components/schemas/(\w+)"', json.dumps(schemas[name]))
    documents = {name: kept[name] for name in sorted(kept)}
    head = {name: contract[name] for name in ("openapi", "info")}
    return {**head, "paths": {}, "components": {"schemas": documents}}


def _run(folder: Path, *command: str) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode:
        raise RuntimeError(f"{command[0]}: {ran.stdout[-3000:]} {ran.stderr[-3000:]}")


def main() -> None:
    """Write what is committed."""
    if absent := missing():
        sys.exit(f"The desk is compiled with Node; not here: {', '.join(absent)}")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        compiled(made)
        shutil.rmtree(DESK / "built")
        shutil.copytree(made / "built", DESK / "built")
        shutil.copytree(made / "vendor", DESK / "vendor", dirs_exist_ok=True)
        shutil.copy(made / "source" / "contract.d.ts", DESK / "source" / "contract.d.ts")


if __name__ == "__main__":
    main()
