"""The door: `python build.py` checks nothing, asks nothing, and builds everything."""

import sys

from pressroom.cli import main

if __name__ == "__main__":
    sys.exit(main(["build", *sys.argv[1:]]))
