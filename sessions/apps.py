from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "coaching_sessions"  # Django's own app is called sessions too

    def ready(self) -> None:
        import sessions.columns
        import sessions.letters_report
        import sessions.mails  # noqa: F401 - all fill a registry
