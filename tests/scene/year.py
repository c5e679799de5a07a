"""The year itself: programmes, meetings, records, reflections, reports and letters."""

import datetime
import uuid

from django.utils import timezone

from core import files, jobs, uploads
from core.models import Job, Pulse
from networks import services as networks
from outbox import services as outbox
from outbox.links import token_of as letters_link
from outbox.models import OutgoingMail
from people import keys, links
from people.models import Sector, Service
from reflections import drafts
from reflections import services as reflections
from reporting import services as reporting
from reporting.models import Characteristic, Participant, ReportFile, ReportingPeriod
from sessions import actions, attendance, evidence, minutes, reports
from sessions import invitations as invitations_of_meetings
from sessions import services as sessions
from sessions.mails import reply_token
from tests.scene.base import MOMENT, MOMENT_WIP, NEST, NETWORK, PDF, TANDEM, TEAM, WIP, Scene
from tests.sessions.record import clock
from tools import services as tools
from tools.models import Tool
from trajectories import invitations
from trajectories import services as trajectories
from trajectories.models import Milestone, Phase, Seat

# a text of the scene: who may read it
WORDS = {
    "reflection private": "anna",
    "reflection co-leader": NEST,
    "reflection coaches": f"anna {TANDEM}",
    "reflection network": f"{NEST} {TANDEM} {WIP}",
    "reflection of zita": "zita",
    "reflection of zita for coaches": "zita karel",
    "reflection of yusuf for the network": f"{NEST} {TANDEM} {WIP}",
    "draft of anna": "anna",
    "draft of zita": "zita",
    "minutes session": NETWORK,
    "minutes moment": MOMENT,
    "minutes moment wip": MOMENT_WIP,
    "minutes advisory": f"{TEAM} ada",
    "minutes exchange": f"{TEAM} {TANDEM} karel petra",
    "minutes event elsewhere": "omar",
    "action session": NETWORK,
    "action moment": MOMENT,
    "action moment wip": MOMENT_WIP,
    "remark session": f"{TEAM} {TANDEM} anna",
    "remark moment": f"{TEAM} {TANDEM} bram",
    "remark moment wip": f"{TEAM} karel zita",
    "guest session": NETWORK,
    "evidence session": f"{TEAM} {TANDEM}",
    "evidence moment": f"{TEAM} {TANDEM}",
    "report session": NETWORK,
    "report moment": MOMENT,
    "report moment for the funder": f"{TEAM} {TANDEM}",
    "title moment": f"{TEAM} {MOMENT}",
    "title moment wip": f"{TEAM} {MOMENT_WIP}",
    "title advisory": f"{TEAM} ada",
    "title exchange": f"{TEAM} {TANDEM} karel petra",
    "title draft session": f"{TEAM} {TANDEM}",
    "title event elsewhere": "omar",
    "place moment": f"{TEAM} {MOMENT}",
    "aim moment": f"{TEAM} {MOMENT}",
    "agenda moment": f"{TEAM} {MOMENT}",
    "agenda moment wip": f"{TEAM} {MOMENT_WIP}",
    "reason for cancelling": f"{TEAM} {MOMENT_WIP}",
    "question of pilot": f"{TEAM} {TANDEM} {NEST}",
    "question of pilot wip": f"{TEAM} karel {WIP}",
    "agreement of network": NETWORK,
    "aim of network": NETWORK,
    "programme elsewhere": "omar",
    "summary elsewhere": "omar",
    "service elsewhere": "omar",
    "network elsewhere": "omar",
    "partner elsewhere": "omar",
    "milestone elsewhere": "omar",
    "period elsewhere": "omar",
    "guest invited": f"{TEAM} {TANDEM}",  # who plans a meeting may ask her
    "invited elsewhere": "omar",
    "period": TEAM,
    "section of report": TEAM,
    "file of report": TEAM,
    "file of report elsewhere": "omar",
    "characteristic of anna": "anna",
    "characteristic of zita": "zita",
    "letter code": "",
}


def add(scene: Scene) -> None:
    """Everything of the house, through the services."""
    Pulse.objects.create(name="tick", at=timezone.now())
    tools.load_library()
    _elsewhere(scene)
    _programme(scene)
    _meetings(scene)
    _records(scene)
    _proofs(scene)
    _reflections(scene)
    _reporting(scene)
    _letters(scene)


def _elsewhere(scene: Scene) -> None:
    """Omar's programme: nobody else of the cast has anything to do with it."""
    cast, say, omar, other = scene.cast, scene.say, scene.cast.omar, scene.cast.other_programme
    trajectories.change_programme(other, by=omar, name=say("programme elsewhere"), summary=say("summary elsewhere"))
    service = Service.objects.create(name=say("service elsewhere"), sector=Sector.objects.get(), municipality="Aalst")
    pilot = trajectories.make_pilot(by=omar, programme=other, service=service)
    network = networks.make_network(by=omar, programme=other, name=say("network elsewhere"))
    group = networks.make_advisory_group(by=omar, programme=other, name="Andere raad")
    partner = networks.make_partner(by=omar, programme=other, name=say("partner elsewhere"), country="Kroatië")
    phase = trajectories.save_phase(
        Phase(programme=other, name="Fase elders", starts_on=other.starts_on, ends_on=other.ends_on), by=omar
    )
    milestone = trajectories.save_milestone(
        Milestone(programme=other, title=say("milestone elsewhere"), due_on=other.ends_on), by=omar
    )
    event = sessions.plan_meeting(by=omar, host=other, title=say("title event elsewhere"), starts_at=clock(9), ends_at=clock(12))
    minutes.save(event, by=omar, body=say("minutes event elsewhere"), version=0)
    seat, invitation = invitations.invite_person(
        by=omar,
        programme=other,
        email="ina@ilias.example",
        first_name="Ina",
        last_name=say("invited elsewhere"),
        role=Seat.Role.LEADER,
        pilot=pilot,
    )
    scene.put("programme", own=cast.programme, other=other)
    scene.put("pilot", nest=cast.nest, wip=cast.wip, other=pilot)
    scene.put("network", own=cast.network, other=network)
    scene.put("group", own=cast.advisers, other=group)
    scene.put("partner", own=cast.partner, other=partner)
    scene.put("phase", other=phase)
    scene.put("milestone", other=milestone)
    scene.put("emblem", other=_emblem(other, omar))
    scene.put("meeting", event=event)
    scene.put("seat", other=seat)
    scene.put("invitation", other=invitation)


def _emblem(programme, by):
    return trajectories.add_emblem(
        programme, by=by, checked=uploads.Checked(b"\x89PNG", "image/png", "embleem.png"), alt="Embleem"
    )


def _programme(scene: Scene) -> None:
    cast, say, tess = scene.cast, scene.say, scene.cast.tess
    programme = cast.programme
    for pilot, name in ((cast.nest, "question of pilot"), (cast.wip, "question of pilot wip")):
        facts = {"name": pilot.service.name, "municipality": "Gent", "sector": pilot.service.sector}
        trajectories.change_pilot(pilot, by=tess, question=say(name), **facts)
    cast.network.aim = say("aim of network")
    cast.network.save(update_fields=["aim"])
    networks.set_agreements(cast.network, by=tess, texts=[say("agreement of network")])
    phase = Phase(programme=programme, name="Fase 1", starts_on=programme.starts_on, ends_on=programme.ends_on)
    scene.put("phase", own=trajectories.save_phase(phase, by=tess))
    scene.put(
        "milestone",
        own=trajectories.save_milestone(Milestone(programme=programme, title="Mijlpaal", due_on=programme.ends_on), by=tess),
    )
    scene.put("emblem", own=_emblem(programme, tess))
    _seat, invitation = invitations.invite_person(
        by=tess,
        programme=programme,
        email="nina@ilias.example",
        first_name="Nina",
        last_name=say("guest invited"),
        role=Seat.Role.ADVISER,
    )
    scene.put("invitation", own=invitation)
    seats = Seat.objects.select_related("user")
    of = lambda user, **lookup: seats.get(user=user, **lookup)  # noqa: E731
    scene.put("seat", anna=of(cast.anna), els=of(cast.els), hilde=of(cast.hilde, pilot=cast.nest), ada=of(cast.ada))
    published = Tool.objects.published().first()
    measures = {"theme": published.theme, "minutes": 30, "people_min": 2, "people_max": 8}
    hidden = Tool.objects.create(
        slug="not-yet", published_at=None, **measures
    )  # a row of its own: changed ones are not remembered
    hidden.versions.create(language="nl", title="Nog niet klaar", summary="Een ontwerp.", body="Nog te schrijven.")
    scene.put("tool", draft=hidden, published=published)


def _meetings(scene: Scene) -> None:
    cast, say = scene.cast, scene.say
    ahead = {"starts_at": clock(9, days_ago=-10), "ends_at": clock(12, days_ago=-10)}
    later = {"starts_at": clock(9, days_ago=-20), "ends_at": clock(12, days_ago=-20)}
    before = {"starts_at": clock(9), "ends_at": clock(12)}
    line = sessions.AgendaLine
    plan = sessions.plan_meeting
    scene.put(
        "meeting",
        session=plan(by=cast.hilde, host=cast.network, title="Sessie over kijken", question="Wat zag je?", **before),
        moment=plan(
            by=cast.hilde,
            host=cast.nest,
            title=say("title moment"),
            place=say("place moment"),
            aim=say("aim moment"),
            agenda=[line(say("agenda moment"), 30)],
            starts_at=clock(13),
            ends_at=clock(15),
        ),
        moment_wip=plan(
            by=cast.karel,
            host=cast.wip,
            title=say("title moment wip"),
            agenda=[line(say("agenda moment wip"), 30)],
            starts_at=clock(13),
            ends_at=clock(15),
        ),
        advisory=plan(by=cast.tess, host=cast.advisers, title=say("title advisory"), **before),
        exchange=plan(by=cast.tess, host=cast.partner, title=say("title exchange"), **before),
        draft=plan(by=cast.hilde, host=cast.network, title=say("title draft session"), publish=False, **later),
        coming=plan(by=cast.hilde, host=cast.network, title="Sessie die komt", **ahead),
    )
    invitations_of_meetings.invite(
        scene.at["meeting"]["session"], by=cast.hilde, people=[cast.ada]
    )  # she sees, and reads no word
    dropped = plan(
        by=cast.karel, host=cast.wip, title="Valt weg", starts_at=clock(9, days_ago=-5), ends_at=clock(10, days_ago=-5)
    )
    sessions.cancel_meeting(dropped, by=cast.karel, version=dropped.version, reason=say("reason for cancelling"))
    scene.put(
        "host",
        network=("network", cast.network.pk),
        nest=("pilot", cast.nest.pk),
        wip=("pilot", cast.wip.pk),
        advisory=("advisory", cast.advisers.pk),
        partner=("partner", cast.partner.pk),
        programme=("programme", cast.programme.pk),
        other=("network", scene.at["network"]["other"].pk),
        unknown=("nonsense", cast.network.pk),
    )


def _records(scene: Scene) -> None:
    """Attendance with remarks and a guest, minutes, agreements."""
    cast, say, at = scene.cast, scene.say, scene.at["meeting"]
    told = {
        "session": (cast.hilde, cast.anna, "remark session", "minutes session"),
        "moment": (cast.hilde, cast.bram, "remark moment", "minutes moment"),
        "moment_wip": (cast.karel, cast.zita, "remark moment wip", "minutes moment wip"),
    }
    for name, (coach, who, remark, words) in told.items():
        minutes.save(at[name], by=coach, body=say(words), version=0)
        here = {"status": "onsite", "established": "coach"}
        lines = {
            row.pk: attendance.Line(remark=say(remark) if row.user == who else "", **here) for row in attendance.rows_of(at[name])
        }
        guests = [attendance.Line(status="onsite", name=say("guest session"), organisation="Ouders")] if name == "session" else []
        attendance.save_list(at[name], by=coach, lines=lines, guests=guests)
        at[name] = attendance.close_list(at[name], by=coach)
    minutes.save(at["advisory"], by=cast.tess, body=say("minutes advisory"), version=0)
    minutes.save(at["exchange"], by=cast.tess, body=say("minutes exchange"), version=0)
    scene.put(
        "action",
        session=actions.add(at["session"], by=cast.hilde, text=say("action session"), owner=cast.anna),
        moment=actions.add(at["moment"], by=cast.hilde, text=say("action moment"), owner=cast.bram),
        moment_wip=actions.add(at["moment_wip"], by=cast.karel, text=say("action moment wip"), owner=cast.zita),
    )
    place = lambda meeting, user: meeting.attendances.select_related("meeting").get(user=user)  # noqa: E731
    coming = place(at["coming"], cast.zita)
    scene.put("place", coming=coming, advisory=place(at["advisory"], cast.ada), event=place(at["event"], cast.omar))
    scene.put("fewer token", zita=(letters_link(cast.zita.pk, "reminder-7d"),))
    scene.put("reply token", zita=(reply_token(coming),))


def _proofs(scene: Scene) -> None:
    """Scans and finished reports; their bytes are told here, so that no document has to be drawn."""
    cast, say, at = scene.cast, scene.say, scene.at["meeting"]
    for name, word in (("session", "evidence session"), ("moment", "evidence moment")):
        checked = uploads.Checked(PDF + f"% {say(word)}".encode(), "application/pdf", f"{say(word)}.pdf")
        scene.put("proof", **{name: evidence.add(at[name], by=cast.hilde, checked=checked)})
    for kind, name, word, edition in (
        ("report", "session", "report session", "internal"),
        ("report", "moment", "report moment", "internal"),
        ("funder report", "moment", "report moment for the funder", "funder"),
    ):
        report = reports.ask(at[name], by=cast.hilde, edition=edition)
        report.file = files.store(
            PDF + f"% {say(word)}".encode(), name="verslag.pdf", content_type="application/pdf", by=cast.hilde.pk
        )
        report.made_at = timezone.now()
        report.save()
        scene.put(kind, **{name: report})
    scene.put(
        "job",
        hilde=Job.objects.filter(requested_by=cast.hilde.pk).first(),
        tess=jobs.ask("sessions.make_report", by=cast.tess.pk, report=uuid.uuid4()),
    )


def _reflections(scene: Scene) -> None:
    cast, say, at = scene.cast, scene.say, scene.at["meeting"]
    told = {
        "private": (cast.anna, cast.nest, "reflection private", ()),
        "co_leader": (cast.anna, cast.nest, "reflection co-leader", ["co-leader"]),
        "coaches": (cast.anna, cast.nest, "reflection coaches", ["coaches"]),
        "network": (cast.anna, cast.nest, "reflection network", ["network"]),
        "zita": (cast.zita, cast.wip, "reflection of zita", ()),
        "zita_coaches": (cast.zita, cast.wip, "reflection of zita for coaches", ["coaches"]),
        "yusuf": (cast.yusuf, cast.wip, "reflection of yusuf for the network", ["network"]),
    }
    for name, (author, pilot, word, audiences) in told.items():
        scene.put(
            "reflection",
            **{name: reflections.write(by=author, pilot=pilot, text=say(word), meeting=at["session"], audiences=audiences)},
        )
    gone = reflections.write(by=cast.anna, pilot=cast.nest, text="Toch niet.", audiences=["coaches"])
    reflections.erase(gone, by=cast.anna)
    scene.put("erased", anna=gone)
    for author, pilot, word in ((cast.anna, cast.nest, "draft of anna"), (cast.zita, cast.wip, "draft of zita")):
        place = drafts.place_of_new(None, "", pilot.pk)
        drafts.keep(by=author, place=place, tab=uuid.uuid4().hex, version=0, text=say(word), readers=[])


def _reporting(scene: Scene) -> None:
    cast, say, today = scene.cast, scene.say, timezone.localdate()
    dates = {"starts_on": today - datetime.timedelta(days=90), "ends_on": today - datetime.timedelta(days=1)}
    for name, programme, by, words, content in (
        ("own", cast.programme, cast.tess, "period", "file of report"),
        ("other", cast.other_programme, cast.omar, "period elsewhere", "file of report elsewhere"),
    ):
        period = reporting.save_period(ReportingPeriod(programme=programme, name=say(words), **dates), by=by)
        report = reporting.start_report(period, by=by)
        asked = reporting.ask_file(report, by=by, format="csv", language="nl")
        stored = files.store(say(content).encode(), name="cijfers.csv", content_type="text/csv", by=by.pk)
        ReportFile.objects.filter(pk=asked.pk).update(file=stored)
        scene.put("period", **{name: period})
        scene.put("progress report", **{name: report})
        scene.put("section", **{name: (report.pk, "summary")})
        scene.put("report file", **{name: asked})
    reporting.save_section(
        scene.at["progress report"]["own"], by=cast.tess, name="summary", body=say("section of report"), version=0
    )
    for user, word in ((cast.anna, "characteristic of anna"), (cast.zita, "characteristic of zita")):
        told = Characteristic(participant=Participant.objects.get(user=user), code="education")
        told.value = keys.seal_text(user.pk, say(word), about=told.about_value)
        told.save()
        scene.put("answers", **{user.first_name.lower(): (told.participant.pk, "entry")})


def _letters(scene: Scene) -> None:
    """Letters of both programmes wait already; here the links, and one letter that belongs to no programme."""
    cast, invitation = scene.cast, scene.at["invitation"]["own"]
    waiting = OutgoingMail.objects.waiting()
    outbox.queue("login-code", key="login-code:anna", recipient_id=cast.anna.pk, payload={"code": scene.say("letter code")})
    scene.put(
        "letter",
        own=waiting.filter(programme_id=cast.programme.pk).first(),
        other=waiting.filter(programme_id=cast.other_programme.pk).first(),
        code=OutgoingMail.objects.get(key="login-code:anna"),  # a worker beside the test may have sent it already
    )
    scene.put("invitation token", nina=(links.token_of(invitation),))
