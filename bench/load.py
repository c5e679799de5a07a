"""A small load: threads that ask for one address of this machine again and again, for a bounded time. Standard library only."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass, field

TIMEOUT = 120


@dataclass
class Load:
    """What came of it: seconds of every answer, faults, and how long it took in all."""

    took: list[float] = field(default_factory=list)
    faults: int = 0
    wall: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.took) / self.wall if self.wall else 0.0

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        return statistics.quantiles(self.took, n=20)[18] * 1000 if len(self.took) > 1 else 0.0

    def add(self, other: "Load") -> None:
        """The next round of the same."""
        self.took += other.took
        self.faults += other.faults
        self.wall += other.wall


def run(port: int, path: str, cookie: str, *, seconds: float, at_once: int = 8, most: int = 5000) -> Load:
    """Ask for `path` on 127.0.0.1 until the time or the number is up; everything but a 200 is a fault."""
    load, lock, begun = Load(), threading.Lock(), time.perf_counter()
    until = begun + seconds

    def ask() -> None:
        while time.perf_counter() < until and len(load.took) < most:
            start = time.perf_counter()
            status = once(port, path, cookie)
            spent = time.perf_counter() - start
            with lock:
                load.took.append(spent)
                load.faults += status != 200

    threads = [threading.Thread(target=ask) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.wall = time.perf_counter() - begun
    return load


def once(port: int, path: str, cookie: str) -> int:
    """One answer, read to its end; its status, 0 when there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
