"""A cluster or block: peers that score each other, are ranked together, and elect who leads them."""

from domain.cluster.decide import decide
from domain.cluster.evolve import Cluster, evolve
from domain.cluster.messages import Command, Event, Facts, FormCluster
from domain.decider import Decider


def _unit(command: Command, cluster: Cluster) -> str | None:
    """A cluster is a matter of the union that groups its members, never of one of them."""
    if cluster.formed is not None:
        return cluster.formed.unit_id
    return command.unit_id if isinstance(command, FormCluster) else None


CLUSTER: Decider[Cluster, Command, Facts, Event] = Decider(
    name="cluster", initial=Cluster(), decide=decide, evolve=evolve, unit=_unit
)
