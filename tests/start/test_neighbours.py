"""The neighbours of the tests themselves: mail server, worker, browser, and a network that ends at this machine."""

import socket

import pytest
from django.core.mail import send_mail
from django.db import DatabaseError
from django.urls import reverse

from core.models import AuditEntry, Pulse
from ilias.celery import app
from tests.browser import violations
from tests.waiting import wait_until


def test_a_letter_sent_over_smtp_arrives(smtp_sink):
    send_mail("Hallo", "Tot zaterdag", "van@ilias.example", ["aan@ilias.example"])
    assert smtp_sink.wait_for("aan@ilias.example")[0]["Subject"] == "Hallo"


def test_nothing_in_a_test_reaches_another_machine():
    with pytest.raises(RuntimeError, match="network is closed"):
        socket.create_connection(("192.0.2.1", 25), timeout=1)


def test_the_worker_works_on_the_database_of_the_tests(celery_worker):
    app.send_task("ilias.tick")
    wait_until(Pulse.objects.filter(name="tick").exists, "the worker never beat")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "wide"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sign_in_page_has_no_barrier(new_page, phone, language):
    page = new_page(phone=phone, language=language)
    page.goto(reverse("account_login"))
    assert page.get_by_role("heading", level=1).count() == 1
    assert violations(page) == []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_trail_is_emptied_after_a_test_that_commits(transactional_db, turn):
    assert not AuditEntry.objects.filter(verb="test.trail").exists()
    AuditEntry.objects.create(verb="test.trail", target_type="turn", target_id=turn)
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEntry.objects.filter(verb="test.trail").delete()
