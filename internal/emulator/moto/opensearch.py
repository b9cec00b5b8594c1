"""Amazon OpenSearch Service: what moto lacks of domains in a VPC."""

from moto.core.exceptions import JsonRESTError
from moto.ec2.models import ec2_backends
from moto.iam.models import SERVICE_NAME_CONVERSION, iam_backends
from moto.opensearch.models import OpenSearchDomain
from moto.opensearch.responses import OpenSearchServiceResponse

from extend import replaces

# iam:CreateServiceLinkedRole: what the role is called, which moto does not know.
SERVICE_NAME_CONVERSION["opensearchservice"] = "AmazonOpenSearchService"
SERVICE_LINKED_ROLE = "AWSServiceRoleForAmazonOpenSearchService"


# es:CreateDomain in a VPC: refused without the account's role for it, and with more or fewer subnets than the nodes are spread over.
@replaces(OpenSearchServiceResponse)
def create_domain(original, self):
    vpc, cluster = self._get_param("VPCOptions"), self._get_param("ClusterConfig") or {}
    if vpc:
        if SERVICE_LINKED_ROLE not in {role.name for role in iam_backends[self.current_account][self.partition].roles.values()}:
            raise JsonRESTError("ValidationException", "Before you can proceed, you must enable a service-linked role to give "
                                "Amazon OpenSearch Service permissions to access your VPC.")
        _check_subnets(vpc, cluster)
    answer = original(self)
    domain = self.opensearch_backend.domains[self._get_param("DomainName")]
    domain.ip_address_type = self._get_param("IPAddressType")
    return answer


# es:UpdateDomainConfig, which names the domain in its path.
@replaces(OpenSearchServiceResponse)
def update_domain_config(original, self):
    domain = self.opensearch_backend.describe_domain(self._get_param("DomainName"))
    vpc, cluster = self._get_param("VPCOptions"), self._get_param("ClusterConfig")
    if domain.vpc_options:
        _check_subnets(vpc or domain.vpc_options, cluster or domain.cluster_config)
    answer = original(self)
    domain.ip_address_type = self._get_param("IPAddressType") or domain.ip_address_type
    return answer


def _check_subnets(vpc, cluster):
    zones = (cluster.get("ZoneAwarenessConfig") or {}).get("AvailabilityZoneCount", 2)
    wanted = zones if cluster.get("ZoneAwarenessEnabled") else 1
    if len(vpc["SubnetIds"]) != wanted:
        raise JsonRESTError("ValidationException", f"You must specify exactly {wanted} subnet(s), got {len(vpc['SubnetIds'])}.")


# es:DescribeDomain tells of the VPC and the kind of addresses too.
@replaces(OpenSearchDomain)
def to_dict(original, self):
    told = original(self)
    if getattr(self, "ip_address_type", None):
        told["IPAddressType"] = self.ip_address_type
    if self.vpc_options:
        account, region = self.arn.split(":")[4], self.arn.split(":")[3]
        subnets = [ec2_backends[account][region].get_subnet(subnet) for subnet in self.vpc_options["SubnetIds"]]
        told["VPCOptions"] = self.vpc_options | {
            "VPCId": subnets[0].vpc_id,
            "AvailabilityZones": sorted(subnet.availability_zone for subnet in subnets),
        }
    return told
