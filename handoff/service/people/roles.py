"""Who may do what at the desk, beyond their own cases."""

from handoff.errors import Forbidden
from handoff.service.base.views import AgentView


def check_admin(actor: AgentView) -> None:
    """Raises Forbidden for whoever is not an admin."""
    if actor.role != "admin":
        raise Forbidden("Only an administrator may do this.")


def check_overseer(actor: AgentView) -> None:
    """Raises Forbidden for whoever is neither supervisor nor admin."""
    if actor.role not in {"supervisor", "admin"}:
        raise Forbidden("Only a supervisor or an administrator may see this.")
