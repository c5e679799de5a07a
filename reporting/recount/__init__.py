"""Counting a bundle again, from the bundle alone: no database, no Django, none of the code that made the figures.

`python -m reporting.recount F.zip` runs with Python's own library; `manage.py verify_report` compares the workbook besides.
"""

from reporting.recount.checking import check
from reporting.recount.verdict import Unreadable, Verdict

__all__ = ["Unreadable", "Verdict", "check"]
