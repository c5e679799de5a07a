"""A second, independent reader of calendar files, straight from RFC 5545 §3.1: unfold, split, unescape."""

import re


class Part(dict):
    """One component: property → value; `parameters` per property, `parts` the components inside."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: dict[str, dict[str, str]] = {}
        self.attendees: list[str] = []
        self.parts: list[tuple[str, Part]] = []

    def __missing__(self, name: str) -> "Part":
        return next(part for kind, part in self.parts if kind == name)


def read(text: str) -> Part:
    """The VCALENDAR; AssertionError where the text breaks a rule of the RFC."""
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")), "a line is longer than 75 octets"
    lines = [line for line in re.sub("\r\n[ \t]", "", text).split("\r\n") if line]
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    stack = [Part()]
    for line in lines:
        name, parameters, value = _split(line)
        if name == "BEGIN":
            part = Part()
            stack[-1].parts.append((value, part))
            stack.append(part)
        elif name == "END":
            stack.pop()
        else:
            if name == "ATTENDEE":
                stack[-1].attendees.append(value)
            stack[-1][name] = re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)
            stack[-1].parameters[name] = parameters
    assert len(stack) == 1
    return stack[0]["VCALENDAR"]


def _split(line: str) -> tuple[str, dict[str, str], str]:
    head, value, quoted = "", "", False
    for place, sign in enumerate(line):
        quoted ^= sign == '"'
        if sign == ":" and not quoted:
            head, value = line[:place], line[place + 1 :]
            break
    assert head, f"no value in {line!r}"
    name, *rest = head.split(";")
    parameters = dict(part.split("=", 1) for part in rest)
    return name.upper(), {key: text.strip('"') for key, text in parameters.items()}, value
