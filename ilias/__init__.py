"""Wiring only. This file imports nothing: manage.py reads ilias.bootstrap before anything is installed (Celery: ilias/apps.py)."""
