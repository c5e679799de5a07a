"""Static files under names that change with their content; an address is looked up once."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedOnce(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, whose manifest is read at start: after that an address does not change in this process.

    The icons that the app's own manifest (W3C) names are files of ours too, and get their lasting names in it.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.webmanifest", ((r'(?P<matched>"src": "(?P<url>[^"]+)")', '"src": "%(url)s"'),)),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.url = lru_cache(maxsize=512)(super().url)
