"""The document laid out for the page: every operation with its fields in a flat list and a command to try."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
DEEPEST = 5


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it; fields are (path, what it may be, description)."""

    method: str
    path: str
    does: Json
    parameters: list[Json]
    sent: list[tuple[str, str, str]]
    answered: list[tuple[str, str, str]]
    command: str
    example: str
    statuses: list[tuple[str, str]]


def operations(document: Json) -> list[Operation]:
    """Every operation in the order of the document."""
    base, found = document["servers"][0]["url"], []
    for path, methods in document["paths"].items():
        for method, does in methods.items():
            body = does.get("requestBody", {}).get("content", {}).get("application/json", {})
            good = does["responses"]["200"]["content"]["application/json"]
            found.append(Operation(
                method=method.upper(), path=path, does=does, parameters=does.get("parameters", []),
                sent=fields(document, body.get("schema", {})), answered=fields(document, good["schema"]),
                command=command(base, path, method, does, body.get("example")),
                example=json.dumps(good["example"], ensure_ascii=False, indent=2) if "example" in good else "",
                statuses=[(code, one["description"]) for code, one in does["responses"].items()]))
    return found


def command(base: str, path: str, method: str, does: Json, body: Any) -> str:
    """A line for a terminal that can be tried as it stands."""
    for one in does.get("parameters", []):
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", quote(one["example"]))
    asked = "&".join(f"{one['name']}={one['example']}" for one in does.get("parameters", [])
                     if one["in"] == "query" and "example" in one)
    line = f"curl '{base}{path}{'?' + asked if asked else ''}'"
    if method == "post":
        sent = set_out(body)
        line += f" \\\n  -H 'Content-Type: application/json' \\\n  -d '{sent}'"
    return line


def set_out(value: Json) -> str:
    """JSON with a line for each part, and for each answer inside a part that holds objects."""
    parts = []
    for name, part in value.items():
        text = json.dumps(part, ensure_ascii=False)
        if any(isinstance(one, dict) for one in part.values()):
            inside = ",\n".join(f"    {json.dumps(key)}: {json.dumps(one, ensure_ascii=False)}"
                                for key, one in part.items())
            text = "{\n" + inside + "\n  }"
        parts.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}"


def fields(document: Json, schema: Json, path: str = "", deep: int = 0) -> list[tuple[str, str, str]]:
    """The fields of a shape, those inside after it, as paths such as `items[].points`."""
    schema = resolved(document, schema)
    rows: list[tuple[str, str, str]] = []
    if deep > DEEPEST:
        return rows
    for name, one in schema.get("properties", {}).items():
        inner = resolved(document, one)
        here = f"{path}{name}"
        rows.append((here, kind(document, one), one.get("description", "")))
        if inner.get("type") == "array":
            rows += fields(document, inner["items"], f"{here}[].", deep + 1)
        elif isinstance(inner.get("additionalProperties"), dict):
            rows += fields(document, inner["additionalProperties"], f"{here}.*.", deep + 1)
        else:
            rows += fields(document, inner, f"{here}.", deep + 1)
    return rows


def resolved(document: Json, schema: Json) -> Json:
    """The shape behind a reference, or behind "this or null"."""
    if "$ref" in schema:
        return resolved(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
    if "anyOf" in schema and schema["anyOf"][-1] == {"type": "null"} and len(schema["anyOf"]) == 2:
        return resolved(document, schema["anyOf"][0])
    return schema


def kind(document: Json, schema: Json) -> str:
    """What a value may be, in the words of JSON."""
    if schema.get("$ref", "").endswith("/Figure"):
        return "number | string"
    inner = resolved(document, schema)
    if "enum" in inner:
        return " | ".join(inner["enum"])
    if inner.get("type") == "array":
        return "array"
    return str(inner.get("type", "object")) + (" | null" if inner is not schema and "anyOf" in schema else "")
