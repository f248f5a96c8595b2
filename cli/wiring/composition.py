"""The composition of a process: the only place where all parts are wired together."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from cli.display.terminal import show_times_in
from commands import registry
from commands.customer.erasing import apply_erasures
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from domain.kernel.refusal import Overloaded, Refusal
from infra.content.backend import Backend
from infra.content.check import ContentCheck, FileCheck
from infra.content.folder import Folder
from infra.content.store import ContentStore
from infra.embedded.postgres import Urls, databases
from infra.keys.installation import check_own_vault, pair
from infra.keys.vault import Vault
from infra.log.application import Log
from infra.postgres.database import Database, Role, check_login, check_user, connect
from infra.postgres.migrate import migrate, pending
from infra.settings.content import is_icap
from infra.settings.settings import Settings
from infra.subscriptions.host import Host, wait_until_reached
from infra.subscriptions.subscription import Subscription
from infra.views.projector import projectors_of
from infra.views.rebuild import drop_abandoned
from infra.views.schema import missing_views, prepare_views
from infra.views.versions import retire_unwiped
from infra.views.view import AnyView
from process.catalogue import REACTIONS, TIMER_HANDLERS
from process.reaction import Reactor
from process.signal import SignalItems
from process.watch import Watch
from projections.catalogue import VIEWS
from projections.open_work import OpenWorkInViews
from projections.signal.evidence import SignalEvidenceInViews

SUBSCRIPTIONS = tuple((view.name, view.version) for view in VIEWS)
"""All views as subscriptions, by name and version: what readers wait for."""

REACTING = tuple((reaction.name, reaction.version) for reaction in REACTIONS)
"""All reactions, by name and version."""


ROLES: tuple[Role, ...] = ("appender", "auditor", "reader", "keykeeper")
"""What every process works as; some are the projector or the owner, too."""

UNFINISHED_SECONDS = 86_400
"""How old a file is that no process takes in any more."""


@dataclass(frozen=True)
class Antiphon:
    """The parts of one process."""

    settings: Settings
    urls: Urls
    log: Log
    executor: CommandExecutor

    @contextmanager
    def database(self, role: Role) -> Iterator[Database]:
        """The log's database as one of our roles."""
        database = Database(
            self.urls.of(role),
            role,
            pool_size=self.settings.postgres.pool_size,
            deadline_seconds=self.settings.postgres.deadline_seconds,
        )
        try:
            yield database
        finally:
            database.close()

    def owner_url(self) -> str:
        """The log's database with the login that owns its schema. Raises Refusal `database-unfit` where the settings
        have no such login."""
        check_login(url := self.urls.of("owner"), "owner")
        return url

    @contextmanager
    def subscriptions(self, poll_seconds: float | None = None, also: Iterable[Subscription] = ()) -> Iterator[Database]:
        """Within: all projectors and reactors run, and those in `also`; or stand by where another process holds the
        lease. Gives the projector's database."""
        with ExitStack() as closing:
            if not self.settings.postgres.embedded:
                check_login(self.urls.of("projector"), "projector")
            database = closing.enter_context(self.database("projector"))
            subscriptions = [*(subscription for view in VIEWS for subscription in projectors_of(view)), *also]
            subscriptions += self._reactors(database)
            closing.enter_context(
                Host(
                    self.log,
                    database,
                    subscriptions,
                    lease_seconds=self.settings.subscriptions.lease_seconds,
                    poll_seconds=poll_seconds or self.settings.subscriptions.poll_seconds,
                    page_size=self.settings.subscriptions.page_size,
                )
            )
            yield database

    def begin_reactions(self) -> None:
        """Let all reactions begin that have not begun, so that they see whatever comes from now on. Raises
        Overloaded."""
        with self.database("projector") as database:
            self._reactors(database)

    def _reactors(self, database: Database) -> list[Reactor]:
        """The subscriptions of all reactions, which have begun."""
        work = OpenWorkInViews(database, partial(self._wait_for_views, database))
        filed = partial(self._wait_for_items, database)
        ports = Ports(self.executor, work, SignalEvidenceInViews(database, self.settings.company.zone, filed))
        reactors = [Reactor(reaction, partial(registry.ask, ports)) for reaction in REACTIONS]
        for reactor in reactors:
            reactor.set_out(database)
        return reactors

    def _wait_for_items(self, database: Database, views: Collection[AnyView]) -> None:
        """Wait until all that was said by now is filed, and shown by these views. Raises Overloaded."""
        self._wait_for(database, [(SignalItems.name, SignalItems.version)], self.log.position())
        self._wait_for_views(database, views, self.log.position())

    def _wait_for_views(self, database: Database, views: Collection[AnyView], position: int) -> None:
        self._wait_for(database, [(view.name, view.version) for view in views], position)

    def _wait_for(self, database: Database, subscriptions: Sequence[tuple[str, int]], position: int) -> None:
        if not wait_until_reached(database, subscriptions, position, self.settings.postgres.deadline_seconds):
            raise Overloaded("what is read is not that far yet; try again shortly")

    @contextmanager
    def watches(self) -> Iterator[None]:
        """Within: the watches run. Several processes may run them; each due is detected once."""
        with ExitStack() as closing:
            reader = closing.enter_context(self.database("reader"))
            for handler in TIMER_HANDLERS:
                watch = Watch(handler(self.executor, reader), poll_seconds=self.settings.subscriptions.poll_seconds)
                closing.enter_context(watch)
            yield


def bring_up_to_date(urls: Urls, deadline_seconds: float) -> list[str]:
    """Bring log, key store and the tables of views to the present schema. Answers the names of what was created.

    Raises Refusal `migration-changed`, `view-changed`, psycopg.Error.
    """
    applied = migrate(*urls.migrators, deadline_seconds=deadline_seconds)
    return applied + [f"views/{name}" for name in prepare_views(urls.of("owner"), VIEWS)]


def check_schema(urls: Urls, deadline_seconds: float) -> None:
    """Check that `bring_up_to_date` has nothing to do, and that the logins may do their work; change nothing. Raises
    Refusal `schema-behind`, `database-unfit`, and as that does.

    A database that is ahead, because a later release has migrated it, is fit: two releases run side by side.
    """
    missing = [
        *pending(urls.database_url, "log", deadline_seconds=deadline_seconds),
        *pending(urls.vault_url, "vault", deadline_seconds=deadline_seconds),
    ]
    # Only once the roles exist.
    if not missing:
        for url in dict.fromkeys(map(urls.of, ROLES)):
            check_login(url, *(role for role in ROLES if urls.of(role) == url))
        missing = [f"views/{name}" for name in missing_views(urls.of("reader"), VIEWS)]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise Refusal(
            "schema-behind",
            f"the databases lack what this release needs ({missing[0]}{more}); nothing was changed. Once nobody needs "
            "them as they are, bring them up to date with: antiphon migrate",
        )


@contextmanager
def antiphon(settings: Settings | None = None, *, running: bool = False, restoring: bool = False) -> Iterator[Antiphon]:
    """Within: all parts, ready to use: databases are reached or started, and erasures applied.

    The key store has to be the log's own. `restoring`: an empty log is about to be filled, beside any key store.

    An embedded PostgreSQL is migrated. Databases that the settings name are not, unless the settings allow it for
    `running` processes. Raises Refusal with what to do where the settings do not work, psycopg.Error where a database
    does not.
    """
    settings = settings or Settings.load()
    show_times_in(settings.company.zone)
    postgres = settings.postgres
    collect_rarely()
    with ExitStack() as closing:
        urls = closing.enter_context(databases(postgres, settings.home.folder))
        if postgres.embedded or (running and postgres.run_migrates):
            bring_up_to_date(urls, postgres.deadline_seconds)
        else:
            check_schema(urls, postgres.deadline_seconds)
        vault = Vault(
            Database(urls.vault_url, "keykeeper", deadline_seconds=postgres.deadline_seconds),
            settings.keys.read_master_key(settings.own_home),
            other_master_key=settings.keys.read_other_master_key(),
        )
        log = Log(
            Database(
                urls.database_url,
                "appender",
                pool_size=postgres.pool_size,
                deadline_seconds=postgres.deadline_seconds,
            ),
            vault,
            deadline_seconds=postgres.deadline_seconds,
            append_batch=settings.log.append_batch,
            append_queue=settings.log.append_queue,
        )
        closing.callback(log.close)
        with log.database.connection() as connection:
            check_own_vault(connection, vault, restoring=restoring)
            if not restoring:
                pair(connection, vault)
        _drop_left_over_views(urls)
        content = content_store(settings, vault)
        # A bucket is far away, and looking through it takes long: that is for processes that stay.
        tidies = running or settings.content.bucket is None
        if tidies:
            _remove_unfinished(content)
        executor = CommandExecutor(
            log,
            zone=settings.company.zone,
            comparing=settings.company.comparing,
            content=content,
            channels=settings.company.served,
        )
        closing.callback(executor.close)
        apply_erasures(executor, files=tidies)
        yield Antiphon(settings, urls, log, executor)


def content_store(settings: Settings, vault: Vault) -> ContentStore:
    """The store of files of people. Nothing is asked of its place yet."""
    limits, check = settings.content, content_check(settings)
    return ContentStore(
        content_backend(settings), vault, most_bytes=limits.most_bytes, most_files=limits.most_files, check=check
    )


def content_check(settings: Settings) -> ContentCheck | None:
    """What checks files that come in, where anything does. Nothing is asked of it yet."""
    check, seconds = settings.content.check_command, settings.content.check_seconds
    if check is None:
        return None
    if not is_icap(check):
        return FileCheck(check, seconds)
    # Only a process that asks a server loads what that takes.
    from infra.content.icap import IcapCheck

    return IcapCheck(check, seconds)


def content_backend(settings: Settings) -> Backend:
    """The place of files of people. Nothing is asked of it yet. Raises Refusal `settings-invalid`."""
    given = settings.content
    if given.bucket is None:
        return Folder(settings.home.folder / "content" if given.folder is None else given.folder)
    # Only a process that uses a bucket loads the library.
    from infra.content.bucket import Bucket, BucketError

    try:
        return Bucket(
            given.bucket,
            prefix=given.prefix,
            endpoint=given.endpoint,
            region=given.region,
            access_key=given.access_key,
            secret_key=given.secret_key.get_secret_value() if given.secret_key else None,
        )
    except BucketError as error:
        raise Refusal("settings-invalid", f"ANTIPHON_CONTENT_BUCKET: {error}") from None


def _drop_left_over_views(urls: Urls) -> None:
    """Drop what killed rebuilds and former releases left. A login of services may not: the owner's next verb does."""
    with suppress(Refusal), connect(urls.of("owner")) as owner:
        check_user(owner, "owner")
        owner.execute("SET ROLE antiphon_owner")
        drop_abandoned(owner)
        retire_unwiped(owner, VIEWS)


def _remove_unfinished(content: ContentStore) -> None:
    """Remove the files that killed processes were taking in. Raises Refusal `home-not-usable`."""
    try:
        content.remove_unfinished(UNFINISHED_SECONDS)
    except OSError as error:
        raise Refusal(
            "home-not-usable",
            f"{error}; set ANTIPHON_CONTENT_FOLDER to a folder that is yours, or see to the bucket of content",
        ) from error


def content_place(settings: Settings) -> str:
    """The place of files of people, for messages."""
    given = settings.content
    if given.bucket is None:
        return str(given.folder or settings.home.folder / "content")
    return "/".join(filter(None, (f"s3://{given.bucket}", given.prefix)))


def collect_rarely() -> None:
    """Let Python's garbage collector run less often: events and rows come by the thousand and hold no cycles.

    With Python's default thresholds, a sixth of a subscription's time goes into collecting.
    """
    gc.set_threshold(50_000, 20, 100)
