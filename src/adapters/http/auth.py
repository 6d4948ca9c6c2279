"""Who asks: the bearer key says which tenant, role and unit; nothing else in a request does."""

import re

from adapters.http.problems import Problem
from adapters.http.route import FindCredential, HttpRequest
from tenants.scope import TenantScope

_BEARER = re.compile(r"[Bb]earer +(td_[A-Za-z0-9_-]{20,200})")


async def authenticated(request: HttpRequest, find_credential: FindCredential) -> TenantScope:
    """The scope of the request's key.

    Raises:
        Problem: 401, the same for a missing, malformed, unknown or revoked key.
    """
    matched = _BEARER.fullmatch((request.header(b"authorization") or "").strip())
    scope = await find_credential(matched[1]) if matched else None
    if scope is None:
        raise Problem(401, "credential.unknown", headers={"www-authenticate": 'Bearer realm="thidua"'})
    request.scope["state"]["tenant"] = scope.tenant_id
    return scope
