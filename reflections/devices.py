"""The key with which a browser seals what is typed while the network is away: one per form, for its author only.

The copy lies in the browser's storage, unreadable there; who finds it on a shared computer lacks the key. With the text saved
the key goes, so that a forgotten copy opens never again.
"""

import base64

from django.db import IntegrityError, transaction

from core import crypto
from core.crypto import Unreadable
from people import keys
from people.models import User
from reflections.models import DeviceKey


def key_for(user: User, place: str) -> tuple[str, str]:
    """(the copy's name, its key in base64) for one form of this person; made when it is first asked for."""
    found = DeviceKey.objects.filter(user=user, place=place).first() or _make(user, place)
    try:
        key = crypto.unseal(keys.key_of(user.pk), bytes(found.sealed), about=found.about_key)
    except Unreadable:  # the person's key was erased meanwhile: what it sealed is gone, and a new one is made
        found.delete()
        return key_for(user, place)
    return found.pk.hex, base64.b64encode(key).decode()


def _make(user: User, place: str) -> DeviceKey:
    made = DeviceKey(user=user, place=place)
    made.sealed = crypto.seal(keys.key_of(user.pk), crypto.new_key(), about=made.about_key)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # a second window asked in the same moment
        return DeviceKey.objects.get(user=user, place=place)
    return made


def forget(user: User, place: str) -> None:
    """The text is saved, thrown away or erased: copies on devices can no longer be opened."""
    DeviceKey.objects.filter(user=user, place=place).delete()
