"""What is asked before the first page: the privacy notice per version, and a second step of project team and coaches."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry
from people import services
from people.models import Consent, ConsentText
from people.services import NOTICE


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_notice_is_read_before_anything_else_and_again_when_it_changes(cast):
    Consent.objects.filter(user=cast.anna).delete()
    client = signed_in(cast.anna)
    answer = client.get("/people/me/?a=b")
    assert answer.url == "/privacy/welcome/?next=%2Fpeople%2Fme%2F%3Fa%3Db"
    page = client.get(answer.url).content.decode()
    assert "<h2>" in page and page.count("<h1") == 1
    assert client.post("/privacy/welcome/", {"next": "/people/me/?a=b"}).url == "/people/me/?a=b"
    assert client.get("/people/me/").status_code == 200
    assert Consent.objects.get(user=cast.anna).text == services.current_text(NOTICE)
    assert AuditEntry.objects.filter(verb="notice.read", by=cast.anna.pk).count() == 2
    later = timezone.now() + timezone.timedelta(seconds=1)
    ConsentText.objects.create(kind=NOTICE, version="2027-1", text_nl="Nieuw", text_en="New", since=later)
    assert signed_in(cast.anna).get("/people/me/").url.startswith("/privacy/welcome/")


def test_after_the_notice_nobody_is_sent_to_another_site(cast):
    assert signed_in(cast.anna).post("/privacy/welcome/", {"next": "https://evil.example/"}).url == "/"


def test_privacy_help_and_signing_out_stay_open(cast):
    Consent.objects.all().delete()
    client = signed_in(cast.anna)
    for address in ("/privacy/", "/privacy/notice/", "/privacy/export/", "/accounts/logout/", "/help/"):
        assert client.get(address).status_code == 200, address
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize(("name", "asked"), [("tess", True), ("hilde", True), ("anna", False), ("ada", False), ("petra", False)])
def test_project_team_and_coaches_take_a_second_step(cast, settings, name, asked):
    user = getattr(cast, name)
    Authenticator.objects.all().delete()
    answer = signed_in(user).get("/people/me/")
    assert (answer.status_code == 302) is asked
    if asked:
        assert answer.url.startswith("/people/second-step/")
        assert signed_in(user).get(answer.url).status_code == 200
        assert (
            signed_in(user).get("/people/me/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/people/second-step/")
        )
    settings.DEMO = True
    assert signed_in(user).get("/people/me/").status_code == 200


def test_with_an_app_or_passkey_the_way_is_free(cast):
    Authenticator.objects.all().delete()
    Authenticator.objects.create(user=cast.tess, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in(cast.tess).get("/people/me/").status_code == 200


def test_what_was_asked_costs_no_query_afterwards(cast, django_assert_num_queries):
    client = signed_in(cast.anna)
    client.get("/help/")
    client.get("/people/me/")
    with django_assert_num_queries(3):  # the session, the person, the seats for the navigation
        client.get("/people/invitation/x/")


def test_an_export_holds_ones_own_rows_and_nobody_elses(cast, client_of):
    body = client_of(cast.anna).get("/privacy/export/")
    assert body["Content-Disposition"].startswith("attachment") and "anna@ilias.example" in body.content.decode()
    for other in (cast.bram, cast.zita, cast.hilde):
        assert other.email not in body.content.decode() and str(other.pk) not in body.content.decode()
    taken = body.json()
    assert taken["people.User"][0]["first_name"] == "Anna" and "password" not in body.content.decode()


def test_the_overview_says_in_words_what_is_kept(cast, client_of):
    page = client_of(cast.petra).get("/privacy/").content.decode()
    assert "To know who you are and to reach you" in page
    assert Client().get("/privacy/").status_code == 200


def test_name_and_language_are_ones_own_to_change(cast, client_of):
    client = client_of(cast.anna)
    wrong = client.post("/people/me/", {"first_name": "", "last_name": "Claes", "language": "xx"})
    assert wrong.status_code == 200 and wrong.content.decode().count("field-errors") >= 2
    assert client.post("/people/me/", {"first_name": "An", "last_name": "Claes", "language": "en"}).status_code == 302
    assert "My account" in client.get("/people/me/").content.decode()
    cast.anna.refresh_from_db()
    assert cast.anna.first_name == "An"


def test_photos_are_agreed_to_freely_and_taken_back_as_easily(cast):
    Consent.objects.filter(user=cast.anna).delete()
    client = signed_in(cast.anna)
    assert "checked" not in client.get("/privacy/welcome/").content.decode()
    client.post("/privacy/welcome/", {"photos": "yes"})
    agreed = Consent.objects.filter(user=cast.anna, text=services.current_text(services.PHOTO), withdrawn_at=None)
    assert agreed.count() == 1
    assert 'value="no"' in client.get("/privacy/").content.decode()
    for _twice in range(2):
        assert client.post("/privacy/photos/", {"agrees": "no"}).url == "/privacy/"
    assert not agreed.exists() and Consent.objects.filter(user=cast.anna).exclude(withdrawn_at=None).count() == 1
    assert AuditEntry.objects.filter(verb="consent.withdrawn", by=cast.anna.pk).count() == 1
    client.post("/privacy/photos/", {"agrees": "yes"})
    assert agreed.count() == 1


def test_a_new_wording_of_the_photo_text_asks_anew(cast):
    services.set_photo_consent(cast.anna, by=cast.anna, agrees=True)
    later = timezone.now() + timezone.timedelta(seconds=1)
    newer = ConsentText.objects.create(kind=services.PHOTO, version="2027-1", text_nl="Nieuw", text_en="New", since=later)
    services.set_photo_consent(cast.anna, by=cast.anna, agrees=True)
    standing = Consent.objects.filter(user=cast.anna, text__kind=services.PHOTO, withdrawn_at=None)
    assert [row.text for row in standing] == [newer]
