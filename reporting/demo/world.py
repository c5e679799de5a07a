"""The demo's rows before they are written: gathered per table, written in one go in the order of the house's layers."""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

from networks.models import AdvisoryGroup, GroupAgreement, LearningNetwork, NetworkCoach, NetworkPilot, Partner, PartnerContact
from people.models import Consent, PersonKey, Sector, Service, User
from reflections.models import Opening, PortfolioPiece, ReaderGrant, Reflection, SelfAssessment
from reporting.models import Characteristic, Participant, ReportingPeriod
from sessions.models import Action, AgendaItem, Attendance, Meeting, MeetingChange, MeetingTool, Minutes
from trajectories.models import Milestone, Phase, Pilot, Programme, Seat

FOLDER = Path(__file__).parent
ORDER: list[type[models.Model]] = [
    User, PersonKey, Consent, Sector, Service, Programme, Phase, Milestone, Pilot, Seat,
    LearningNetwork, NetworkPilot, NetworkCoach, GroupAgreement, AdvisoryGroup, Partner, PartnerContact,
    Meeting, MeetingChange, AgendaItem, MeetingTool, Attendance, Minutes, Action,
    Reflection, ReaderGrant, Opening, PortfolioPiece, SelfAssessment, ReportingPeriod, Participant, Characteristic,
]  # fmt: skip


@cache
def content(name: str) -> dict[str, Any]:
    """One of the JSON files that the README beside them describes."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class World:
    """Rows that wait to be written, and the people and places by their key in the content."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list] = defaultdict(list)
        self.sectors: list[Sector] = []

    def add(self, row):
        """Keep a row for writing; returns it."""
        self.rows[type(row)].append(row)
        return row

    def write(self) -> int:
        """Insert everything in bulk; returns the number of rows."""
        for model in ORDER:
            model._default_manager.bulk_create(self.rows[model], batch_size=500)
        written = sum(len(rows) for rows in self.rows.values())
        self.rows.clear()
        return written
