from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_removed

        from people import columns, devices, mails, middleware, services  # noqa: F401 - two of them fill a registry

        authentication_step_completed.connect(devices.hear_choice, dispatch_uid="people.own_device")
        authenticator_removed.connect(middleware.forget_admission, dispatch_uid="people.second_step")
        post_migrate.connect(services.load_library_after_migrate, sender=self, dispatch_uid="people.library")
