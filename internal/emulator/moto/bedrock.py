"""Amazon Bedrock: guardrails and application inference profiles, which moto lacks."""

import json
from datetime import datetime, timezone
from urllib.parse import unquote

from moto.bedrock.exceptions import BedrockClientError, ResourceNotFoundException
from moto.bedrock.models import BedrockBackend
from moto.bedrock.responses import BedrockResponse
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from extend import adds, replaces


class Guardrail:
    """A guardrail: its draft, and the versions that were published of it."""

    __module__ = "moto.bedrock.models"  # so that the inventory tells of it

    def __init__(self, backend, settings):
        self.id = mock_random.get_random_hex(12)
        self.name = settings["name"]
        self.arn = _arn(backend, f"guardrail/{self.id}")
        self.created_at = now()
        self.published = 0
        self.versions = {}
        self.draft(settings)

    def draft(self, settings):
        self.name = settings["name"]
        self.versions["DRAFT"] = settings | {"version": "DRAFT", "updatedAt": now()}

    def publish(self, description):
        self.published += 1
        version = str(self.published)
        self.versions[version] = self.versions["DRAFT"] | {"version": version, "description": description, "updatedAt": now()}
        return version

    def told(self, version):
        if version not in self.versions:
            raise ResourceNotFoundException(f"The guardrail {self.id} has no version {version}")
        settings = _without_config({name: value for name, value in self.versions[version].items() if value is not None})
        kms_key = settings.pop("kmsKeyId", None)
        return (
            settings
            | ({"kmsKeyArn": kms_key} if kms_key else {})
            | {"guardrailId": self.id, "guardrailArn": self.arn, "status": "READY", "createdAt": self.created_at}
        )


class InferenceProfile:
    """A name of the account's for a model, by which its use is metered."""

    __module__ = "moto.bedrock.models"

    def __init__(self, backend, settings):
        self.id = mock_random.get_random_hex(12)
        self.name = settings["inferenceProfileName"]
        self.arn = _arn(backend, f"application-inference-profile/{self.id}")
        self.description = settings.get("description")
        self.models = [{"modelArn": settings["modelSource"]["copyFrom"]}]
        self.created_at = now()

    def told(self):
        return {
            "inferenceProfileId": self.id,
            "inferenceProfileArn": self.arn,
            "inferenceProfileName": self.name,
            **({"description": self.description} if self.description else {}),
            "models": self.models,
            "status": "ACTIVE",
            "type": "APPLICATION",
            "createdAt": self.created_at,
            "updatedAt": self.created_at,
        }


# bedrock:CreateGuardrail, GetGuardrail, UpdateGuardrail, DeleteGuardrail, CreateGuardrailVersion: aws_bedrock_guardrail and
# aws_bedrock_guardrail_version.
@adds(BedrockResponse)
def create_guardrail(self):
    settings = json.loads(self.body)
    tags = settings.pop("tags", [])
    if any(guardrail.name == settings["name"] for guardrail in _guardrails(self).values()):
        raise BedrockClientError("ConflictException", f"There is a guardrail of the name {settings['name']}")
    guardrail = Guardrail(self.bedrock_backend, settings)
    _guardrails(self)[guardrail.id] = guardrail
    self.bedrock_backend.tag_resource(guardrail.arn, tags)
    return json.dumps(guardrail.told("DRAFT"))


@adds(BedrockResponse)
def get_guardrail(self):
    return json.dumps(_of(self, _guardrails(self)).told(self._get_param("guardrailVersion", "DRAFT")))


@adds(BedrockResponse)
def update_guardrail(self):
    guardrail = _of(self, _guardrails(self))
    guardrail.draft(json.loads(self.body))
    return json.dumps(guardrail.told("DRAFT"))


@adds(BedrockResponse)
def create_guardrail_version(self):
    guardrail = _of(self, _guardrails(self))
    version = guardrail.publish(json.loads(self.body).get("description"))
    return json.dumps({"guardrailId": guardrail.id, "version": version})


@adds(BedrockResponse)
def delete_guardrail(self):
    guardrail, version = _of(self, _guardrails(self)), self._get_param("guardrailVersion")
    if version:
        guardrail.told(version)  # answers that there is none
        del guardrail.versions[version]
    else:
        del _guardrails(self)[guardrail.id]
    return "{}"


# bedrock:CreateInferenceProfile, GetInferenceProfile, DeleteInferenceProfile: aws_bedrock_inference_profile.
@adds(BedrockResponse)
def create_inference_profile(self):
    settings = json.loads(self.body)
    profile = InferenceProfile(self.bedrock_backend, settings)
    _profiles(self)[profile.id] = profile
    self.bedrock_backend.tag_resource(profile.arn, settings.get("tags", []))
    return json.dumps({"inferenceProfileArn": profile.arn, "status": "ACTIVE"})


@adds(BedrockResponse)
def get_inference_profile(self):
    return json.dumps(_of(self, _profiles(self)).told())


@adds(BedrockResponse)
def delete_inference_profile(self):
    del _profiles(self)[_of(self, _profiles(self)).id]
    return "{}"


# bedrock:TagResource, UntagResource, ListTagsForResource know these too.
@replaces(BedrockBackend)
def _list_arns(original, self):
    return original(self) + [thing.arn for kind in ("guardrails", "profiles") for thing in getattr(self, kind, {}).values()]


def _guardrails(response):
    return response.bedrock_backend.__dict__.setdefault("guardrails", {})


def _profiles(response):
    return response.bedrock_backend.__dict__.setdefault("profiles", {})


def _of(response, things):
    """The one that the path names by its id or its ARN."""
    identifier = unquote(response.path).rsplit("/", 1)[-1]
    if identifier not in things:
        raise ResourceNotFoundException(f"There is no {identifier}")
    return things[identifier]


def _without_config(value):
    """A guardrail's policies as they are told: {"filtersConfig": …} is given, {"filters": …} is answered."""
    if isinstance(value, dict):
        return {name.removesuffix("Config"): _without_config(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_config(inner) for inner in value]
    return value


def _arn(backend, resource):
    return f"arn:{get_partition(backend.region_name)}:bedrock:{backend.region_name}:{backend.account_id}:{resource}"


def now():
    """The form that Bedrock's timestamps have."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
