"""Wraps everybody's key, and what reports keep sealed, by the newest master key of FIELD_KEYS."""

from collections import Counter

from django.core.management.base import BaseCommand

from core import crypto
from people import keys
from people.models import PersonKey
from reporting import sealing


class Command(BaseCommand):
    """`manage.py rotate_keys`: put a new part at the end of FIELD_KEYS, run this, then take the old part out.

    No text of a person is sealed anew: each person's own key is, and that key was never outside the database unwrapped. Letters
    that wait with a code hold on to the older master key for a day, so the old part stays that long.
    """

    help = "Wraps everybody's key by the newest master key of FIELD_KEYS; says which older ones are still needed."

    def handle(self, *args: object, **options: object) -> None:
        changed, newest = keys.rewrap_all() + sealing.rewrap_all(), max(crypto.masters())
        self.stdout.write(f"{changed} keys are now wrapped by master key {newest}.")
        older = Counter(PersonKey.objects.exclude(master=newest).values_list("master", flat=True))
        older.update(sealing.still_needed(newest))
        for master, number in sorted(older.items()):
            self.stdout.write(f"Master key {master} still wraps {number} keys: keep it in FIELD_KEYS.")
