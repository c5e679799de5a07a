"""Polls for a day, and calendars to subscribe to."""

from planning import feeds, polls
from planning.mails.polls import token_of
from tests.scene.base import MOMENT, MOMENT_WIP, NETWORK, TEAM, Scene
from tests.sessions.test_planning import ahead

WORDS = {
    "poll session": NETWORK,
    "poll moment": f"{TEAM} {MOMENT}",
    "poll moment wip": f"{TEAM} {MOMENT_WIP}",
    "feed anna": "anna",
}


def add(scene: Scene) -> None:
    """A poll of the network and of each pair, half answered; calendars of Anna and Zita."""
    cast, say = scene.cast, scene.say
    hosts = {"session": (cast.network, cast.hilde), "moment": (cast.nest, cast.hilde), "moment_wip": (cast.wip, cast.karel)}
    for name, (host, by) in hosts.items():
        options = [(ahead(day, 14), ahead(day, 16)) for day in (70, 71)]
        title = say(f"poll {name.replace('_', ' ')}")
        poll = polls.open_poll(by=by, host=host, title=title, options=options, deadline=ahead(60, 23))
        part = poll.participants.select_related("poll").exclude(user=by).order_by("user__first_name").first()
        polls.answer(part, choices=dict.fromkeys(poll.options.values_list("pk", flat=True), "yes"), by=None)
        scene.put("poll", **{name: poll})
        scene.put("option", **{name: poll.options.all()[0]})
    zita = scene.at["poll"]["moment_wip"].participants.get(user=cast.zita)
    scene.put("poll token", zita=(token_of(zita),))
    scene.put("poll host", network=("network", cast.network.pk), nest=("pilot", cast.nest.pk), wip=("pilot", cast.wip.pk))
    scene.put("poll host", unknown=("stranger", cast.nest.pk))
    feed, token = feeds.make(by=cast.anna, name=say("feed anna"))
    scene.put("feed", anna=feed, zita=feeds.make(by=cast.zita, name="gsm", network=cast.network)[0])
    scene.put("feed token", anna=(token,))
