from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        import people.columns
        import people.mails  # noqa: F401 - both fill a registry
