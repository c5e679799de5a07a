"""Wiring only. Imports nothing: manage.py reads ilias.bootstrap before anything is installed (Celery: ilias/apps.py)."""
