"""GET /moto-api/calls?account=<id>: what Terraform has asked of an account since this was asked last, sorted, each call once, as
"service:Operation" with the service as IAM names it ("ec2:CreateVpc"). From these is told whether a role may deploy.

The service is the one that a request is signed for, and the operation what botocore's models say of the request. They are read when
somebody asks: that takes seconds, which most emulators need not spend.
"""

import functools
import json
import re
from collections import defaultdict
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import botocore.session
from moto.core.utils import convert_to_flask_response
from moto.iam.models import get_account_id_from
from moto.moto_api._internal import urls

from extend import replaces

SIGNED = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
IAM_NAMES = {"monitoring": "cloudwatch"}  # where a service signs under another name than IAM has for it


class Call(NamedTuple):
    """A request, as far as it tells which operation it calls."""

    service: str
    operation: str | None  # where the request says it
    method: str = ""
    path: str = ""
    query: frozenset = frozenset()
    headers: frozenset = frozenset()


seen = defaultdict(set)


@replaces(convert_to_flask_response)
def __call__(original, self, args=None, **kwargs):
    from flask import request

    signed = SIGNED.search(request.headers.get("Authorization", ""))
    if signed and "Terraform" in request.headers.get("User-Agent", ""):
        key, service = signed.groups()
        seen[get_account_id_from(key)].add(_call(service, request))
    return original(self, args, **kwargs)


def calls(request, full_url, headers):
    operations = {f"{IAM_NAMES.get(call.service, call.service)}:{_operation(call)}" for call in seen.pop(request.args["account"], ())}
    return 200, {"Content-Type": "application/json"}, json.dumps(sorted(operations))


urls.url_paths["{0}/moto-api/calls$"] = calls


def _call(service, request):
    target = request.headers.get("X-Amz-Target")
    form = request.form if request.mimetype.endswith("form-urlencoded") else {}
    operation = target.split(".")[-1] if target else request.args.get("Action") or form.get("Action")
    if operation:
        return Call(service, operation)
    if service == "apigateway":
        return Call(service, request.method)  # which is how IAM names its actions
    path = urlsplit(request.environ.get("RAW_URI", request.path)).path.rstrip("/")  # in which an ARN's slashes are still escaped
    headers = frozenset(name.lower() for name in request.headers.keys())
    return Call(service, None, request.method, path, frozenset(request.args.items()), headers)


def _operation(call):
    """The operation's name, or method and path where no model knows the request."""
    if call.operation:
        return call.operation
    asked = dict(call.query)
    for pattern, query, headers, name in _rest(call.service).get(call.method, ()):
        said = all(key in asked and value in (None, asked[key]) for key, value in query.items())
        if pattern.fullmatch(call.path) and said and headers <= call.headers:
            return name
    return f"{call.method} {call.path}"


@functools.cache
def _models():
    """The models of the REST APIs, by the service that their requests are signed for."""
    session = botocore.session.get_session()
    models = defaultdict(list)
    for model in map(session.get_service_model, session.get_available_services()):
        if model.metadata["protocol"].startswith("rest"):
            models[model.signing_name].append(model)
    return models


@functools.cache
def _rest(service):
    """The operations of every API that is signed for under that name, by method, the most particular first."""
    operations = defaultdict(list)
    for model in _models()[service]:
        for operation in map(model.operation_model, model.operation_names):
            uri, _, literals = operation.http["requestUri"].partition("?")
            query = dict(parse_qsl(literals, keep_blank_values=True))
            query.pop("x-id", None)
            headers = set()
            shape = operation.input_shape
            for member in shape.required_members if shape else ():
                told = shape.members[member].serialization
                if told.get("location") == "querystring":
                    query.setdefault(told["name"])
                elif told.get("location") == "header":
                    headers.add(told["name"].lower())
            # A version of the API that is part of an operation's name is not part of the action's.
            name = re.sub(r"\d{4}_\d\d_\d\d$", "", operation.name)
            operations[operation.http["method"]].append((uri.rstrip("/"), query, headers, name))
    return {method: [(_pattern(uri), *rest) for uri, *rest in sorted(known, key=_particular)] for method, known in operations.items()}


def _particular(operation):
    uri, query, headers, name = operation
    return -len(query), -len(headers), uri.count("{"), -len(uri), name


def _pattern(uri):
    parts = re.split(r"({[^}]+})", uri)
    return re.compile("".join((".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts))
