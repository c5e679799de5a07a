#!/usr/bin/env python3
"""The one command of the project: `python3 manage.py up`, `test`, `lint`, and every command of Django."""

import sys

from ilias import bootstrap

if __name__ == "__main__":
    sys.exit(bootstrap.main(sys.argv))
