"""Static files that travel together: joined into one when they are looked for, because on a telephone each file costs a way there
and back. The parts stay apart in the sources. Of Bootstrap's style sheet only what we use goes along (core/bootstrap_part.py)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Warning
from django.core.files.storage import FileSystemStorage, Storage

from core.bootstrap_part import part_of
from core.finders import HINT

BOOTSTRAP = "bootstrap/dist/css/bootstrap.min.css"  # in node_modules
# address under STATIC_URL -> its parts in static/, in their order; a part and the whole lie in the same folder
JOINED = {
    "css/house.css": (BOOTSTRAP, "css/tokens.css", "css/base.css", "css/layout.css", "css/components.css"),
    "js/writing.js": ("js/busy.js", "js/menu.js", "js/autosize.js", "js/copies.js", "js/drafts.js", "js/readers.js"),
}


class JoinedFinder(BaseFinder):
    """Finds JOINED in VAR_DIR/joined, written anew when a part has changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.folder = Path(settings.VAR_DIR) / "joined"
        self.storage = FileSystemStorage(location=self.folder)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Says which command fetches the one part that is not ours."""
        if (settings.BASE_DIR / "node_modules" / BOOTSTRAP).exists():
            return []
        return [Warning("Bootstrap's style sheet is missing.", hint=HINT, id="core.W002")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The joined file behind a public name; nothing for every other name."""
        if path not in JOINED:
            return []
        written = str(self._write(path))
        return [written] if find_all else written

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Every joined file."""
        for name in JOINED:
            self._write(name)
            yield name, self.storage

    def _write(self, name: str) -> Path:
        parts = [_read(part).strip() for part in JOINED[name]]
        whole, content = self.folder / name, b"\n".join(parts) + b"\n"
        if not whole.exists() or whole.read_bytes() != content:
            whole.parent.mkdir(parents=True, exist_ok=True)
            fresh = whole.with_suffix(f"{whole.suffix}.new")
            fresh.write_bytes(content)
            fresh.replace(whole)
        return whole


def _read(part: str) -> bytes:
    if part != BOOTSTRAP:
        return (settings.BASE_DIR / "static" / part).read_bytes()
    sheet = settings.BASE_DIR / "node_modules" / BOOTSTRAP
    ours = (path.read_text(encoding="utf-8") for path in sorted((settings.BASE_DIR / "static" / "css").glob("*.css")))
    return part_of(sheet.read_text(encoding="utf-8"), "".join(ours)).encode() if sheet.exists() else b""
