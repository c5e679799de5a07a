"""Pages by the number of function calls (`cProfile`): what else the machine does changes nothing in it.

`python -m bench.calls` reads a list of {address, cookie, times} on stdin and answers the calls of one request each, through WSGI,
once it has been asked for three times. Ours under `ilias.settings`, the bare page's under `bench.bare_settings`.
"""

import cProfile
import io
import json
import sys

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

WARM = 4  # PostgreSQL keeps the plan of a statement that comes back a third time


def calls(site: WSGIHandler, address: str, cookie: str) -> int:
    """How many functions one answer takes."""
    for _again in range(WARM):
        _answer(site, address, cookie)
    profile = cProfile.Profile()
    profile.enable()
    _answer(site, address, cookie)
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def _answer(site: WSGIHandler, address: str, cookie: str) -> None:
    path, _mark, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_COOKIE": cookie,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    answer = site(environ, lambda status, headers: None)
    b"".join(answer)
    answer.close()


def main() -> int:
    """The calls of each address on stdin, in the same order."""
    site = get_wsgi_application()
    json.dump([calls(site, page["address"], page["cookie"]) for page in json.load(sys.stdin)], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
