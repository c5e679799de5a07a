"""The machinery of the access table: every persona of the cast, every address, GET and POST, own, other's, missing and mixed ids.

Each request runs in a savepoint that is rolled back, and every statement that writes is noted.
"""

import copy
import itertools
import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from people.middleware import ADMITTED
from tests.access_table import ALL, RIGHTS, TABLE, Line
from tests.cast import make_cast
from tests.remembered import Remembered
from tests.scene import Scene, make_scene

VISITOR = "a visitor"
LEAVES_NO_TRACE = ("django_session", "core_cache")  # signing in and counting tries are no deeds
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """An address, with what is asked behind it; `which` says in words what it points at."""

    which: str
    url: str
    asked: dict
    mixed: bool = False


@dataclass
class Crowd:
    """Everybody with a browser of their own, in front of one scene."""

    scene: Scene
    clients: dict[str, Client]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    location: str
    wrote: tuple[str, ...]


def browser_of(user) -> Client:
    """Signed in a moment ago with a second step, the notice read."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[ADMITTED] = 2**40
    now = {"method": "password", "at": time.time() + 3600, "email": user.email}
    session["account_authentication_methods"] = [now, now | {"reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


_remembered = Remembered(lambda: make_scene(make_cast()))


def make_crowd(say=str) -> Crowd:
    """The cast in its scene, everybody signed in; in the database transaction of the caller."""
    scene = _remembered() if say is str else make_scene(make_cast(), say)
    users = scene.cast.people()
    data = {"name": "Sleutel", "credential": _passkey()}
    key = Authenticator.objects.create(user=users["anna"], type="webauthn", data=data)
    scene.put("passkey", anna=(key.pk,))
    scene.put("e-mail key", unknown=("nothing",))
    return Crowd(scene, {name: browser_of(user) for name, user in users.items()} | {VISITOR: Client()})


def _passkey() -> dict:
    """A passkey as a browser makes it."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    about = AttestedCredentialData.create(b"\0" * 16, b"sleutel", key)
    data = AuthenticatorData.create(b"\0" * 32, AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, bytes(about))
    told = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"vraag", "http://testserver"),
        attestation_object=AttestationObject.create("none", data, {}),
    )
    return json.loads(json.dumps(dict(RegistrationResponse(raw_id=b"sleutel", response=told)), default=dict))


@pytest.fixture(scope="module")
def say():
    """How the texts of the scene are made from their names."""
    return str


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker, tmp_path_factory, say):
    """One scene for all the cells of a module; nothing of it stays."""
    media = {"location": str(tmp_path_factory.getbasetemp() / "media")}
    with django_db_blocker.unblock(), transaction.atomic():
        storages = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": media}}
        with override_settings(STORAGES=storages, LETTERS_ON_SCREEN=False):
            yield make_crowd(say)
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(crowd):
    """Instead of a transaction for each test: all cells stand in the one of `crowd`, each in a savepoint of its own."""


# -- addresses --------------------------------------------------------------------------------------------------------


def names_of_the_house(resolver=None, prefix: str = "") -> Iterator[str]:
    """The name of every address that the resolver knows."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLPattern):
            yield prefix + (found.name or str(found.pattern))
        else:
            yield from names_of_the_house(found, f"{prefix}{found.namespace}:" if found.namespace else prefix)


def things(scene: Scene, kind: str) -> dict[str, object]:
    """What there is of a kind: rows, parts of an address, or what is asked behind one."""
    session, moment, wip = (scene.at["meeting"][name].pk for name in ("session", "moment", "moment_wip"))
    made = {
        "reflection": scene.at["reflection"] | {"erased": scene.at["erased"]["anna"]},
        "asked programme": {name: {"programme": row.pk} for name, row in scene.at["programme"].items()} | {"none": {}},
        "seat in a pair": scene.at["seat"],
        "start of a text": {
            "free": {},
            "session": {"meeting": session},
            "moment": {"meeting": moment},
            "moment_wip": {"meeting": wip},
            "nest": {"pilot": scene.cast.nest.pk},
            "wip": {"pilot": scene.cast.wip.pk},
        },
    }
    return made.get(kind) or scene.at[kind]


def _args(thing: object) -> tuple:
    return thing if isinstance(thing, tuple) else () if isinstance(thing, dict) else (thing.pk,)


def _missing(args: tuple) -> tuple:
    """The same address with another id: the last part that is an id, or a word that nobody made."""
    ids = [place for place, part in enumerate(args) if isinstance(part, uuid.UUID)]
    if not ids:
        return tuple(10**6 if isinstance(part, int) else "1:2" for part in args)
    return tuple(uuid.UUID(int=7) if place == ids[-1] else part for place, part in enumerate(args))


def addresses(line: Line, scene: Scene) -> list[tuple[str, Address, Address | None]]:
    """(whose rights count, the address, the same one with an id that does not exist)."""
    if not line.at:
        return [("", Address("the page", reverse(line.name), {}), None)]
    if " > " in line.at:
        return list(_nested(line, scene))
    known = RIGHTS.get(line.at, {})
    found = []
    for which, thing in things(scene, line.at).items():
        if line.at in RIGHTS and which not in known:
            continue
        asked = thing if isinstance(thing, dict) else {}
        url, gone = reverse(line.name, args=_args(thing)), reverse(line.name, args=_missing(_args(thing)))
        nowhere = {name: uuid.UUID(int=7) for name in asked}
        missing = Address("missing", gone, nowhere) if asked or _args(thing) else None
        found.append((which, Address(which, url, asked), missing))
    return found


def _nested(line: Line, scene: Scene) -> Iterator[tuple[str, Address, Address]]:
    """Own parent with own child; own parent with another's child, and the reverse."""
    above, below = line.at.split(" > ")
    parents = {name: row for name, row in scene.at[above].items() if name in RIGHTS[above]}
    for (parent, row), (child, part) in itertools.product(parents.items(), scene.at[below].items()):
        url = reverse(line.name, args=(row.pk, part.pk))
        belongs = row.pk in {
            getattr(part, f"{name}_id", None)
            for name in ("meeting", "programme", "report", "seat", "reflection", "template", "proposal", "poll")
        }
        missing = Address("missing", reverse(line.name, args=(row.pk, uuid.UUID(int=7))), {})
        yield parent, Address(f"{parent} with {child}", url, {}, mixed=not belongs), missing


# -- what is expected -------------------------------------------------------------------------------------------------


def people_with(line: Line, right: str, which: str) -> set[str]:
    """First names; `public` adds the visitor."""
    said = RIGHTS.get(line.at.split(" > ")[0], {}).get(which, {}).get(right, right)
    groups = {"everyone": ALL, "public": f"{ALL} public", "nobody": ""}
    return set(groups.get(said, said).split())


def expected(line: Line, who: str, method: str, which: str) -> str | int:
    """ "yes", "sign in", or a status."""
    right = line.see if method == "GET" else line.do
    allowed = people_with(line, right, which) if right else set()
    if who == VISITOR:
        if right and "public" in allowed:
            return "yes"
        open_to_visitors = line.visitor or "public" in people_with(line, line.see or line.do, which)
        if not open_to_visitors or (right and line.visitor == 302):
            return "sign in"
        return 404 if right else 405
    if not right:
        return 405
    if who in allowed or "public" in allowed:
        return "yes"
    return 403 if line.inside and who in people_with(line, line.inside, which) else 404


# -- trying -----------------------------------------------------------------------------------------------------------


def answer(crowd: Crowd, who: str, method: str, address: Address, sent: dict[str, str]) -> Answer:
    """What this person gets; afterwards nothing has happened."""
    client, wrote = crowd.clients[who], []
    cookies = copy.deepcopy(client.cookies)

    def note(execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found and found[1] not in LEAVES_NO_TRACE:
            wrote.append(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        if method == "GET":
            response = client.get(address.url, address.asked | sent)
        else:
            query = "&".join(f"{name}={value}" for name, value in address.asked.items())
            response = client.post(f"{address.url}?{query}" if query else address.url, address.asked | sent if sent else {})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return Answer(response.status_code, body, response.get("Location", ""), tuple(wrote))


def cells(line: Line, crowd: Crowd) -> Iterator[list[str]]:
    """Tries every cell of this line; for each, what is wrong in words."""
    nowhere: dict[tuple, Answer] = {}
    for which, address, missing in addresses(line, crowd.scene):
        for who, method in itertools.product(crowd.clients, ("GET", "POST")):
            got, gone = answer(crowd, who, method, address, line.sent), None
            if missing and who != VISITOR:
                key = who, method, missing.url, tuple(missing.asked.items())
                gone = nowhere[key] = nowhere.get(key) or answer(crowd, who, method, missing, line.sent)
            found = _faults_of(line, who, method, which, address, got, gone)
            yield [f"{line}: {who} {method} {address.which} ({address.url}): {fault}" for fault in found]


def _faults_of(
    line: Line, who: str, method: str, which: str, address: Address, got: Answer, gone: Answer | None
) -> Iterator[str]:
    """What differs from the table; `gone` is what the same person gets for a thing that does not exist."""
    wanted = expected(line, who, method, which)
    if address.mixed and wanted in {"yes", 403, 404}:
        yield from _told_apart(got, gone)
        wanted = 404
    else:
        yield from _other_than(wanted, got)
        if wanted == 404 and gone is not None and (gone.status, gone.body) != (404, got.body):
            yield "the answer differs from that of a thing that does not exist"
    if gone is not None and wanted not in {"sign in", 405} and gone.status not in {403, 404} and line.at != "e-mail key":
        yield f"{gone.status} for a thing that does not exist"
    stray = set(got.wrote) - set(line.notes) if wanted != "yes" or method == "GET" else set()
    if stray:
        yield f"wrote in {sorted(stray)}"


def _told_apart(got: Answer, gone: Answer) -> Iterator[str]:
    """Another's child under one's own parent is as good as none."""
    if (got.status, got.body) != (gone.status, gone.body) or got.status not in {403, 404}:
        yield f"{got.status}, and a child that does not exist {gone.status}"


def _other_than(wanted: str | int, got: Answer) -> Iterator[str]:
    if wanted == "sign in":
        if got.status != 302 or "/accounts/login/" not in got.location:
            yield f"{got.status} {got.location} instead of the way to sign in"
    elif wanted == "yes":
        if got.status in {403, 404, 405} or got.status >= 500:
            yield f"{got.status} for somebody who may"
    elif got.status != wanted:
        yield f"{got.status} instead of {wanted}"


def lines_of(*names: str) -> list[Line]:
    """The lines of these addresses."""
    return [line for line in TABLE if line.name in names]
