"""A mail server that does what a script says. It notes a letter right before it answers 250, so what it has is what went out."""

import socketserver
import ssl
import threading
import time
from collections import Counter
from contextlib import contextmanager


class Server(socketserver.ThreadingTCPServer):
    """`script` says by the first part of an address how its letter fares: a code at RCPT ("rcpt 450"), at the end of DATA
    ("data 554"), "stall" (says nothing more for `stall` seconds), "drip" (answers a letter of the alphabet at a time and never
    ends), "cut" (hangs up after DATA) or "late" (takes it, and is slow to say so)."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, script: dict[str, str] | None = None, certificate: str = "") -> None:
        self.script, self.certificate = script or {}, certificate
        self.taken: Counter[str] = Counter()  # by Message-ID
        self.letters: list[tuple[str, bytes]] = []
        self.greeting, self.stall = "220 sink", 30.0
        super().__init__(("127.0.0.1", 0), Dialogue)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request, client_address) -> None:
        """A sender that was killed leaves in the middle; that is what this server is for."""


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.server.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.server.certificate)
            self.request = context.wrap_socket(self.request, server_side=True)
            self.setup()
        self.say(self.server.greeting)
        self.fate = ""
        while line := self.rfile.readline():
            if not self.answer(line.strip().decode(errors="replace")):
                return

    def say(self, words: str) -> bool:
        self.wfile.write(f"{words}\r\n".encode())
        return not words.startswith("421")

    def answer(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb == "EHLO":
            return self.say("250-sink\r\n250 8BITMIME")
        if verb == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            self.fate = self.server.script.get(self.to.partition("@")[0], "")
            return self.say(f"{self.fate[5:]} as scripted" if self.fate.startswith("rcpt") else "250 ok")
        if verb == "DATA":
            return self.data()
        if verb == "QUIT":
            self.say("221 bye")
            return False
        return self.say("250 ok")

    def data(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line)
        if not line or self.fate == "cut":
            return False
        if self.fate == "stall":
            time.sleep(self.server.stall)
            return False
        while self.fate == "drip":
            self.wfile.write(b"2")
            time.sleep(0.05)
        if self.fate.startswith("data"):
            return self.say(f"{self.fate[5:]} as scripted")
        letter = b"".join(lines)
        name = next(line for line in lines if line.lower().startswith(b"message-id:")).decode().split()[1]
        self.server.letters.append((self.to, letter))
        self.server.taken[name] += 1
        if self.fate == "late":
            time.sleep(0.5)
        return self.say("250 taken")


@contextmanager
def serving(script: dict[str, str] | None = None, certificate: str = ""):
    """A server in a thread of its own."""
    with Server(script, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
