"""What `manage.py bench` measures: pages, files and letters, each beside the bare thing in the same run."""
