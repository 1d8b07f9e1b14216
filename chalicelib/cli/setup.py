"""`hourtab setup`: the stored set-up as a file."""

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer
from chalicelib.cli.setup_file.write_setup import as_yaml, write_setup
from chalicelib.parts import Parts
from chalicelib.services.setup.stored import stored_setup

setup = Group()


@setup.command()
@pass_parts
def export(parts: Parts) -> None:
    """Print the whole stored set-up as a set-up file; applying it changes nothing."""
    document = write_setup(stored_setup(parts.directory))
    answer(document, as_yaml(document).rstrip("\n").split("\n"))
