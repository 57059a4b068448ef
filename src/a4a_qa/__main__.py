"""`python -m a4a_qa` is `a4a-qa`."""

from a4a_qa.cli.main import main

if __name__ == "__main__":
    main(prog_name="a4a-qa")
