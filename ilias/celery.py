"""Celery: the engine. The timetable is one tick a minute in UTC; what is due is asked of the tables (design.md rule 4)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilias.settings")
app = Celery("ilias")
app.set_default()  # else the threads of a web server find Celery's own default app, and no broker
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["ilias"], related_name="timetable")
