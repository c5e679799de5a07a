"""Loads Celery together with Django, so that shared tasks find our app and never Celery's default one."""

from django.apps import AppConfig

from ilias.celery import app as celery_app


class IliasConfig(AppConfig):
    name = "ilias"
    celery = celery_app
