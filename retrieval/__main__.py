"""`python -m retrieval` is `parley`."""

import sys

from retrieval.cli import main

sys.exit(main())
