"""Amazon RDS: what moto lacks of Aurora clusters and their instances."""

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterParameterGroupNotFoundError, SubscriptionNotFoundError
from moto.rds.models import DBCluster, DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from extend import adds, replaces

DEFAULT_CA = "rds-ca-rsa2048-g1"  # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html


# rds:CreateDBCluster with EnableHttpEndpoint, and EnableHttpEndpoint and DisableHttpEndpoint: moto knows the Data API of Serverless v1
# alone, so that every plan turns it on.
@replaces(RDSBackend)
def create_db_cluster(original, self, kwargs):
    cluster = original(self, kwargs)
    cluster._enable_http_endpoint = bool(kwargs.get("enable_http_endpoint"))
    return cluster


@adds(RDSResponse)
def enable_http_endpoint(self):
    return _switch_http_endpoint(self, True)


@adds(RDSResponse)
def disable_http_endpoint(self):
    return _switch_http_endpoint(self, False)


def _switch_http_endpoint(response, on):
    arn = response.params["ResourceArn"]
    for cluster in response.backend.describe_db_clusters(arn.split(":")[-1]):
        cluster._enable_http_endpoint = on
    return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": on})


# rds:DescribeDBClusters: only a cluster of Serverless v1 has a ScalingConfigurationInfo. moto gives every cluster an empty one, which
# every plan sets.
@replaces(DBCluster)
def scaling_configuration_info(original, self):
    return original(self) if self.scaling_configuration else None


# rds:ModifyDBCluster with EnableIAMDatabaseAuthentication, which moto keeps under a name that it does not read.
@replaces(RDSBackend)
def modify_db_cluster(original, self, kwargs):
    if kwargs.get("enable_iam_database_authentication") is not None:
        self.clusters[kwargs["db_cluster_identifier"]].iam_auth = kwargs["enable_iam_database_authentication"]
    return original(self, kwargs)


# rds:DeleteDBCluster takes the cluster's automated snapshots along, unless it is told to keep them. moto keeps them.
@replaces(RDSResponse)
def delete_db_cluster(original, self):
    name = self.params["DBClusterIdentifier"]
    answer = original(self)
    if self.params.get("DeleteAutomatedBackups", True):
        for snapshot in self.backend.describe_db_cluster_snapshots(name, None, "automated"):
            self.backend.delete_db_cluster_snapshot(snapshot.db_cluster_snapshot_identifier)
    return answer


# rds:CreateDBInstance and ModifyDBInstance with EnablePerformanceInsights and MonitoringInterval, which moto forgets; and with the
# certificate authority that AWS chooses where none is asked for: the provider, seeing another, changes it and restarts the instance.
@replaces(RDSBackend)
def create_db_instance(original, self, db_kwargs):
    db_kwargs.setdefault("ca_certificate_identifier", DEFAULT_CA)
    instance = original(self, db_kwargs)
    _observe(instance, db_kwargs)
    return instance


@replaces(RDSBackend)
def modify_db_instance(original, self, db_instance_identifier, db_kwargs):
    instance = original(self, db_instance_identifier, db_kwargs)
    _observe(instance, db_kwargs)
    return instance


def _observe(instance, given):
    if given.get("enable_performance_insights") is not None:
        instance.performance_insights_enabled = given["enable_performance_insights"]
    for name in (
        "performance_insights_kms_key_id",
        "performance_insights_retention_period",
        "monitoring_interval",
        "monitoring_role_arn",
    ):
        if given.get(name) is not None:
            setattr(instance, name, given[name])


# The parameter group of an instance that has none of its own is AWS's: nobody makes it and nobody leaves it behind.
@replaces(DBInstance)
def db_parameter_groups(original, self):
    groups = original(self)
    self.backend.born_with.update({id(group): group for group in groups if group.name.startswith("default.")})
    return groups


# rds:ResetDBClusterParameterGroup: a parameter could not be given up again.
@adds(RDSResponse)
def reset_db_cluster_parameter_group(self):
    name = self.params["DBClusterParameterGroupName"]
    if name not in self.backend.db_cluster_parameter_groups:
        raise DBClusterParameterGroupNotFoundError(name)
    kept = self.backend.db_cluster_parameter_groups[name].parameters
    if self.params.get("ResetAllParameters"):
        kept.clear()
    for parameter in self.params.get("Parameters") or []:
        kept.pop(parameter["ParameterName"], None)
    return ActionResult({"DBClusterParameterGroupName": name})


# rds:ModifyEventSubscription, AddSourceIdentifierToSubscription, RemoveSourceIdentifierFromSubscription: neither what is told of nor
# whose events they are could be changed.
@adds(RDSResponse)
def modify_event_subscription(self):
    subscription = _subscription(self)
    for name in ("sns_topic_arn", "source_type", "event_categories", "enabled"):
        if self.params.get(name) is not None:
            setattr(subscription, name, self.params[name])
    return ActionResult({"EventSubscription": subscription})


@adds(RDSResponse)
def add_source_identifier_to_subscription(self):
    subscription = _subscription(self)
    subscription.source_ids = [*subscription.source_ids, self.params["SourceIdentifier"]]
    return ActionResult({"EventSubscription": subscription})


@adds(RDSResponse)
def remove_source_identifier_from_subscription(self):
    subscription = _subscription(self)
    subscription.source_ids = [source for source in subscription.source_ids if source != self.params["SourceIdentifier"]]
    return ActionResult({"EventSubscription": subscription})


def _subscription(response):
    name = response.params["SubscriptionName"]
    if name not in response.backend.event_subscriptions:
        raise SubscriptionNotFoundError(name)
    return response.backend.event_subscriptions[name]
