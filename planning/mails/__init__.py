"""The letters of this app, a module per subject; each fills the registry."""

from planning.mails import polls, rules

__all__ = ["polls", "rules"]
