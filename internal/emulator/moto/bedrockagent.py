"""Agents for Amazon Bedrock: what moto lacks of knowledge bases, and their data sources."""

import json

from moto.bedrock import urls
from moto.bedrockagent.exceptions import ResourceNotFoundException
from moto.bedrockagent.models import KnowledgeBase
from moto.bedrockagent.responses import AgentsforBedrockResponse
from moto.moto_api._internal import mock_random

from bedrock import now
from extend import adds, replaces

# Paths that moto takes for Bedrock's own, since both services sign their calls with the same name.
for path in ("knowledgebases/", "knowledgebases/(?P<kb>[^/]+)/datasources/", "knowledgebases/(?P<kb>[^/]+)/datasources/(?P<ds>[^/]+)"):
    urls.url_paths["{0}/" + path + "$"] = AgentsforBedrockResponse.dispatch


class DataSource:
    """What a knowledge base reads."""

    __module__ = "moto.bedrockagent.models"  # so that the inventory tells of it

    def __init__(self, knowledge_base, settings):
        self.id = mock_random.get_random_hex(10).upper()
        self.name = settings["name"]
        self.knowledge_base_arn = knowledge_base.knowledge_base_arn  # whose environment it is of
        self.told = {"knowledgeBaseId": knowledge_base.knowledge_base_id, "dataSourceId": self.id, "createdAt": now()}
        self.update(settings)

    def update(self, settings):
        self.name = settings["name"]
        self.told |= {name: value for name, value in settings.items() if name != "clientToken"}
        self.told |= {"status": "AVAILABLE", "updatedAt": now()}


# bedrock-agent:CreateKnowledgeBase, GetKnowledgeBase: the status and the timestamps in AWS's form, and an id such as AWS chooses.
@replaces(KnowledgeBase)
def to_dict(original, self):
    moment = self.__dict__.setdefault("moment", now())
    return original(self) | {"status": "ACTIVE", "createdAt": moment, "updatedAt": moment}


# bedrock-agent:UpdateKnowledgeBase: its description could not be changed.
@adds(AgentsforBedrockResponse)
def update_knowledge_base(self):
    knowledge_base = self.bedrockagent_backend.get_knowledge_base(self.path.rsplit("/", 1)[-1])
    given = json.loads(self.body)
    knowledge_base.name, knowledge_base.description = given["name"], given.get("description")
    knowledge_base.role_arn = given["roleArn"]
    return json.dumps({"knowledgeBase": knowledge_base.to_dict()})


# bedrock-agent:CreateDataSource, GetDataSource, UpdateDataSource, DeleteDataSource: aws_bedrockagent_data_source.
@adds(AgentsforBedrockResponse)
def create_data_source(self):
    source = DataSource(_knowledge_base(self), json.loads(self.body))
    _sources(self)[source.id] = source
    return json.dumps({"dataSource": source.told})


@adds(AgentsforBedrockResponse)
def get_data_source(self):
    return json.dumps({"dataSource": _source(self).told})


@adds(AgentsforBedrockResponse)
def update_data_source(self):
    _source(self).update(json.loads(self.body))
    return self.get_data_source()


@adds(AgentsforBedrockResponse)
def delete_data_source(self):
    source = _source(self)
    del _sources(self)[source.id]
    return json.dumps({"knowledgeBaseId": source.told["knowledgeBaseId"], "dataSourceId": source.id, "status": "DELETING"})


def _knowledge_base(response):
    return response.bedrockagent_backend.get_knowledge_base(response.path.split("/")[2])


def _sources(response):
    return _knowledge_base(response).__dict__.setdefault("data_sources", {})


def _source(response):
    identifier = response.path.rsplit("/", 1)[-1]
    if identifier not in _sources(response):
        raise ResourceNotFoundException(f"There is no data source {identifier}")
    return _sources(response)[identifier]
