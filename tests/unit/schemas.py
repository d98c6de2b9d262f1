# SPDX-License-Identifier: GPL-2.0
"""docs/schema, looked at from both sides. Each schema is one by Debian's python3-jsonschema, strict,
and says what each field is. Against the documents in the files that are its arguments, which are
valid: none of their fields can be missing in the schema, each field of the schema is in one of
them, and tools/docs/validate says of a document with a hole what python3-jsonschema says. Prints
TAP, for tests/unit/test_schemas.sh.
"""
import copy
import glob
import importlib.machinery
import importlib.util
import json
import re
import sys

import fastjsonschema
import jsonschema

# What means the same in draft 7, which tools/docs/validate compiles, and in 2020-12.
KEYWORDS = set("""$schema $id $comment $defs $ref title description type const enum minimum maximum
    pattern maxLength minItems maxItems items properties required additionalProperties propertyNames oneOf anyOf""".split())


def load(path):
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("validate", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("validate", loader))
    loader.exec_module(module)
    return module


validate = load("tools/docs/validate")


def tap(what, faults):
    faults = list(faults)
    print(f"not ok - {what}: {'; '.join(faults[:20])}" if faults else f"ok - {what}")


def inside(schema, path=()):
    """(path, schema) of each schema in it, itself first."""
    yield path, schema
    for key in ("$defs", "properties"):
        for name, one in schema.get(key, {}).items():
            yield from inside(one, (*path, key, name))
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            yield from inside(schema[key], (*path, key))
    for key in ("oneOf", "anyOf"):
        for number, one in enumerate(schema.get(key, [])):
            yield from inside(one, (*path, key, number))


def spelled(path):
    return ".".join(str(step) for step in path if step not in ("$defs", "properties"))


def loose_ends(schema):
    for path, one in inside(schema):
        name = spelled(path) or "the whole"
        if set(one) - KEYWORDS:
            yield f"{name}: keywords {set(one) - KEYWORDS}"
        # Draft 7 ignores what stands beside it.
        if "$ref" in one and set(one) - {"$ref", "description"}:
            yield f"{name}: $ref beside {set(one)}"
        if "properties" in one and one.get("additionalProperties") is not False:
            yield f"{name}: other fields are allowed"
        if one.get("type") == "object" and "additionalProperties" not in one:
            yield f"{name}: any field is allowed"
        for field, of in one.get("properties", {}).items():
            said = of.get("description", "")
            if not said:
                yield f"{name}.{field}: no description"
            if re.search("_(ns|ms|us)$", field) and "seconds" not in said:
                yield f"{name}.{field}: no unit"


def reached(schema, name):
    """The names of $defs that this one refers to, and itself."""
    found, todo = set(), [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            text = json.dumps(schema["$defs"][one])
            todo += re.findall(r'"\$ref": "#/\$defs/(\w+)"', text)
    return found


def documents_of(files):
    """By name of the schema, each once."""
    found = {}
    for path in files:
        current = None
        with open(path, encoding="utf-8") as file:
            for document in map(json.loads, file):
                current = document.get("schema", current)
                name = "smmuscope.log/1" if document.get("type") == "log" else current
                found.setdefault(name, {})[json.dumps(document)] = document
    return {name: list(of.values()) for name, of in found.items()}


def valid(compiled, document):
    try:
        compiled.check(document)
    except (validate.Invalid, fastjsonschema.JsonSchemaValueException):
        return False
    return True


def concerned(schema, path, documents):
    """The part of a stream's schema that a change at this path concerns, and its documents."""
    if "oneOf" not in schema or path[:1] != ("$defs",):
        return schema, documents
    types = [one["$ref"].rsplit("/", 1)[1] for one in schema["oneOf"]]
    types = [name for name in types if path[1] in reached(schema, name)]
    part = {**schema, "oneOf": [{"$ref": "#/$defs/" + name} for name in types]}
    return part, [one for one in documents if one.get("type") in types]


def unnoticed(schema, documents):
    """Fields without which the schema still lets all documents pass."""
    for path, one in inside(schema):
        for field in one.get("properties", {}):
            part, some = concerned(schema, path, documents)
            part = copy.deepcopy(part)
            holder = part
            for step in path:
                holder = holder[step]
            del holder["properties"][field]
            holder["required"] = [name for name in holder.get("required", []) if name != field]
            compiled = validate.Schema(part)
            if all(valid(compiled, document) for document in some):
                yield spelled((*path, field))


def holes(document):
    """(name, the document without that field) for each of its fields, also of inner ones."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(document, dict):
            yield key, {other: document[other] for other in document if other != key}
        for name, inner in holes(value) if isinstance(value, (dict, list)) else ():
            changed = copy.copy(document)
            changed[key] = inner
            yield f"{key}.{name}", changed


def disagreements(schema, documents):
    """Of documents with a hole, and that something is missed in each that lacks a field."""
    second, compiled, missed = jsonschema.Draft202012Validator(schema), validate.Schema(schema), 0
    # One of each form: a type, and the fields it has.
    forms = {json.dumps([one.get("type"), list(one)]): one for one in documents}
    for document in forms.values():
        for name, hole in [("nothing", document), *holes(document)]:
            one = valid(compiled, hole)
            missed += not one
            if one != second.is_valid(hole):
                yield f"without {name}: {document}"
    if documents and not missed:
        yield "nothing is missed"


def main():
    documents, shared = documents_of(sys.argv[1:]), {}
    for path in sorted(glob.glob("docs/schema/*.json")):
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        own = documents.get(validate.name_of(schema), [])
        tap(f"{path}: strict, and says what each field is", loose_ends(schema))
        tap(f"{path}: each of its fields is in a document, which is refused without it in the schema",
            unnoticed(schema, own))
        tap(f"{path}: both validators agree about documents that lack a field",
            disagreements(schema, own))
        for name, one in schema["$defs"].items():
            shared.setdefault(name, []).append((path, one))
    same = {"u64", "u32", "bdf", "queue", "cerror", "kind", "opcode", "ledger", "loss_sum",
            "by_kind", "blind"}
    tap("what several schemas have, they have in the same words",
        (f"{name} of {path}" for name in same for path, one in shared[name]
         if one != shared[name][0][1]))


main()
