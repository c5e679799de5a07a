"""The matrix itself is tried: each check that is taken away turns at least one cell red, or the table would prove nothing."""

from uuid import UUID

import pytest
from django.db.models import Q

from core import access as jobs
from core.compiled import Compiled
from core.doors import through
from core.models import Job, JobQuerySet
from networks import access as networks
from networks.models import AdvisoryGroup, LearningNetwork, LearningNetworkQuerySet, Partner
from outbox import access as letters
from outbox.models import MailQuerySet, OutgoingMail
from reflections.models import ReflectionQuerySet
from reporting import access as reporting
from reporting.models import Participant, ProgressReport, ProgressReportQuerySet, ReportFile, ReportingPeriod
from sessions import access as sessions
from sessions.models import Action, ActionQuerySet, Attendance, Evidence, Meeting, MeetingQuerySet, SessionReport
from tests.matrix import _django_db_helper, cells, crowd, lines_of, say  # noqa: F401 - fixtures
from tests.removed_checks_accounting import REMOVED as ACCOUNTING
from tests.removed_checks_journey import REMOVED as JOURNEY
from tests.removed_checks_lived import REMOVED as LIVED
from tests.removed_checks_plan import REMOVED as PLAN
from tests.removed_checks_polls import REMOVED as POLLS
from tests.removed_checks_rules import REMOVED as RULES
from tests.removed_checks_templates import REMOVED as TEMPLATES
from tools.models import ToolQuerySet
from trajectories import access as trajectories
from trajectories.models import Phase, Pilot, PilotQuerySet, Programme, ProgrammeQuerySet, Seat, SeatQuerySet

pytestmark = pytest.mark.django_db


def anything(model, *lookups: str):
    """A door without a lock: whatever has this id (the last argument)."""
    return lambda _user, *ids: through(model.objects.all(), pk=ids[-1])


def of_any_parent(model):
    return lambda _parent, pk: through(model.objects.all(), pk=pk)


def everything(rows, _user):
    return rows.all()


def meetings_through(door):
    """A stricter door replaced by a laxer one."""
    return lambda user, pk: door(user, pk)


def part_of_any_programme(_user, model: type, _programme: UUID, pk: UUID):
    return through(model.objects.select_related("programme"), pk=pk)


# what is taken away: where, its name, what stands there instead, and the address at which it must be seen
REMOVED = [
    (sessions, "meeting_for", anything(Meeting), "sessions:calendar"),
    (sessions, "meeting_run_by", anything(Meeting), "sessions:cancel"),
    (sessions, "meeting_run_by", meetings_through(sessions.meeting_for), "sessions:sign_in_list"),
    (sessions, "meeting_words_for", meetings_through(sessions.meeting_for), "sessions:minutes"),
    (sessions, "meeting_words_run_by", meetings_through(sessions.meeting_words_for), "sessions:meeting_actions"),
    (sessions, "meeting_words_run_by", meetings_through(sessions.meeting_run_by), "sessions:minutes"),
    (sessions, "attendance_of", of_any_parent(Attendance), "sessions:withdraw"),
    (sessions, "evidence_of", of_any_parent(Evidence), "sessions:evidence_download"),
    (sessions, "report_of", of_any_parent(SessionReport), "sessions:report_download"),
    (sessions, "action_changeable_by", anything(Action), "sessions:settle"),
    (MeetingQuerySet, "visible_to", everything, "sessions:meeting"),
    (MeetingQuerySet, "words_readable_by", MeetingQuerySet.visible_to, "sessions:minutes"),
    (ActionQuerySet, "changeable_by", ActionQuerySet.visible_to, "sessions:action"),
    (trajectories, "programme_run_by", trajectories.programme_for, "trajectories:phase_new"),
    (trajectories, "programme_for", anything(Programme), "sessions:programme"),
    (trajectories, "part_run_by", part_of_any_programme, "trajectories:phase"),
    (trajectories, "pilot_run_by", trajectories.pilot_for, "trajectories:pilot_change"),
    (trajectories, "seat_run_by", anything(Seat), "trajectories:seat_end"),
    (ProgrammeQuerySet, "run_by", ProgrammeQuerySet.visible_to, "trajectories:setup"),
    (PilotQuerySet, "visible_to", everything, "sessions:pilot"),
    (SeatQuerySet, "living", lambda rows, on=None: rows.filter(user__is_active=True), "sessions:pilot"),
    (networks, "network_for", anything(LearningNetwork), "networks:network"),
    (networks, "network_run_by", networks.network_for, "networks:network_change"),
    (networks, "advisory_group_run_by", anything(AdvisoryGroup), "networks:group_change"),
    (networks, "partner_run_by", anything(Partner), "networks:partner_change"),
    (LearningNetworkQuerySet, "coached_by", LearningNetworkQuerySet.visible_to, "sessions:new"),
    (letters, "letter_for", anything(OutgoingMail), "outbox:stop"),
    (MailQuerySet, "visible_to", everything, "outbox:stop"),
    (jobs, "job_for", anything(Job), "jobs:job"),
    (JobQuerySet, "asked_by", everything, "jobs:job"),
    (ToolQuerySet, "visible_to", everything, "tools:print"),
    (ReflectionQuerySet, "visible_to", everything, "reflections:reflection"),
    (ReflectionQuerySet, "written_by", ReflectionQuerySet.visible_to, "reflections:erase"),
    (reporting, "programme_accounted_by", anything(Programme), "reports:participants"),
    (reporting, "period_of", of_any_parent(ReportingPeriod), "reports:period"),
    (reporting, "report_for", anything(ProgressReport), "reports:propose"),
    (reporting, "file_of", lambda _report, _user, pk: through(ReportFile.objects.all(), pk=pk), "reports:file"),
    (reporting, "own_participation", lambda _user, pk, _moment: through(Participant.objects.all(), pk=pk), "reports:my_answers"),
    (ProgressReportQuerySet, "visible_to", everything, "reports:freeze"),
    *LIVED,
    *ACCOUNTING,
    *POLLS,
    *RULES,
    *TEMPLATES,
    *PLAN,
    *JOURNEY,
]


@pytest.fixture
def take_away(monkeypatch):
    """Something else instead of a check; the questions are compiled without it, and with it again afterwards."""

    def away(where: object, name: str, instead: object) -> None:
        monkeypatch.setattr(where, name, instead)
        Compiled.forget()

    yield away
    Compiled.forget()


def turns_red(address: str, crowd) -> bool:  # noqa: F811
    """Whether some cell of this address is no longer as the table says."""
    return any(cell for line in lines_of(address) for cell in cells(line, crowd))


def test_the_list_is_long_enough():
    assert len(REMOVED) >= 20
    assert {where.__name__.split(".")[0] for where, *_rest in REMOVED if hasattr(where, "through")} >= {"sessions", "reporting"}


@pytest.mark.parametrize(
    "where, name, instead, address", REMOVED, ids=[f"{where.__name__} {name} {at}" for where, name, _i, at in REMOVED]
)
def test_a_check_that_is_taken_away_is_seen(crowd, take_away, where, name, instead, address):  # noqa: F811
    take_away(where, name, instead)

    assert turns_red(address, crowd)


def test_a_text_that_any_coach_may_read_is_seen(crowd, take_away):  # noqa: F811
    """The same for the rule about who may read a personal text: a living seat is not enough without a grant."""

    def coaches_too(rows, user):
        coached = user.seats.living().filter(role="coach", pilot__isnull=False).values("pilot_id")
        return rows.kept().filter(Q(author=user) | Q(pilot_id__in=coached))

    take_away(ReflectionQuerySet, "visible_to", coaches_too)

    assert turns_red("reflections:reflection", crowd)


def test_an_erased_text_that_can_be_read_is_seen(crowd, take_away):  # noqa: F811
    take_away(ReflectionQuerySet, "kept", lambda rows: rows)

    assert turns_red("reflections:reflection", crowd)


def test_a_part_of_another_programme_is_seen(crowd, take_away):  # noqa: F811
    """Nested addresses: the parent is asked, the child no longer belongs to it."""

    def half(user, model, programme_pk, pk):
        trajectories.programme_run_by(user, programme_pk)
        return through(model.objects.select_related("programme"), pk=pk)

    take_away(trajectories, "part_run_by", half)

    wrong = next(cell for cell in cells(lines_of("trajectories:phase")[0], crowd) if cell)
    assert " with " in wrong[0]
    assert Phase.objects.count() == 2 and Pilot.objects.count() == 3
