"""A view is rebuilt by one process at a time: what two would fill at once is nobody's replay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from domain.kernel.refusal import Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.rebuild import Rebuild, Rebuilt
from projections.catalogue import VIEWS
from projections.conversation.inbox import INBOX
from tests.support.companies import GATEWAY, mail
from tests.support.following import catch_up


@pytest.mark.parametrize("second", [Rebuild.verify, Rebuild.replace])
def test_two_rebuilds_of_one_view_do_not_run_at_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls, second: Callable[[Rebuild], Rebuilt]
) -> None:
    # Given a view with some rows, and a rebuild of it that has begun
    for number in range(1, 6):
        deliver(executor, mail(number, thread=f"t{number}"), GATEWAY)
    catch_up(log, projector)
    refused: list[str] = []

    def meanwhile(at: int, _of: int) -> None:
        if at > 0 and not refused:
            with pytest.raises(Refusal) as why:
                second(Rebuild(log, projector, database_urls.database_url, INBOX))
            refused.append(why.value.code)

    # When another one of the same view is asked for
    rebuilt = Rebuild(log, projector, database_urls.database_url, INBOX, page_size=2).verify(meanwhile)
    # Then it is refused, and the first goes on as if nothing had been
    assert refused == ["rebuild-running"]
    assert (rebuilt.rows, rebuilt.differing) == (5, 0)
    # Afterwards there is room for the next.
    assert second(Rebuild(log, projector, database_urls.database_url, INBOX)).differing == 0


def test_rebuilds_of_two_views_run_at_once(
    executor: CommandExecutor, log: Log, projector: Database, database_urls: Urls
) -> None:
    for number in range(1, 6):
        deliver(executor, mail(number, thread=f"t{number}"), GATEWAY)
    catch_up(log, projector)
    other = next(view for view in VIEWS if view is not INBOX)
    found: list[int] = []

    def meanwhile(at: int, _of: int) -> None:
        if at > 0 and not found:
            found.append(Rebuild(log, projector, database_urls.database_url, other).verify().differing)

    rebuilt = Rebuild(log, projector, database_urls.database_url, INBOX, page_size=2).verify(meanwhile)
    assert (rebuilt.differing, found) == (0, [0])
