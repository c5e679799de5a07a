"""Building the demo: once, whole, in one transaction."""

import datetime

from django.db import transaction
from django.utils import timezone

from core import audit
from core.errors import DomainError
from reporting.demo import meetings, people, portfolio, texts
from reporting.demo.world import World, content
from tools import services as tools
from tools.models import Tool
from trajectories.models import Programme

GROUPS_AT_ONCE = 10  # how many copies are held in memory before they are written


@transaction.atomic
def build(scale: int = 1) -> Programme:
    """The demo programme with `scale` groups of eight pilots. DomainError when it is there already."""
    slug = content("programme")["programme"]["slug"]
    if Programme.objects.filter(slug=slug).exists():
        raise DomainError(f"The demo programme “{slug}” is already there.")
    tools.load_library()
    library = {tool.slug: tool for tool in Tool.objects.all()}
    world = World()
    made = people.programme(world)
    for number in range(1, scale + 1):
        found = people.group(world, made, number)
        held = meetings.meetings(world, found, library)
        portfolio.portfolio(world, found, texts.reflections(world, found, held))
        texts.participants(world, found)
        if number % GROUPS_AT_ONCE == 0:
            world.write()
    world.write()
    made.sectors.set(world.sectors)
    audit.record(by=None, verb="demo.built", target=made, scale=scale)
    return made


def shift_of(programme: Programme) -> datetime.timedelta:
    """How far to move the demo, in whole weeks: this week is that of its reference day, and a network session comes next week."""
    told = content("programme")
    meant = datetime.date.fromisoformat(told["reference_now"][:10]) - datetime.date.fromisoformat(told["programme"]["starts"])
    days = (timezone.localdate() - (programme.starts_on + meant)).days
    return datetime.timedelta(days=days - days % 7)
