"""IAM Access Analyzer, which moto lacks altogether: analyzers, which find nothing."""

import json
import re
import sys
from types import ModuleType
from urllib.parse import unquote

from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow
from moto.utilities.utils import get_partition


class Analyzer:
    __module__ = "moto.accessanalyzer.models"  # so that the inventory tells of it

    def __init__(self, backend, settings):
        self.name, self.type, self.tags = settings["analyzerName"], settings["type"], settings.get("tags") or {}
        self.configuration = settings.get("configuration")
        region = backend.region_name
        self.arn = f"arn:{get_partition(region)}:access-analyzer:{region}:{backend.account_id}:analyzer/{self.name}"
        self.created_at = iso_8601_datetime_without_milliseconds(utcnow())

    def told(self):
        told = {"arn": self.arn, "name": self.name, "type": self.type, "createdAt": self.created_at, "tags": self.tags, "status": "ACTIVE"}
        return told | ({"configuration": self.configuration} if self.configuration else {})


class AccessAnalyzerBackend(BaseBackend):
    __module__ = "moto.accessanalyzer.models"  # beside which moto looks for the paths

    def __init__(self, region_name, account_id):
        super().__init__(region_name, account_id)
        self.analyzers = {}


class AccessAnalyzerResponse(BaseResponse):
    def __init__(self):
        super().__init__(service_name="accessanalyzer")

    @property
    def analyzers(self):
        return backends[self.current_account][self.region].analyzers

    # access-analyzer:CreateAnalyzer, GetAnalyzer, DeleteAnalyzer: aws_accessanalyzer_analyzer. An account has one analyzer of outside
    # access in a region.
    def create_analyzer(self):
        new = Analyzer(backends[self.current_account][self.region], json.loads(self.body))
        if new.name in self.analyzers:
            raise refused(409, "ConflictException", f"Analyzer {new.name} exists")
        if any(analyzer.type == new.type == "ACCOUNT" for analyzer in self.analyzers.values()):
            raise refused(402, "ServiceQuotaExceededException", "This account has an analyzer of type ACCOUNT in this region")
        self.analyzers[new.name] = new
        return json.dumps({"arn": new.arn})

    def get_analyzer(self):
        return json.dumps({"analyzer": self._analyzer().told()})

    def delete_analyzer(self):
        del self.analyzers[self._analyzer().name]
        return "{}"

    # access-analyzer:ListTagsForResource, TagResource, UntagResource: its tags.
    def list_tags_for_resource(self):
        return json.dumps({"tags": self._tagged().tags})

    def tag_resource(self):
        self._tagged().tags |= self._get_param("tags")
        return "{}"

    def untag_resource(self):
        tags = self._tagged().tags
        for key in self.querystring.get("tagKeys", []):
            tags.pop(key, None)
        return "{}"

    def _analyzer(self):
        name = unquote(self.path.split("/")[-1])
        if name not in self.analyzers:
            raise refused(404, "ResourceNotFoundException", f"Analyzer {name} does not exist")
        return self.analyzers[name]

    def _tagged(self):
        arn = unquote(self.path.split("/tags/")[-1])
        for analyzer in self.analyzers.values():
            if analyzer.arn == arn:
                return analyzer
        raise refused(404, "ResourceNotFoundException", f"{arn} does not exist")


def refused(status, kind, message):
    error = JsonRESTError(kind, message)
    error.code = status
    return error


backends = BackendDict(AccessAnalyzerBackend, "accessanalyzer")


def _module(name, **members):
    """What moto imports of a service that it has: moto.<service>, its models and its urls."""
    module = sys.modules[name] = ModuleType(name)
    vars(module).update(members)


_module("moto.accessanalyzer", accessanalyzer_backends=backends)
_module("moto.accessanalyzer.models", accessanalyzer_backends=backends)
_module(
    "moto.accessanalyzer.urls",
    url_bases=[r"https?://access-analyzer\.(.+)\.amazonaws\.com"],
    url_paths={
        "{0}/analyzer$": AccessAnalyzerResponse.dispatch,
        "{0}/analyzer/(?P<name>[^/]+)$": AccessAnalyzerResponse.dispatch,
        "{0}/tags/(?P<arn>.+)$": AccessAnalyzerResponse.dispatch,
    },
)
backend_index.backend_url_patterns.append(("accessanalyzer", re.compile(r"https?://access-analyzer\.(.+)\.amazonaws\.com")))
