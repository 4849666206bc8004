"""`python -m retrieval` is `parley`."""

import sys

from retrieval.cli import command

sys.exit(command())
