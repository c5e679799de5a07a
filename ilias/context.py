"""What every page shows."""


def page(request) -> dict:
    return {}
