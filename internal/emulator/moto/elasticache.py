"""Amazon ElastiCache: what moto lacks of replication groups, and the groups of users, parameters and subnets that belong to them."""

from moto.core.common_models import BaseModel
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import (
    CacheSubnetGroupNotFound,
    ElastiCacheException,
    InvalidParameterCombinationException,
    ReplicationGroupNotFound,
    UserNotFound,
)
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from extend import adds, replaces


class Fault(ElastiCacheException):
    def __init__(self, code, message):
        self.code = code
        super().__init__(message)


class UserGroup(BaseModel):
    __module__ = ElastiCacheBackend.__module__  # which makes it one of the account's resources for the inventory

    def __init__(self, backend, given):
        self.user_group_id, self.engine = given["UserGroupId"].lower(), given["Engine"].lower()
        self.user_ids = given.get("UserIds", [])
        self.status, self.arn = "active", _arn(backend, "usergroup", self.user_group_id)


class CacheParameterGroup(BaseModel):
    __module__ = ElastiCacheBackend.__module__

    def __init__(self, backend, given):
        self.cache_parameter_group_name = given["CacheParameterGroupName"].lower()
        self.cache_parameter_group_family, self.description = given["CacheParameterGroupFamily"], given["Description"]
        self.parameters, self.arn = {}, _arn(backend, "parametergroup", self.cache_parameter_group_name)


def _arn(backend, kind, name):
    return f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:{kind}:{name}"


def _held(response, kind):
    return response.elasticache_backend.__dict__.setdefault(kind, {})


def _find(response, kind, name, code):
    held = _held(response, kind)
    if name not in held:
        raise Fault(code, f"{name} not found.")
    return held[name]


# elasticache:ListTagsForResource of user and parameter groups too.
@replaces(ElastiCacheBackend)
def list_tags_for_resource(original, self, arn):
    return self.tagging_service.list_tags_for_resource(arn)


# elasticache:CreateUser with IAM authentication demands one name; ModifyUser; DeleteUser takes the user out of its groups.
@replaces(ElastiCacheBackend)
def create_user(original, self, user_id, user_name, engine, passwords, access_string, no_password_required,
                authentication_type, tags=None):
    if authentication_type == "iam" and user_id != user_name:
        raise InvalidParameterCombinationException("User Id and User name must be same for authentication type: iam")
    return original(self, user_id, user_name, engine, passwords, access_string, no_password_required,
                    authentication_type, tags)


@adds(ElastiCacheResponse)
def modify_user(self):
    given = self._get_params()
    if given["UserId"] not in self.elasticache_backend.users:
        raise UserNotFound(given["UserId"])
    user = self.elasticache_backend.users[given["UserId"]]
    user.access_string = given.get("AccessString", user.access_string)
    return ActionResult(user)


@replaces(ElastiCacheBackend)
def delete_user(original, self, user_id):
    for group in self.__dict__.get("user_groups", {}).values():
        group.user_ids = [member for member in group.user_ids if member != user_id]
    return original(self, user_id)


# elasticache:CreateUserGroup, DescribeUserGroups, ModifyUserGroup, DeleteUserGroup: aws_elasticache_user_group.
@adds(ElastiCacheResponse)
def create_user_group(self):
    group = UserGroup(self.elasticache_backend, self._get_params())
    if group.user_group_id in _held(self, "user_groups"):
        raise Fault("UserGroupAlreadyExists", f"User Group {group.user_group_id} already exists.")
    _check_members(self, group)
    _held(self, "user_groups")[group.user_group_id] = group
    self.elasticache_backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
    return ActionResult(group)


@adds(ElastiCacheResponse)
def describe_user_groups(self):
    wanted = self._get_param("UserGroupId")
    groups = [_find(self, "user_groups", wanted, "UserGroupNotFound")] if wanted else list(_held(self, "user_groups").values())
    return ActionResult({"UserGroups": groups})


@adds(ElastiCacheResponse)
def modify_user_group(self):
    group = _find(self, "user_groups", self._get_param("UserGroupId"), "UserGroupNotFound")
    removed = self._get_param("UserIdsToRemove", [])
    group.user_ids = [member for member in group.user_ids if member not in removed] + self._get_param("UserIdsToAdd", [])
    _check_members(self, group)
    return ActionResult(group)


@adds(ElastiCacheResponse)
def delete_user_group(self):
    group = _find(self, "user_groups", self._get_param("UserGroupId"), "UserGroupNotFound")
    if any(group.user_group_id in each.user_group_ids for each in self.elasticache_backend.replication_groups.values()):
        raise Fault("InvalidUserGroupState", f"User group {group.user_group_id} is associated with a replication group.")
    del _held(self, "user_groups")[group.user_group_id]
    self.elasticache_backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return ActionResult(group)


def _check_members(response, group):
    """Of Redis, a group has a user named default; of Valkey, all of them authenticate."""
    users = response.elasticache_backend.users
    for member in group.user_ids:
        if member not in users:
            raise UserNotFound(member)
    members = [users[member] for member in group.user_ids]
    if group.engine == "redis" and all(user.name != "default" for user in members):
        raise Fault("DefaultUserRequired", "User group needs to contain a user with the user name default.")
    if group.engine == "valkey" and any(user.no_password_required for user in members):
        raise InvalidParameterCombinationException("Users of a valkey user group must authenticate.")


# elasticache:…CacheParameterGroup(s), DescribeCacheParameters: aws_elasticache_parameter_group. The engine's defaults are not told.
@adds(ElastiCacheResponse)
def create_cache_parameter_group(self):
    group = CacheParameterGroup(self.elasticache_backend, self._get_params())
    if group.cache_parameter_group_name in _held(self, "parameter_groups"):
        raise Fault("CacheParameterGroupAlreadyExists", f"{group.cache_parameter_group_name} already exists.")
    _held(self, "parameter_groups")[group.cache_parameter_group_name] = group
    self.elasticache_backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
    return ActionResult({"CacheParameterGroup": group})


@adds(ElastiCacheResponse)
def describe_cache_parameter_groups(self):
    groups = [_parameter_group(self)] if self._get_param("CacheParameterGroupName") else list(_held(self, "parameter_groups").values())
    return ActionResult({"CacheParameterGroups": groups})


@adds(ElastiCacheResponse)
def describe_cache_parameters(self):
    parameters = _parameter_group(self).parameters.items()
    return ActionResult({
        "Parameters": [{"ParameterName": name, "ParameterValue": value, "Source": "user"} for name, value in parameters],
    })


@adds(ElastiCacheResponse)
def modify_cache_parameter_group(self):
    group = _parameter_group(self)
    group.parameters |= {each["ParameterName"]: each["ParameterValue"] for each in self._get_param("ParameterNameValues")}
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


@adds(ElastiCacheResponse)
def reset_cache_parameter_group(self):
    group = _parameter_group(self)
    for each in self._get_param("ParameterNameValues", []):
        group.parameters.pop(each["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


@adds(ElastiCacheResponse)
def delete_cache_parameter_group(self):
    group, users = _parameter_group(self), self.elasticache_backend.replication_groups.values()
    if any(each.cache_parameter_group_name == group.cache_parameter_group_name for each in users):
        raise Fault("InvalidCacheParameterGroupState", "One or more cache clusters are still members of this parameter group.")
    del _held(self, "parameter_groups")[group.cache_parameter_group_name]
    self.elasticache_backend.tagging_service.delete_all_tags_for_resource(group.arn)
    return EmptyResult()


def _parameter_group(response):
    return _find(response, "parameter_groups", response._get_param("CacheParameterGroupName"), "CacheParameterGroupNotFound")


# elasticache:ModifyCacheSubnetGroup, DeleteCacheSubnetGroup: aws_elasticache_subnet_group.
@adds(ElastiCacheResponse)
def modify_cache_subnet_group(self):
    given, backend = self._get_params(), self.elasticache_backend
    group = backend.describe_cache_subnet_groups(given["CacheSubnetGroupName"])[0]
    group.__init__(backend.account_id, backend.region_name, group.cache_subnet_group_name,
                   given.get("CacheSubnetGroupDescription", group.cache_subnet_group_description),
                   given.get("SubnetIds", group.subnet_ids), group.tags)
    return ActionResult({"CacheSubnetGroup": group})


@adds(ElastiCacheResponse)
def delete_cache_subnet_group(self):
    name, backend = self._get_param("CacheSubnetGroupName"), self.elasticache_backend
    if name not in backend.cache_subnet_groups:
        raise CacheSubnetGroupNotFound(name)
    if any(group.cache_subnet_group_name == name for group in backend.replication_groups.values()):
        raise Fault("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
    backend.tagging_service.delete_all_tags_for_resource(backend.cache_subnet_groups.pop(name).arn)
    return EmptyResult()


# elasticache:CreateReplicationGroup counts NumCacheClusters, names a reader, and lets users in over TLS alone.
@replaces(ElastiCacheResponse)
def create_replication_group(original, self):
    given = self._get_params()
    if given.get("UserGroupIds") and not given.get("TransitEncryptionEnabled"):
        raise InvalidParameterCombinationException("User group based access control requires encryption-in-transit to be enabled.")
    for name in given.get("UserGroupIds", []):
        _find(self, "user_groups", name, "UserGroupNotFound")
    answer = original(self)
    group = self.elasticache_backend.replication_groups[given["ReplicationGroupId"]]
    group.security_group_ids = group.security_group_ids or []
    _set_members(group, given.get("NumCacheClusters", 1))
    return answer


def _set_members(group, count):
    shard = group.node_groups[0]
    domain = shard["primary_endpoint_address"].removeprefix("master.")
    shard["reader_endpoint"] = {"address": shard["reader_endpoint_address"], "port": group.port}
    shard["node_group_members"], group.member_clusters = [], []
    group._set_node_members_clusters_disabled(group.member_clusters, group.replication_group_id, domain, shard, [], count, count - 1)


# elasticache:DescribeCacheClusters tells of replication groups' members too: the provider reads most of a group's settings there.
@replaces(ElastiCacheBackend)
def describe_cache_clusters(original, self, cache_cluster_id=None):
    members = {name: _member(group, name) for group in self.replication_groups.values() for name in group.member_clusters}
    if cache_cluster_id in members:
        return [members[cache_cluster_id]]
    return original(self, cache_cluster_id) + ([] if cache_cluster_id else list(members.values()))


def _member(group, cluster):
    topic = group.notification_topic_arn
    return {
        "CacheClusterId": cluster,
        "ReplicationGroupId": group.replication_group_id,
        "CacheClusterStatus": "available",
        "NumCacheNodes": 1,
        "CacheNodeType": group.cache_node_type,
        "Engine": group.engine,
        "EngineVersion": f"{group.engine_version}.0",
        "AutoMinorVersionUpgrade": group.auto_minor_version_upgrade,
        "CacheParameterGroup": {"CacheParameterGroupName": group.cache_parameter_group_name},
        "CacheSubnetGroupName": group.cache_subnet_group_name,
        "SecurityGroups": [{"SecurityGroupId": each, "Status": "active"} for each in group.security_group_ids],
        "NotificationConfiguration": {"TopicArn": topic, "TopicStatus": "active"} if topic else None,
        "PreferredMaintenanceWindow": group.preferred_maintenance_window,
        "AtRestEncryptionEnabled": group.at_rest_encryption_enabled,
        "TransitEncryptionEnabled": group.transit_encryption_enabled,
        "TransitEncryptionMode": group.transit_encryption_mode,
        "AuthTokenEnabled": group.auth_token_enabled,
    }


# elasticache:ModifyReplicationGroup, IncreaseReplicaCount, DecreaseReplicaCount; DeleteReplicationGroup, after which it is gone.
SETTINGS = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "CacheNodeType": "cache_node_type",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "EngineVersion": "engine_version",
    "NotificationTopicArn": "notification_topic_arn",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "ReplicationGroupDescription": "description",
    "SecurityGroupIds": "security_group_ids",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "TransitEncryptionMode": "transit_encryption_mode",
}


@adds(ElastiCacheResponse)
def modify_replication_group(self):
    given, group = self._get_params(), _replication_group(self)
    for name in SETTINGS.keys() & given.keys():
        setattr(group, SETTINGS[name], given[name])
    for name, attribute in (("AutomaticFailoverEnabled", "automatic_failover"), ("MultiAZEnabled", "multi_az")):
        if name in given:
            setattr(group, attribute, "enabled" if given[name] else "disabled")
    removed = given.get("UserGroupIdsToRemove", [])
    group.user_group_ids = [name for name in group.user_group_ids if name not in removed] + given.get("UserGroupIdsToAdd", [])
    changed = given.get("LogDeliveryConfigurations", [])
    kept = [log for log in group.log_delivery_configurations if log["LogType"] not in {each["LogType"] for each in changed}]
    group.log_delivery_configurations = kept + group._get_log_delivery_configurations(
        [each for each in changed if each.get("Enabled", True)])
    return ActionResult({"ReplicationGroup": group})


@adds(ElastiCacheResponse)
def increase_replica_count(self):
    group = _replication_group(self)
    _set_members(group, self._get_param("NewReplicaCount") + 1)
    return ActionResult({"ReplicationGroup": group})


@adds(ElastiCacheResponse)
def decrease_replica_count(self):
    return self.increase_replica_count()


def _replication_group(response):
    name = response._get_param("ReplicationGroupId")
    if name not in response.elasticache_backend.replication_groups:
        raise ReplicationGroupNotFound(name)
    return response.elasticache_backend.replication_groups[name]


@replaces(ElastiCacheBackend)
def delete_replication_group(original, self, replication_group_id, retain_primary_cluster):
    group = original(self, replication_group_id, retain_primary_cluster)
    del self.replication_groups[replication_group_id]
    self.tagging_service.delete_all_tags_for_resource(group.arn)
    return group
