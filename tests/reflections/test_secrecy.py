"""Nothing that a leader writes stands readable in the database; erasing the key erases the texts."""

import base64
import io

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from PIL import Image

from core import crypto
from people.models import PersonKey
from reflections import devices, dialogue, drafts, services
from reflections.models import Comment, Reflection, ReflectionFile, ReflectionVersion
from tests.reflections.places import CANARY, text_by_anna


def everything_in_the_database() -> bytes:
    """Every value of every row of every table, as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row]
    return b"\n".join(found)


def test_neither_texts_nor_drafts_stand_readable_in_the_database(cast):
    text_by_anna(cast)
    reflection = text_by_anna(cast, "coaches", "network")
    services.change(reflection, by=cast.anna, text=f"Nu over de {CANARY}.", version=1)
    drafts.keep(by=cast.anna, place=drafts.place_of(reflection), tab="a", version=0, text=f"Klad met {CANARY}")
    drafts.keep(by=cast.anna, place="reflection:new:x", tab="a", version=0, text=f"Nieuw met {CANARY}")

    stored = everything_in_the_database()

    assert cast.anna.email.encode() in stored
    assert CANARY.encode() not in stored
    assert all(CANARY in text for text in services.texts_of(Reflection.objects.all()))


def test_nothing_around_a_text_stands_readable_in_the_database_files_or_logs(cast, client_of, settings, tmp_path, caplog):
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}}
    with caplog.at_level("DEBUG"):
        reflection = text_by_anna(cast, "coaches", "policy", tags=CANARY)
        coach, author = client_of(cast.hilde), client_of(cast.anna)
        coach.get(f"/reflections/{reflection.pk}/")
        author.post(f"/reflections/{reflection.pk}/edit/", {"text": f"Anders over {CANARY}", "version": "1"})
        coach.post(f"/reflections/{reflection.pk}/comments/", {"comment": f"Over de {CANARY}"})
        written = io.BytesIO()
        Image.new("RGB", (9, 9), "red").save(written, "PNG")
        upload = SimpleUploadedFile(f"{CANARY}.png", written.getvalue(), "image/png")
        author.post(f"/reflections/{reflection.pk}/files/", {"upload": upload})
        name, key = devices.key_for(cast.anna, "reflection:new:x")
        assert CANARY in author.get(f"/reflections/{reflection.pk}/").content.decode()

    stored = everything_in_the_database()
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert ReflectionVersion.objects.count() == Comment.objects.count() == ReflectionFile.objects.count() == 1
    assert len(on_disk) > 50 and b"IHDR" not in on_disk
    for place in (stored, on_disk, caplog.text.encode()):
        assert CANARY.encode() not in place
    assert base64.b64decode(key) not in stored and key.encode() not in stored
    assert devices.key_for(cast.anna, "reflection:new:x") == (name, key)
    assert devices.key_for(cast.bram, "reflection:new:x")[1] != key


def test_a_new_master_key_opens_all_texts_and_the_old_one_is_no_longer_needed(cast, settings, capsys):
    reflection = text_by_anna(cast, "coaches")
    dialogue.say(reflection, by=cast.hilde, text="Van Hilde")
    old = list(settings.FIELD_KEYS)
    fresh = f"{max(crypto.masters()) + 1}:{base64.urlsafe_b64encode(crypto.new_key()).decode()}"

    settings.FIELD_KEYS = [*old, fresh]
    call_command("rotate_keys")
    settings.FIELD_KEYS = [fresh]

    assert "keys are now wrapped" in capsys.readouterr().out
    assert CANARY in services.text_of(reflection)
    settings.FIELD_KEYS = old
    assert services.text_of(reflection) is None, "a stolen old master key opens nothing any more"


def test_two_rows_never_exchange_their_texts(cast):
    one, other = text_by_anna(cast, text="Een"), text_by_anna(cast, text="Twee")

    Reflection.objects.filter(pk=one.pk).update(body=bytes(Reflection.objects.get(pk=other.pk).body))

    assert services.text_of(Reflection.objects.get(pk=one.pk)) is None


@pytest.mark.parametrize("reader", ["anna", "hilde"])
def test_after_the_key_is_erased_the_page_says_so_calmly(cast, client_of, reader):
    reflection = text_by_anna(cast, "coaches")
    browser: Client = client_of(getattr(cast, reader))
    PersonKey.objects.filter(user=cast.anna).delete()

    page = browser.get(f"/reflections/{reflection.pk}/")

    assert page.status_code == 200
    assert "niet meer te lezen" in page.content.decode()
    assert CANARY not in page.content.decode()
    assert client_of(cast.anna).get("/reflections/").status_code == 200
    assert client_of(cast.anna).get("/reflections/?q=vink").status_code == 200
    assert client_of(cast.anna).get(f"/reflections/{reflection.pk}/edit/").status_code == 200
    assert not PersonKey.objects.filter(user=cast.anna).exists(), "reading makes no new key"


def test_the_trail_and_the_logs_hold_no_word(cast, client_of, caplog):
    with caplog.at_level("DEBUG"):
        reflection = text_by_anna(cast, "coaches")
        client_of(cast.hilde).get(f"/reflections/{reflection.pk}/")
        services.erase(reflection, by=cast.anna)

    trail = list(
        apps.get_model("core", "AuditEntry")
        .objects.filter(target_id=str(reflection.pk))
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert trail == ["reflection.written", "reflection.readers-set", "reflection.erased"]
    assert CANARY not in caplog.text


def test_an_author_takes_everything_along(cast):
    text_by_anna(cast, text="Mijn woorden")
    services.write(by=cast.bram, pilot=cast.nest, text="Van Bram", audiences=["co-leader"])

    assert [row["text"] for row in services.own_texts(cast.anna)] == ["Mijn woorden"]
