"""OpenAPI 3.1 of the routes, made from the types that the routes really decode and encode."""

from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.http.problems import MEDIA_TYPE, Body
from adapters.http.route import Route
from adapters.http.sampling import sample

_REFERENCE = "#/components/schemas/{name}"
_KEY = "1 to 255 visible ASCII characters. The same key and body again: the first answer again."
_IF_MATCH = 'The ETag of the version that was seen, such as "7". 412 where the thing has changed since.'
FILE = "application/octet-stream"
_LANGUAGE = "vi (the default) or en, for problems."


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole description, as plain JSON."""
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Thi đua",
            "version": "1",
            "summary": "Emulation campaigns and awards of trade unions, from launch to replayable decision.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "td_…"}},
            "responses": {"Problem": _problem()},
        },
    }


class _Schemas:
    """The schema of each type that the routes name; the shared ones are components."""

    def __init__(self, routes: Sequence[Route]) -> None:
        named = [kind for route in routes for kind in (route.takes, route.answers) if kind is not None]
        types = list(dict.fromkeys([*named, Body]))
        found, self.components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
        self._by_type = dict(zip(types, found, strict=True))

    def of(self, kind: Any) -> dict[str, Any]:
        schema: dict[str, Any] = self._by_type[kind]
        return schema


def _operation(route: Route, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": _parameters(route),
        "responses": {str(route.status): _answer(route, schemas)},
    }
    operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    if route.asks is None:
        operation["security"] = []
    if route.takes_file:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.takes_file, binary)}
    if route.takes is not None:
        description = (route.takes.__doc__ or "").strip()
        if description and not description.startswith(f"{route.takes.__name__}("):
            operation["description"] = description
        content = {"schema": schemas.of(route.takes), "example": route.example}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _operation_id(route: Route) -> str:
    if isinstance(route.takes, type):
        return route.takes.__name__
    words = [part for part in route.path.removeprefix("/v1/").replace("{", "by-").replace("}", "").split("/") if part]
    return f"{route.method.lower()}-" + "-".join(words).replace(".", "-")


def _parameters(route: Route) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    found = [_parameter("path", name, {"type": "string"}, required=True, example=_path_example(name)) for name in names]
    if route.method == "POST":
        found.append(_header("Idempotency-Key", required=True, about=_KEY, example="a1"))
    if route.if_match != "none":
        found.append(_header("If-Match", required=route.if_match == "required", about=_IF_MATCH))
    if route.parameters is not None:
        found += _query_parameters(route.parameters)
    found.append(_header("Accept-Language", required=False, about=_LANGUAGE))
    return found


def _header(name: str, *, required: bool, about: str, example: Any = None) -> dict[str, Any]:
    return _parameter("header", name, {"type": "string"}, required=required, about=about, example=example)


def _path_example(name: str) -> str:
    examples = {
        "id": "7f2c6a50-5f0e-4a3c-9a40-0d6a5d5c1f01",
        "name": "campaign.launched",
        "version": "1",
        "part": "minutes",
    }
    return examples.get(name, "1")


def _parameter(
    place: str, name: str, schema: dict[str, Any], *, required: bool, about: str = "", example: Any = None
) -> dict[str, Any]:
    parameter: dict[str, Any] = {"in": place, "name": name, "required": required, "schema": schema}
    if about:
        parameter["description"] = about
    if example is not None:
        parameter["example"] = example
    return parameter


def _query_parameters(parameters: type[msgspec.Struct]) -> list[dict[str, Any]]:
    (reference,), components = msgspec.json.schema_components([parameters], ref_template=_REFERENCE)
    schema = components[reference["$ref"].rsplit("/", 1)[-1]]
    examples = sample(parameters)
    found = []
    for name, inner in schema.get("properties", {}).items():
        options = [each for each in inner.get("anyOf", []) if each != {"type": "null"}]
        kind = _inlined(options[0] if len(options) == 1 else inner, components)
        parameter = _parameter("query", name, kind, required=name in schema.get("required", []), example=examples[name])
        if kind.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        found.append(parameter)
    return found


def _inlined(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema without references, since only enumerations are ever referred to."""
    if "$ref" in schema:
        return dict(components[schema["$ref"].rsplit("/", 1)[-1]])
    return {name: value for name, value in schema.items() if name != "default"}


def _answer(route: Route, schemas: _Schemas) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if route.method == "POST":
        headers["ETag"] = {"schema": {"type": "string"}, "description": "The version that the thing has now."}
        headers["Idempotency-Replayed"] = {"schema": {"type": "string"}, "description": "true on a retry."}
    if route.status == 201:
        headers["Location"] = {"schema": {"type": "string"}}
    answer: dict[str, Any] = {"description": route.summary}
    if headers:
        answer["headers"] = headers
    if route.answers is not None:
        schema, example = schemas.of(route.answers), sample(route.answers)
        if route.paged:
            following = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "The cursor of the next page."}
            schema = {
                "type": "object",
                "properties": {"items": schema, "next": following},
                "required": ["items", "next"],
            }
            example = {"items": example, "next": None}
        answer["content"] = {route.answers_as: {"schema": schema, "example": example}}
    elif route.answers_as == FILE:
        answer["content"] = {FILE: {"schema": {"type": "string", "format": "binary"}}}
    return answer


def _problem() -> dict[str, Any]:
    example = {
        "type": "urn:thidua:problem:registration.closed", "code": "registration.closed", "title": "Đã hết hạn đăng ký",
        "status": 409, "detail": "Đã hết hạn đăng ký (due_on = 2024-03-15; submitted_on = 2024-03-16)",
        "instance": "urn:uuid:0f3a0c5e-6f0a-4f39-9a53-1f2f6f9f5c11", "errors": [],
        "facts": {"due_on": "2024-03-15", "submitted_on": "2024-03-16"},
    }  # fmt: skip
    schema = {"$ref": _REFERENCE.format(name="Body")}
    return {
        "description": "What stood in the way (RFC 9457). `code` is stable; `docs/http.md` says more.",
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }
