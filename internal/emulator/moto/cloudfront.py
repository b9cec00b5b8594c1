"""CloudFront: functions, cache policies and response headers policies, which moto lacks, and what it forgets of a distribution."""

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import (
    CloudFrontBackend,
    DefaultCacheBehaviour,
    Distribution,
    Origin,
    ViewerCertificate,
    random_id,
)
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.utilities.utils import get_partition

from extend import adds, replaces

for path in (
    "function",
    "function/(?P<name>[^/]+)",
    "function/(?P<name>[^/]+)/(?P<what>[^/]+)",
    "cache-policy",
    "cache-policy/(?P<id>[^/]+)",
    "response-headers-policy",
    "response-headers-policy/(?P<id>[^/]+)",
):
    urls.url_paths["{0}/2020-05-31/" + path + "$"] = CloudFrontResponse.dispatch


class Function:
    """Code that runs at CloudFront's edge: the stage that is worked on, and the one that is live."""

    __module__ = "moto.cloudfront.models"  # so that the inventory tells of it

    def __init__(self, backend, name, config, code):
        self.name = name
        self.arn = f"arn:{get_partition(backend.region_name)}:cloudfront::{backend.account_id}:function/{name}"
        self.stages = {}
        self.update(config, code)

    def update(self, config, code):
        self.stages["DEVELOPMENT"] = {"config": config, "code": code, "etag": random_id()}

    def stage(self, name):
        if name not in self.stages:
            raise CloudFrontException("NoSuchFunctionExists", "The function does not exist.")
        return self.stages[name]

    def told(self, name):
        metadata = {"FunctionARN": self.arn, "Stage": name, "CreatedTime": utcnow(), "LastModifiedTime": utcnow()}
        return {"Name": self.name, "Status": "UNASSOCIATED", "FunctionConfig": self.stage(name)["config"], "FunctionMetadata": metadata}


class Policy:
    """What a distribution caches by, or which headers it adds."""

    __module__ = "moto.cloudfront.models"

    def __init__(self, config):
        self.id = random_id(uppercase=False)
        self.update(config)

    def update(self, config):
        self.name, self.config, self.etag = config["Name"], config, random_id()


# cloudfront:CreateFunction, DescribeFunction, GetFunction, UpdateFunction, PublishFunction, DeleteFunction: aws_cloudfront_function.
@adds(CloudFrontResponse)
def create_function(self):
    name = self._get_param("Name")
    if name in _kept(self, "functions"):
        raise CloudFrontException("FunctionAlreadyExists", "The function already exists.")
    _kept(self, "functions")[name] = Function(self.backend, name, *_function_given(self))
    return _function_answer(self)


@adds(CloudFrontResponse)
def describe_function(self):
    return _function_answer(self, self._get_param("Stage") or "DEVELOPMENT")


@adds(CloudFrontResponse)
def get_function(self):
    stage = _function(self).stage(self._get_param("Stage") or "DEVELOPMENT")
    return ActionResult({"FunctionCode": stage["code"], "ETag": stage["etag"], "ContentType": "application/octet-stream"})


@adds(CloudFrontResponse)
def update_function(self):
    _function(self).update(*_function_given(self))
    return _function_answer(self)


@adds(CloudFrontResponse)
def publish_function(self):
    stages = _function(self).stages
    stages["LIVE"] = stages["DEVELOPMENT"]
    return _function_answer(self, "LIVE")


@adds(CloudFrontResponse)
def delete_function(self):
    function = _function(self)
    for distribution in self.backend.distributions.values():
        config = distribution.distribution_config
        for behavior in [config.DefaultCacheBehavior, *config.CacheBehaviors.get("Items", [])]:
            if any(each["FunctionARN"] == function.arn for each in behavior.function_associations.get("Items", [])):
                raise CloudFrontException("FunctionInUse", "A function that a distribution uses cannot be deleted.")
    del _kept(self, "functions")[function.name]
    return EmptyResult()


def _function(response):
    functions, name = _kept(response, "functions"), response._get_param("Name")
    if name not in functions:
        raise CloudFrontException("NoSuchFunctionExists", "The function does not exist.")
    return functions[name]


def _function_given(response):
    return response._get_param("FunctionConfig"), response._get_param("FunctionCode")


def _function_answer(response, stage="DEVELOPMENT"):
    function = _function(response)
    return ActionResult({"FunctionSummary": function.told(stage), "ETag": function.stage(stage)["etag"], "Location": function.arn})


# cloudfront:CreateCachePolicy, GetCachePolicy, UpdateCachePolicy, DeleteCachePolicy: aws_cloudfront_cache_policy; the same of
# ResponseHeadersPolicy: aws_cloudfront_response_headers_policy.
def _policies(call, kind):
    def create(self):
        config = self._get_param(f"{kind}Config")
        if config["Name"] in {each.name for each in _kept(self, kind).values()}:
            raise CloudFrontException(f"{kind}AlreadyExists", f"A policy of that name exists: {config['Name']}.")
        policy = Policy(config)
        _kept(self, kind)[policy.id] = policy
        return answer(policy)

    def get(self):
        return answer(policy_of(self))

    def update(self):
        policy_of(self).update(self._get_param(f"{kind}Config"))
        return answer(policy_of(self))

    def delete(self):
        del _kept(self, kind)[policy_of(self).id]
        return EmptyResult()

    def policy_of(self):
        policies, identifier = _kept(self, kind), self._get_param("Id")
        if identifier not in policies:
            raise CloudFrontException(f"NoSuch{kind}", f"There is no such policy: {identifier}.")
        return policies[identifier]

    def answer(policy):
        told = {"Id": policy.id, "LastModifiedTime": utcnow(), f"{kind}Config": policy.config}
        return ActionResult({kind: told, "ETag": policy.etag, "Location": policy.id})

    for method in (create, get, update, delete):
        method.__name__ = f"{method.__name__}_{call}"
        adds(CloudFrontResponse)(method)


_policies("cache_policy", "CachePolicy")
_policies("response_headers_policy", "ResponseHeadersPolicy")


def _kept(response, kind):
    return response.backend.__dict__.setdefault("writersroom", {}).setdefault(kind, {})


# cloudfront:CreateDistribution, UpdateDistribution, GetDistribution: the ARN as AWS writes it, and the parts as they were given.
@replaces(Distribution)
def __init__(original, self, account_id, region_name, config):
    original(self, account_id, region_name, config)
    self.arn = f"arn:{get_partition(region_name)}:cloudfront::{account_id}:distribution/{self.id}"


@replaces(Origin)
def __init__(original, self, origin):  # noqa: F811
    original(self, origin)
    self.origin_access_control_id = origin.get("OriginAccessControlId", "")


@replaces(DefaultCacheBehaviour)
def __init__(original, self, config):  # noqa: F811
    given = config.get("ForwardedValues")
    original(self, config)
    self.function_associations = config.get("FunctionAssociations") or {"Quantity": 0}
    self.forwarded_values = self.forwarded_values if given else None


@replaces(ViewerCertificate)
def __init__(original, self, config):  # noqa: F811
    original(self, config)
    if self.acm_certificate_arn:
        self.cloud_front_default_certificate = False


# cloudfront:DeleteDistribution: refused until it is disabled.
@replaces(CloudFrontBackend)
def delete_distribution(original, self, distribution_id, if_match):
    distribution = self.distributions.get(distribution_id)
    if distribution and distribution.distribution_config.Enabled:
        raise CloudFrontException("DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.")
    return original(self, distribution_id, if_match)
