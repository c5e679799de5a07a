"""What it costs to save, beside a bare view that reads and writes as often: `python -m bench.saves`, in the place's own process.

Without words on stdin it saves each form of SAVES a few times, as its person, and answers what that took. Told that, under
`bench.bare_settings`, it does as much on the bare page: a form with as many fields, as many rows read and written.
"""

import cProfile
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

import django

from bench.pages import BACKEND

TIMED = 15
WRITES = {"INSERT", "UPDATE", "DELETE"}
MANY = re.compile(r"^\d+ times: ")  # one statement for many rows counts as one write


@dataclass(frozen=True)
class Save:
    """A form as one person sends it: where it stands, and what is typed in its fields whose names end so."""

    name: str
    who: str
    find: Callable[[object], str]
    typed: dict[str, str]


class Forms(HTMLParser):
    """The forms of a page as a browser would send them untouched: [(where it goes, field → values)]."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self.field = self.text = ""  # the select or textarea that is open
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form, or what belongs to the last one."""
        one = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((one.get("action", ""), {}))
        elif tag in ("select", "textarea"):
            self.field, self.text = one.get("name", ""), ""
        elif tag == "option" and "selected" in one:
            self._take(self.field, one.get("value", ""))
        elif tag == "input" and one.get("type") != "file" and (one.get("type") not in ("checkbox", "radio") or "checked" in one):
            self._take(one.get("name", ""), one.get("value", "on"))

    def handle_data(self, data: str) -> None:
        """The words of a textarea, whose first line break is not part of it."""
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        """A textarea ends with all its words."""
        if tag == "textarea":
            self._take(self.field, self.text.removeprefix("\n"))

    def _take(self, name: str, value: str) -> None:
        if self.found and name:
            self.found[-1][1].setdefault(name, []).append(value)


def _saves() -> list[Save]:
    from django.urls import reverse  # noqa: PLC0415 - Django is ready only now
    from django.utils import timezone  # noqa: PLC0415

    from sessions.models import Meeting  # noqa: PLC0415

    def going_on(name: str) -> Callable[[object], str]:
        def find(user: object) -> str:
            """The next session, as if it were today; what an earlier run noted lay within other hours."""
            one = Meeting.objects.run_by(user).filter(kind="network", state="planned").order_by("starts_at")[0]
            hour = timedelta(hours=1)
            Meeting.objects.filter(pk=one.pk).update(starts_at=timezone.now() - hour, ends_at=timezone.now() + hour)
            one.attendances.update(status="", arrived_at=None, left_at=None)
            return reverse(name, args=[one.pk])

        return find

    return [
        Save("a reflection", "leader", lambda _user: reverse("reflections:new"), {"text": "Wat we zagen. " * 40}),
        Save("attendance of a session", "coach", going_on("sessions:attendance"), {"-remark": "Kwam op tijd."}),
        Save("minutes", "coach", going_on("sessions:minutes"), {"body": "Wat we bespraken. " * 60}),
    ]


def main() -> int:
    """The table's figures of ours, or of the bare page when told what ours took."""
    django.setup()
    told = json.load(sys.stdin)
    json.dump([_bare(one) for one in told] if told else [_ours(save) for save in _saves()], sys.stdout)
    return 0


def _ours(save: Save) -> dict[str, object]:
    from django.conf import settings  # noqa: PLC0415

    from people.models import User  # noqa: PLC0415

    client = _client()
    user = User.objects.get(email=f"{save.who}@ilias.example")
    client.force_login(user, backend=BACKEND)
    address = save.find(user)

    def form(number: int) -> tuple[str, dict[str, list[str]]]:
        page = client.get(address).content.decode()
        for to, fields in Forms(page).found:
            typed = {name: [f"{text} {number}"] for name in fields for end, text in save.typed.items() if name.endswith(end)}
            if typed:
                return to or address, fields | typed
        raise LookupError(f"no form for {save.name} at {address}")

    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": save.name, "cookie": cookie, "fields": len(form(0)[1]), **_measured(client, form)}


def _bare(told: dict) -> dict[str, object]:
    from django.conf import settings  # noqa: PLC0415

    client = _client()
    client.cookies[settings.SESSION_COOKIE_NAME] = told["cookie"]
    address = f"/bare/save/{told['fields']}/{told['reads']}/{told['writes']}/"
    data = {f"field{number}": ["een tekst"] for number in range(told["fields"])}
    return {"name": told["name"], **_measured(client, lambda _number: (address, data))}


def _client():
    from django.test import Client  # noqa: PLC0415

    return Client(SERVER_NAME="127.0.0.1")


def _measured(client, form: Callable[[int], tuple[str, dict[str, list[str]]]]) -> dict[str, object]:
    """Reads, writes, the best time in milliseconds and the function calls of one save."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times, profile = [], cProfile.Profile()
    client.post(*form(0))
    address, data = form(1)
    with CaptureQueriesContext(connection) as counted:
        client.post(address, data)
    statements = [MANY.sub("", query["sql"]) for query in counted.captured_queries]
    kinds = [statement.split(None, 1)[0].upper() for statement in statements]
    for number in range(2, TIMED + 2):
        address, data = form(number)
        begun = time.perf_counter()
        answer = client.post(address, data)
        times.append(time.perf_counter() - begun)
        assert answer.status_code == 302, f"{address} answered {answer.status_code}"
    address, data = form(TIMED + 2)
    profile.enable()
    client.post(address, data)
    profile.disable()
    return {
        "reads": kinds.count("SELECT"),
        "writes": sum(kind in WRITES for kind in kinds),
        "milliseconds": min(times) * 1000,
        "calls": sum(entry.callcount for entry in profile.getstats()),
    }


if __name__ == "__main__":
    sys.exit(main())
