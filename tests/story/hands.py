"""What a person does with a browser and a mailbox, so that the walk reads like a story."""

import re
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page

from tests.services import Sink
from tests.waiting import wait_until

CODE = re.compile(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b")
LINK = re.compile(r"https?://\S+")


def totp(secret: str) -> str:
    """What the app with codes shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def _contents(letter) -> str:
    types = " ".join(part.get_content_type() for part in letter.walk())
    return f"{types} {letter.get_body(('plain',)).get_content()}"


@dataclass
class Person:
    """Somebody with a mail address, a mailbox and a browser of their own."""

    email: str
    page: Page | None
    mailbox: Sink

    def letter(self, *, about: str = "", holding: str = ""):
        """The first letter whose subject has the word `about` and that has a part of type, or a link with, `holding`."""

        def found():
            letters = self.mailbox.to(self.email)
            return next((one for one in letters if about in one["Subject"] and holding in _contents(one)), None)

        return wait_until(found, lambda: f"{about + holding!r} to {self.email}, only {self.subjects()}", pause=0.05)

    def subjects(self) -> list[str]:
        """What the letters are about, the oldest first."""
        return [letter["Subject"] for letter in self.mailbox.to(self.email)]

    def open_link(self, letter, *, holding: str = "/") -> None:
        """Follow the letter's link."""
        text = letter.get_body(("plain",)).get_content()
        links = [link.rstrip(".") for link in LINK.findall(text) if holding in link]
        assert links, text
        self.page.goto(links[0])

    def fill(self, **fields: str) -> None:
        """Fields by their names; a choice by its value."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def tick(self, name: str, *values: str) -> None:
        """Boxes or radio buttons of this name."""
        for value in values:
            self.page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)

    def save(self) -> None:
        """The one obvious button of the page's form."""
        self.page.locator("main form button.btn-primary:visible").last.click()
        self.page.wait_for_load_state()

    def goes(self, address: str) -> None:
        """Open an address; it is there."""
        answer = self.page.goto(address)
        assert answer.status == 200, f"{address}: {answer.status}"

    def reads(self, *words: str) -> None:
        """The page shows these words."""
        text = self.page.locator("main").inner_text()
        for word in words:
            assert word.lower() in text.lower(), f"{word!r} is not on {self.page.url}:\n{text[:1500]}"

    def comes_in_by_invitation(self, *, second_step: bool) -> None:
        """From the letter to the first page: a code by mail, the notice, and for team and coaches an app with codes."""
        self.open_link(self.letter(holding="/people/invitation/"), holding="/people/invitation/")
        self.page.locator("main form button.btn-primary").click()
        self.page.wait_for_url("**/accounts/**")
        code = CODE.search(self.letter(about="code").get_body(("plain",)).get_content()).group(1)
        self.page.locator("#id_code").fill(code.lower())
        self.save()
        self.page.wait_for_url("**/privacy/welcome/**")
        self.page.locator("main form button.btn-primary").click()
        self.page.wait_for_load_state()
        if second_step:
            self.page.wait_for_url("**/people/second-step/**")
            self.page.goto("/accounts/2fa/totp/activate/")
            self.page.locator("#id_code").fill(totp(self.page.locator("main code").first.inner_text().strip()))
            self.save()
            self.page.goto("/")
        assert self.page.locator("h1").inner_text(), self.page.url
