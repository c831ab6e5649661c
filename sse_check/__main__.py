"""`python -m sse_check`. The command `sse-check` is better: Python looks for what this imports in
the current folder first, and what lies in a checkout may not be what it says.
"""

import os
import sys

if not sys.flags.safe_path and sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from sse_check.cli.main import main

sys.exit(main())
