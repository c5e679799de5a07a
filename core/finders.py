"""Front-end packages in static files: exactly the files named here, nothing else of node_modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage

FONT = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
# address under STATIC_URL -> file in node_modules
NPM_FILES = {
    f"vendor/fonts/atkinson-{subset}-{weight}-{style}.woff2": f"{FONT}-{subset}-{weight}-{style}.woff2"
    for subset in ("latin", "latin-ext")
    for weight, style in ((400, "normal"), (400, "italic"), (700, "normal"))
}


HINT = "Run `npm ci --ignore-scripts`, or `python3 manage.py up`, which does it for you."


class NamedFiles(FileSystemStorage):
    """node_modules seen through NPM_FILES: a public name opens the file it stands for."""

    def path(self, name: str) -> str:
        return str(Path(self.location) / NPM_FILES[name])


class NodeModulesFinder(BaseFinder):
    """Serves NPM_FILES from BASE_DIR/node_modules, so that no front-end code is copied into the repository."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = NamedFiles(location=settings.BASE_DIR / "node_modules")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Says which command fetches the files when one is missing."""
        missing = [name for name in NPM_FILES if not self.storage.exists(name)]
        if not missing:
            return []
        return [Warning(f"Front-end files are missing: {', '.join(missing)}.", hint=HINT, id="core.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind a public name; nothing for every other name."""
        if path not in NPM_FILES or not self.storage.exists(path):
            return []
        return [self.storage.path(path)] if find_all else self.storage.path(path)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Every named file that has been fetched."""
        for name in NPM_FILES:
            if self.storage.exists(name):
                yield name, self.storage
