"""`python -m pressroom`."""

from pressroom.cli import entry

if __name__ == "__main__":
    entry()
