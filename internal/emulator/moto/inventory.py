"""GET /moto-api/inventory?account=<id>: what an account holds, over all services and regions.

moto's own listing (/moto-api/data.json) tells every object that was ever made, deleted or not. This one goes out from each service's
backend and tells what can be reached, less what the backend was born with: the default VPC, AWS's own policies.
"""

import json
from collections import deque

from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend
from moto.ec2.models.core import TaggedEC2Resource
from moto.moto_api._internal import urls
from moto.rds.models import Event
from moto.utilities.tagging_service import TaggingService

from extend import replaces

NOT_RESOURCES = {"sts"}  # sessions, which end by themselves
WANTED_TAGS = {"Environment", "Name"}
ACCOUNT_WIDE = {"AccountPasswordPolicy"}  # what an account has one of, without a tag or a name
GONE = {"deleted", "INACTIVE", "terminated", "PendingDeletion"}  # what AWS too still shows for a while


@replaces(AccountSpecificBackend)
def __getitem__(original, self, region_name):
    new = region_name not in self.keys()
    backend = original(self, region_name)
    if new and not hasattr(backend, "born_with"):  # the first two requests may come at once
        # The objects themselves are kept, so that no later one can have the id of one that went.
        backend.born_with = {id(thing): thing for thing in _things(backend, nested=True)}
    return backend


def inventory(request, full_url, headers):
    account = request.args["account"]
    resources = []
    for service in {id(backends): backends for backends in BackendDict._instances}.values():
        if service.service_name not in NOT_RESOURCES and account in service.keys():
            for region, backend in list(service[account].items()):
                things = [thing for thing in _things(backend) if not _passing(thing)]
                resources += [Resource(service.service_name, region, backend, thing) for thing in things]
    _settle_environments(resources)
    told = sorted((resource.told() for resource in resources), key=lambda resource: list(resource.values()))
    return 200, {"Content-Type": "application/json"}, json.dumps(told)


urls.url_paths["{0}/moto-api/inventory$"] = inventory


def _things(backend, nested=False):
    """The objects of moto's services that can be reached from backend, less those that it was born with. What belongs to one of
    them goes with it, and is left out unless nested."""
    born_with = getattr(backend, "born_with", {})
    seen, queue = {id(born_with)}, deque([vars(backend)])
    while queue:
        value = queue.popleft()
        if id(value) in seen or isinstance(value, (BaseBackend, AccountSpecificBackend, BackendDict)):
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            queue.extend(list(value.values()))
        elif isinstance(value, (list, tuple, set, frozenset, deque)):
            queue.extend(list(value))
        elif _is_motos(value):
            helper = type(value).__module__.startswith(("moto.core.", "moto.utilities.", "moto.moto_api."))
            new = not helper and id(value) not in born_with
            if new:
                yield value
            if nested or not new:
                queue.append(vars(value))


def _passing(thing):
    """What is on its way out, or was never the account's: what is deleted, what RDS tells of for 14 days, the keys of sessions,
    AWS's own keys."""
    gone = {_text(thing, "state"), _text(thing, "key_state"), _text(thing, "status")} & GONE
    return gone or isinstance(thing, Event) or _text(thing, "access_key_id").startswith("ASIA") or _text(thing, "key_manager") == "AWS"


class Resource:
    def __init__(self, service, region, backend, thing):
        self.service, self.region, self.kind = service, region, type(thing).__name__.removeprefix("Fake")
        self.id, self.name, self.arn = _text(thing, "id"), _text(thing, "name"), _text(thing, "arn")
        if not self.id and not self.name:
            self.id = " ".join(filter(None, (_text(thing, key) for key in vars(thing) if key.endswith(("_id", "_name", "domain")))))
        self.mentions, self.tags = set(), {}
        self._read(vars(thing))
        if isinstance(thing, TaggedEC2Resource):
            self._read(thing.get_tags())
        for tagger in vars(backend).values():
            if isinstance(tagger, TaggingService):
                for name in (self.id, self.name, self.arn):
                    self._read(tagger.get_tag_dict_for_resource(name))
        self.environment = "account" if self.kind in ACCOUNT_WIDE else self.tags.get("Environment", "")

    def _read(self, value):
        """Collects the texts in a value, among them the ids of other objects, and tags in any of moto's spellings."""
        if isinstance(value, str):
            self.mentions.add(value)
        elif isinstance(value, dict):
            for key, tag in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")):
                if value.get(key) in WANTED_TAGS:
                    self.tags[value[key]] = value.get(tag)
            self.tags |= {key: value[key] for key in WANTED_TAGS & value.keys()}
            for inner in list(value.values()):
                self._read(inner)
        elif isinstance(value, (list, tuple, set)):
            for inner in list(value):
                self._read(inner)
        elif _is_motos(value) and not isinstance(value, BaseBackend):
            self.mentions.add(_text(value, "id"))

    def told(self):
        name = self.name or self.tags.get("Name", "")
        return {
            "service": self.service, "region": self.region, "kind": self.kind,
            "id": self.id, "name": name if name != self.id else "", "environment": self.environment,
        }


def _settle_environments(resources):
    """What has no tags is of the environment that its name begins with, such as a policy of CloudWatch Logs, or else of the
    environment of what it mentions, such as the network interface of a NAT gateway."""
    environments = sorted({resource.environment for resource in resources} - {""}, key=len, reverse=True)
    for resource in resources:
        if not resource.environment:
            named = [each for each in environments if (resource.name or resource.id).startswith(f"writersroom-{each}-")]
            resource.environment = named[0] if named else ""
    while True:
        tagged = [resource for resource in resources if resource.environment]
        known = {name: resource.environment for resource in tagged for name in (resource.id, resource.arn) if name}
        settled = False
        for resource in resources:
            mentioned = resource.mentions & known.keys()
            if mentioned and not resource.environment:
                resource.environment = known[min(mentioned)]
                settled = True
        if not settled:
            return


def _text(thing, key):
    try:
        value = getattr(thing, key, "")
    except Exception:  # a property of moto's that wants more than there is
        return ""
    return value if isinstance(value, str) else ""


def _is_motos(value):
    return type(value).__module__.startswith("moto.") and hasattr(value, "__dict__") and not isinstance(value, type)
