from django.core.management.base import BaseCommand

from tools import services


class Command(BaseCommand):
    """Bring tools/library/*.json into the database; `migrate` does the same by itself."""

    help = "Load the library of tools; a changed text becomes a new version."

    def handle(self, *args: object, **options: object) -> None:
        loaded = services.load_library()
        self.stdout.write(f"{loaded.tools} new tools, {loaded.texts} new texts")
