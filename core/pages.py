"""Pages of lists whose rows are counted in a cheaper way than Django's paginator does."""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db.models import Func, IntegerField, QuerySet, Subquery


def how_many(rows: QuerySet) -> QuerySet:
    """A question for the number of these rows, where `count()` would answer at once; without an answer where no row can fit.
    `Count` would count per row, this counts all of them."""
    return rows.order_by().values_list(Func("pk", function="COUNT", output_field=IntegerField()), flat=True)


def page_from(number: int | None, asked: str | int | None, size: int, rows_from: Callable[[int], list]) -> Page:
    """The page that is asked for of so many rows (None where no row can fit); they are read from a place on."""
    page = Paginator(range(number or 0), size).get_page(asked)
    page.object_list = rows_from(page.object_list[0]) if page.object_list else []
    return page


def counted_page(rows: QuerySet, asked: str | int | None, size: int) -> Page:
    """As `Paginator(rows, size).get_page(asked)`, of objects or `values()`; each row holds the number of all as `whole`."""
    paginator = Paginator(rows, size)
    number = int(str(asked)) if str(asked).isdecimal() and 0 < len(str(asked)) < 7 else 1
    first = (number - 1) * size
    whole = Subquery(how_many(rows))  # what only the rows shown need is not joined here
    shown = list(rows.annotate(whole=whole)[first : first + size]) if number else []
    if not shown:  # past the end, or nothing at all
        return paginator.get_page(asked)
    paginator.count = shown[0]["whole"] if isinstance(shown[0], dict) else shown[0].whole
    return Page(shown, number, paginator)
