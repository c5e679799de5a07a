"""Whose data this app keeps, why and how long (design.md rule 8): the library is about nobody."""

from core.columns import declare

declare(
    "tools.Tool",
    "id slug theme minutes people_min people_max setting position sources published_at",
    purpose="to find a tool that fits a session",
)
declare(
    "tools.ToolVersion",
    "id tool language number title summary aim materials body created_at",
    purpose="to read and print a tool in one's own language",
)
