"""Whose data this app keeps, why and how long (design.md rule 8)."""
