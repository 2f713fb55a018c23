"""`python -m parachain`: the command line."""

import sys

from parachain.node.cli import main

sys.exit(main())
