"""`python -m sse_check`."""

import sys

from sse_check.cli.main import main

sys.exit(main())
