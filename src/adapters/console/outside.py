"""Where checkpoints go outside the database, as the settings have it, and the logs beside them."""

from adapters import privileges
from adapters.audit.comparing import Comparing
from adapters.audit.folder import CheckpointFolder
from adapters.audit.witnesses import HttpWitness, read_witnesses
from adapters.main import Wired
from adapters.settings import Settings


def make_checkpoint_folder(settings: Settings) -> None:
    """The one who serves must be able to write there.

    Raises:
        PrivilegeProblem: it is another's, or lies where the service user cannot go.
    """
    privileges.make_private_folder(settings.checkpoint_dir)


def keepers_of(settings: Settings) -> list[CheckpointFolder]:
    """What keeps checkpoints."""
    return [CheckpointFolder(settings.checkpoint_dir)]


def witnesses_of(settings: Settings) -> list[HttpWitness]:
    """Who cosigns them. Raises: FileProblems."""
    return read_witnesses(settings.witnesses_file) if settings.witnesses_file else []


def comparing_of(settings: Settings, parts: Wired) -> Comparing:
    """The logs beside what the keepers have."""
    return Comparing(parts.store, parts.trees, log_name=settings.log_name, keepers=keepers_of(settings))
