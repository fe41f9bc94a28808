"""`python -m coder` is the command `coder`."""

from coder.cli.main import main

if __name__ == "__main__":
    main(prog_name="coder")
