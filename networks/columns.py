"""Whose data the tables of networks and groups keep, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

declare(
    "networks.LearningNetwork",
    "id programme name aim",
    purpose=_("to bring pilots together in a series of sessions"),
    kind="record",
    retention="programme",
)
declare(
    "networks.NetworkPilot",
    "id network pilot since until",
    purpose=_("to know which pilot learns in which network from when till when"),
    kind="record",
    retention="evidence",
)
declare(
    "networks.NetworkCoach",
    "id network seat since until",
    subject="seat__user",
    purpose=_("to know who coaches which network from when till when"),
    kind="record",
    retention="evidence",
    exporter="trajectories.seats",
)
declare(
    "networks.GroupAgreement",
    "id network text position since",
    purpose=_("to keep in view what the group agreed"),
    kind="record",
    retention="programme",
)
declare(
    "networks.AdvisoryGroup",
    "id programme name",
    purpose=_("to invite the people who advise"),
    kind="record",
    retention="programme",
)
declare(
    "networks.Partner",
    "id programme name country",
    purpose=_("to exchange with organisations abroad"),
    kind="record",
    retention="programme",
)
declare(
    "networks.PartnerContact",
    "id partner seat",
    subject="seat__user",
    purpose=_("to know who speaks for which partner"),
    kind="record",
    retention="programme",
    exporter="trajectories.seats",
)
