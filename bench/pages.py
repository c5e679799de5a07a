"""The pages of the walk: who opens them, what they may cost. `python -m bench.pages` looks at each in its own process.

It answers JSON on stdout: per page the address, the session cookie, queries, server time, bytes and the number of rows.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import django

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TIMED = 15
ROW = re.compile(rb"<(?:tr|li|article)[ >]")


@dataclass(frozen=True)
class Goal:
    """What a kind of page may cost: queries, bytes of HTML, share of the bare page's requests per second."""

    queries: int
    bytes: int
    share: float


GOALS = {
    "public": Goal(12, 60_000, 0.7),
    "sign-in": Goal(12, 60_000, 0.8),
    "dashboard": Goal(8, 60_000, 0.9),
    "list": Goal(6, 30_000, 0.9),
    "detail": Goal(12, 60_000, 0.5),
}


def bare_address(looked: dict) -> str:
    """Of the bare page (bench/bare.py) beside the one that `look` saw."""
    if looked["kind"] == "sign-in":
        return f"/bare/sign-in/{looked['bytes']}/"
    rows = looked["rows"] if looked["queries"] else 0
    return f"/bare/{int(bool(looked['who']))}/{looked['queries']}/{rows}/{looked['bytes']}/"


@dataclass(frozen=True)
class Page:
    """One page of the walk as one person opens it; `find` gives its address in this database."""

    name: str
    kind: str
    who: str
    find: Callable[[object], str]


def _walk() -> list[Page]:
    from django.urls import reverse  # noqa: PLC0415 - Django is ready only now

    from networks.models import LearningNetwork  # noqa: PLC0415
    from reflections.models import Reflection  # noqa: PLC0415
    from reporting.models import ProgressReport  # noqa: PLC0415
    from sessions.models import Meeting  # noqa: PLC0415
    from tools.models import Tool  # noqa: PLC0415
    from trajectories.models import Pilot, Programme  # noqa: PLC0415

    def at(name: str, query: str = "") -> Callable[[object], str]:
        return lambda user: reverse(name) + query

    def of(name: str, choose: Callable[[object], object]) -> Callable[[object], str]:
        return lambda user: reverse(name, args=[choose(user)])

    def held(user):
        meetings = Meeting.objects.run_by(user).filter(kind="network", state__in=["held", "checked", "submitted"])
        return meetings.order_by("-starts_at").values_list("pk", flat=True)[0]

    def programme(user):
        return Programme.objects.visible_to(user).values_list("pk", flat=True)[0]

    def pilot(user):
        return Pilot.objects.visible_to(user).values_list("pk", flat=True)[0]

    def network(user):
        return LearningNetwork.objects.visible_to(user).values_list("pk", flat=True)[0]

    def report(user):
        return ProgressReport.objects.filter(period__programme_id=programme(user)).values_list("pk", flat=True)[0]

    def own_text(user):
        return Reflection.objects.filter(author=user, erased_at=None).values_list("pk", flat=True)[0]

    return [
        Page("front page", "public", "", at("home")),
        Page("sign in", "sign-in", "", at("account_login")),
        Page("home of the project team", "dashboard", "team", at("home")),
        Page("home of a coach", "dashboard", "coach", at("home")),
        Page("home of a leader", "dashboard", "leader", at("home")),
        Page("home of an adviser", "dashboard", "advisor", at("home")),
        Page("home of a partner", "dashboard", "partner", at("home")),
        Page("programme, project team", "detail", "team", of("sessions:programme", programme)),
        Page("programme, coach", "detail", "coach", of("sessions:programme", programme)),
        Page("programme, leader", "detail", "leader", of("sessions:programme", programme)),
        Page("programme in short", "detail", "advisor", of("sessions:programme", programme)),
        Page("pilot", "detail", "coach", of("sessions:pilot", pilot)),
        Page("set up the programme", "detail", "team", of("trajectories:setup", programme)),
        Page("networks", "list", "team", at("networks:list")),
        Page("sessions, project team", "list", "team", at("sessions:list")),
        Page("past sessions, project team", "list", "team", at("sessions:list", "?when=past")),
        Page("sessions, leader", "list", "leader", at("sessions:list")),
        Page("what to plan", "detail", "team", at("sessions:choose")),
        Page("session", "detail", "coach", of("sessions:meeting", held)),
        Page("session, leader", "detail", "leader", lambda user: reverse("sessions:meeting", args=[_seen(user)])),
        Page("attendance", "detail", "coach", of("sessions:attendance", held)),
        Page("minutes", "detail", "coach", of("sessions:minutes", held)),
        Page("report of a session", "detail", "coach", of("sessions:report", held)),
        Page("agreements", "list", "coach", at("sessions:actions")),
        Page("own reflections", "list", "leader", at("reflections:list")),
        Page("a reflection", "detail", "leader", of("reflections:reflection", own_text)),
        Page("write a reflection", "detail", "leader", at("reflections:new")),
        Page("portfolio", "detail", "leader", at("reflections:portfolio")),
        Page("shared reflections", "list", "coach", at("reflections:shared")),
        Page("tools", "list", "leader", at("tools:list")),
        Page("a tool", "detail", "leader", of("tools:tool", lambda user: Tool.objects.published()[0].pk)),
        Page("people", "list", "team", at("trajectories:people")),
        Page("periods", "list", "team", of("reports:periods", programme)),
        Page("participants", "list", "team", of("reports:participants", programme)),
        Page("reports", "list", "team", at("reports:list")),
        Page("progress report", "detail", "team", of("reports:report", report)),
        Page("letters", "list", "team", at("outbox:list")),
        *_planning(at, of, programme),
        Page("agenda of a session", "detail", "coach", of("sessions:agenda", held)),
        Page("preparation, leader", "detail", "leader", lambda user: reverse("sessions:preparation", args=[_seen(user)])),
        Page("preparation, coach", "detail", "coach", of("sessions:preparation", held)),
        Page("screen on the wall", "detail", "coach", of("sessions:screen", held)),
        Page("check-in", "detail", "leader", lambda user: _check_in(_seen(user))),
        Page("a network", "detail", "coach", of("networks:network", network)),
        Page("overview of the programme", "dashboard", "team", of("reports:dashboard", programme)),
        Page("people behind a report", "list", "team", of("reports:people", report)),
        Page("somebody behind a report", "detail", "team", lambda user: reverse("reports:person", args=[report(user), 1])),
        Page("meetings behind a report", "list", "team", of("reports:meetings", report)),
    ]


def _planning(at: Callable, of: Callable, programme: Callable[[object], object]) -> list[Page]:
    from django.urls import reverse  # noqa: PLC0415 - Django is ready only now

    from planning.models import TrajectoryTemplate  # noqa: PLC0415

    def view(name: str) -> Callable[[object], str]:
        return lambda user: reverse("planning:plan", args=[programme(user)]) + f"?view={name}"

    def template(user):
        return TrajectoryTemplate.objects.values_list("pk", flat=True)[0]

    return [
        Page("planning", "detail", "team", at("planning:home")),
        Page("plan as a line", "detail", "team", view("line")),
        Page("plan as a line, coach", "detail", "coach", view("line")),
        Page("plan by month", "detail", "team", view("month")),
        Page("plan as an agenda", "detail", "team", view("agenda")),
        Page("proposals for the plan", "detail", "team", of("planning:proposals", programme)),
        Page("polls", "list", "coach", at("planning:polls")),
        Page("trajectory templates", "list", "team", at("planning:templates")),
        Page("a trajectory template", "detail", "team", of("planning:template", template)),
    ]


def _check_in(meeting) -> str:
    from sessions import checkin  # noqa: PLC0415
    from sessions.models import Meeting  # noqa: PLC0415

    return urlsplit(checkin.address_of(Meeting.objects.get(pk=meeting))).path


def _seen(user):
    from sessions.models import Meeting  # noqa: PLC0415

    return Meeting.objects.visible_to(user).filter(kind="network").past().values_list("pk", flat=True)[0]


def look(page: Page) -> dict[str, object]:
    """Opens one page through Django's test client: once to warm up, once counted, then timed (the best counts)."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from people.models import User  # noqa: PLC0415

    client, user = Client(SERVER_NAME="127.0.0.1"), None
    if page.who:
        user = User.objects.get(email=f"{page.who}@ilias.example")
        client.force_login(user, backend=BACKEND)
    address = page.find(user)
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        answer = client.get(address)
    statements = [query["sql"] for query in counted.captured_queries]
    times = []
    for _ in range(TIMED):
        begun = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - begun)
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return {
        "name": page.name,
        "kind": page.kind,
        "who": page.who,
        "address": address,
        "cookie": f"{cookie.key}={cookie.value}" if cookie else "",
        "status": answer.status_code,
        "queries": len(statements),
        "sql": statements,
        "milliseconds": min(times) * 1000,
        "bytes": len(answer.content),
        "rows": len(ROW.findall(answer.content.partition(b"<main")[2])),
    }


def main(args: list[str]) -> int:
    """Looks at the pages whose name holds all the words given."""
    django.setup()
    found = []
    for page in _walk():
        if all(word in page.name for word in args):
            try:
                found.append(look(page))
            except Exception as error:  # noqa: BLE001 - a page that fails is a row of the table
                found.append({"name": page.name, "kind": page.kind, "problem": f"{type(error).__name__}: {error}"})
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
