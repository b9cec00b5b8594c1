"""GET /moto-api/calls?account=<id>: what Terraform has asked of an account since this was asked last, sorted, each call once, as
"service:Operation" with the service as IAM names it ("ec2:CreateVpc"). From these is told whether a role may deploy.

The service is the one that a request is signed for, and the operation what botocore's models say of the request.
"""

import functools
import json
import re
from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

import botocore.session
from moto.core.utils import convert_to_flask_response
from moto.iam.models import get_account_id_from
from moto.moto_api._internal import urls

from extend import replaces

SIGNED = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/aws4_request")
IAM_NAMES = {"monitoring": "cloudwatch"}  # where a service signs under another name than IAM has for it

seen = defaultdict(set)


@replaces(convert_to_flask_response)
def __call__(original, self, args=None, **kwargs):
    from flask import request

    signed = SIGNED.search(request.headers.get("Authorization", ""))
    if signed and "Terraform" in request.headers.get("User-Agent", ""):
        key, service = signed.groups()
        seen[get_account_id_from(key)].add(f"{IAM_NAMES.get(service, service)}:{_operation(service, request)}")
    return original(self, args, **kwargs)


def calls(request, full_url, headers):
    return 200, {"Content-Type": "application/json"}, json.dumps(sorted(seen.pop(request.args["account"], ())))


urls.url_paths["{0}/moto-api/calls$"] = calls


def _operation(service, request):
    """The operation's name, or method and path where no model knows the request."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.split(".")[-1]
    action = request.args.get("Action") or (request.form.get("Action") if request.mimetype.endswith("form-urlencoded") else None)
    if action:
        return action
    if service == "apigateway":
        return request.method  # which is how IAM names its actions
    path = urlsplit(request.environ.get("RAW_URI", request.path)).path.rstrip("/")  # in which an ARN's slashes are still escaped
    for pattern, query, headers, name in _rest(service).get(request.method, ()):
        said = all(key in request.args and value in (None, request.args[key]) for key, value in query.items())
        if pattern.fullmatch(path) and said and all(header in request.headers for header in headers):
            return name
    return f"{request.method} {path}"


@functools.cache
def _rest(service):
    """The operations of every API that is signed for under that name, by method, the most particular first."""
    session = botocore.session.get_session()
    operations = defaultdict(list)
    for api in session.get_available_services():
        model = session.get_service_model(api)
        if model.signing_name != service:
            continue
        for operation in map(model.operation_model, model.operation_names):
            uri, _, literals = operation.http["requestUri"].partition("?")
            query = dict(parse_qsl(literals, keep_blank_values=True))
            query.pop("x-id", None)
            headers = []
            shape = operation.input_shape
            for member in shape.required_members if shape else ():
                told = shape.members[member].serialization
                if told.get("location") == "querystring":
                    query.setdefault(told["name"])
                elif told.get("location") == "header":
                    headers.append(told["name"])
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
