"""The neighbours of the tests themselves: mail server, worker, browser and both databases."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail


def test_a_letter_sent_over_smtp_arrives(smtp_sink):
    send_mail("Hallo", "Tot zaterdag", "van@ilias.example", ["aan@ilias.example"])
    assert smtp_sink.wait_for("aan@ilias.example")[0]["Subject"] == "Hallo"


def test_nothing_in_a_test_reaches_another_machine():
    with pytest.raises(RuntimeError, match="network is closed"):
        send_mail_to_elsewhere()


def send_mail_to_elsewhere():
    import socket

    socket.create_connection(("192.0.2.1", 25), timeout=1)
