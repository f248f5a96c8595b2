"""The door: whoever is signed in reaches the API with a token that the browser never sees; nobody else reaches it."""

from __future__ import annotations

import httpx
import pytest

from tests.support import desk
from tests.support.api_process import free_port
from tests.support.desk import browser, link
from tests.support.serving import PLAIN, Company, client
from tests.support.waiting import wait_until
from web.door.sessions import Sessions

JWT = "eyJ"
"""How every token begins."""
SOMEBODY = "staff-01a22f7d-cb90-726d-943e-8c691fac5844"


def code(answer: httpx.Response) -> tuple[int, str]:
    """What a refusal says."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_somebody_signs_in_acts_and_leaves(door: str, company: Company) -> None:
    with browser(door) as page:
        # Given
        assert page.get("/session").json() == {"signed_in": False, "ways": ["link"]}
        assert code(page.get("/api/me")) == (401, "token-missing")
        # When
        entered = page.get(link(company.agent))
        # Then
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "HttpOnly; Path=/; SameSite=strict" in entered.headers["set-cookie"]
        me = page.get("/api/me")
        assert me.json()["id"] == company.agent
        # When
        path = f"/api/conversations/{company.conversation}/replies"
        answer = page.post(path, json={"body": "It comes tomorrow."}, headers={"Idempotency-Key": "one"})
        again = page.post(path, json={"body": "It comes tomorrow."}, headers={"Idempotency-Key": "one"})
        # Then
        assert answer.status_code == 201
        assert again.json() == answer.json()
        shown = page.get(f"/api/conversations/{company.conversation}", headers={"At-Least": answer.headers["Position"]})
        assert [line["text"] for line in shown.json()["lines"]][-1] == "It comes tomorrow."
        for each in (entered, me, answer, shown, page.get("/session"), page.get("/")):
            assert JWT not in each.text
            assert JWT not in str(each.headers)
        # When
        stolen = dict(page.cookies)
        assert page.post("/sign-out").status_code == 204
        # Then
        assert code(page.get("/api/me")) == (401, "token-missing")
        assert code(httpx.get(f"{door}/api/me", cookies=stolen)) == (401, "token-missing")


def test_a_link_signs_in_only_whom_and_while_it_says(door: str, company: Company) -> None:
    right = link(company.agent)
    wrong = [
        link(company.agent, seconds=-1),
        right.replace(company.agent, company.lead),
        right[:-1] + ("0" if right[-1] != "0" else "1"),
        right.replace(right.split("/")[3], "9999999999"),
        right.replace(right.split("/")[3], "never"),
    ]
    with browser(door) as page:
        assert [code(page.get(each)) for each in wrong] == [(401, "token-invalid")] * len(wrong)
        assert page.get("/session").json()["signed_in"] is False


def test_what_is_not_the_desks_own_page_is_refused(door: str, company: Company) -> None:
    with browser(door, company.agent) as page:
        path = f"/api/conversations/{company.conversation}/notes"

        def asked(**headers: str) -> tuple[int, str]:
            return code(page.post(path, json={"body": "Not ours"}, headers=headers))

        # When, then
        assert asked(**{"Sec-Fetch-Site": "cross-site"}) == (403, "forbidden")
        assert asked(**{"Sec-Fetch-Site": "same-site"}) == (403, "forbidden")
        assert asked(Origin="https://elsewhere.example") == (403, "forbidden")
        assert asked(Origin="null") == (403, "forbidden")
        assert asked(Host="elsewhere.example") == (421, "request-malformed")
        del page.headers["X-Antiphon-Desk"]
        assert asked() == (403, "forbidden")
        assert code(page.get("/api/me", headers={"Sec-Fetch-Site": "cross-site"})) == (403, "forbidden")
        assert code(page.post("/sign-out")) == (403, "forbidden")
        assert page.get("/api/me").status_code == 200
        assert page.get("/api/me").headers["Cache-Control"] == "no-store"
        lines = page.get(f"/api/conversations/{company.conversation}").json()["lines"]
        assert "Not ours" not in [line["text"] for line in lines]


@pytest.mark.parametrize(
    "path",
    [
        "/api/metrics", "/api/docs", "/api/openapi.json", "/api/readyz", "/api/x/../metrics", "/api//metrics",
        "/api/%6detrics", "/api/%6Civez", "/api/x/%2E%2e/metrics", "/api/%2fmetrics", "/%61pi/metrics",
    ],
)  # fmt: skip
def test_what_is_for_operators_does_not_pass(path: str) -> None:
    with desk.door(f"http://127.0.0.1:{free_port()}") as door, browser(door, SOMEBODY) as page:
        request = page.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=path.encode())  # as it is: httpx would tidy it up
        assert code(page.send(request)) == (404, "not-found")


def test_an_api_that_is_away_is_an_answer_and_no_crash() -> None:
    with desk.door(f"http://127.0.0.1:{free_port()}") as door, browser(door, SOMEBODY) as page:
        assert code(page.get("/api/me")) == (503, "unavailable")
        assert code(page.post("/api/customers", json={}, headers={"Idempotency-Key": "one"})) == (503, "unavailable")


def streams(api: str) -> float:
    """How many live streams the API serves."""
    text = httpx.get(f"{api}/metrics").text
    return float(next(line for line in text.splitlines() if line.startswith("antiphon_live_streams ")).split()[1])


def test_a_stream_passes_as_it_comes_and_ends_with_its_page(door: str, api: str, company: Company) -> None:
    with browser(door, company.agent) as page:
        with page.stream("GET", f"/api/conversations/{company.conversation}/live") as stream:
            # Given
            lines = stream.iter_lines()
            assert next(line for line in lines if line.startswith("event: ")) == "event: state"
            # When
            with client(api, company.service) as other:
                other.post(f"/conversations/{company.conversation}/notes", json={"body": "marker"}).raise_for_status()
            # Then
            assert "marker" in next(line for line in lines if "marker" in line)
            assert streams(api) == 1
        # A heartbeat would tell after 15 seconds; the door tells at once.
        wait_until(lambda: streams(api) == 0, 3, "the API's stream has ended")


def test_streams_end_with_the_session_of_whoever_signs_out_or_left(door: str, api: str, company: Company) -> None:
    with browser(door, company.agent) as page, client(api, company.lead) as lead:
        # Given
        tab = dict(page.cookies)
        with httpx.stream("GET", f"{door}/api/inbox/live", cookies=tab, headers=desk.HEADERS, verify=PLAIN) as stream:
            lines = stream.iter_lines()
            assert next(line for line in lines if line.startswith("event: ")) == "event: state"
            # When
            assert page.post("/sign-out").status_code == 204
            # Then
            assert "event: change" not in list(lines)
        # Given
        page.get(link(company.agent))
        # When
        lead.put(f"/staff/{company.agent}/departure", json={"reason": "moved on"}).raise_for_status()
        wait_until(lambda: page.get("/api/me").status_code == 401, 10, "the departure is in force")
        # Then
        assert page.get("/session").json()["signed_in"] is False
        assert code(page.get("/api/me")) == (401, "token-missing")


def test_a_door_that_is_full_says_so_and_serves_again(api: str, company: Company) -> None:
    path = f"/api/conversations/{company.conversation}/live"
    with desk.door(api, calls_at_once=1) as door, browser(door, company.agent) as page:
        with page.stream("GET", path) as stream:
            assert stream.status_code == 200
            assert code(page.get("/api/me")) == (503, "unavailable")
        wait_until(lambda: page.get("/api/me").status_code == 200, 5, "the place is free again")


def test_sessions_are_bounded_in_number_and_time() -> None:
    now = [0.0]
    sessions = Sessions(2, 10, lambda: now[0])
    bearer = desk.ISSUER

    class Own:
        async def token(self) -> str:
            return bearer.issuer

    first, second = sessions.begin(Own()), sessions.begin(Own())
    sessions.find(first)
    # When
    third = sessions.begin(Own())
    # Then
    assert signed_in(sessions, first, second, third) == [True, False, True]
    # When
    now[0] = 10.0
    # Then
    assert signed_in(sessions, first, third, None) == [False, False, False]
    assert len(sessions) == 0


def signed_in(sessions: Sessions, *names: str | None) -> list[bool]:
    """Whether each of these is."""
    from web.door.sessions import SignedOut

    found = []
    for name in names:
        try:
            sessions.find(name)
            found.append(True)
        except SignedOut:
            found.append(False)
    return found
