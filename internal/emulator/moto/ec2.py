"""Amazon EC2: what moto lacks of VPC networking."""

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.network_acls import NetworkACLs

from extend import replaces


# ec2:DescribeSubnets filtered by the association of an IPv6 range, and with the range's state as a word: the provider waits for
# both after it has made a subnet that has one.
@replaces(Subnet)
def get_filter_value(original, self, filter_name, method_name=None):
    if filter_name == "ipv6-cidr-block-association.association-id":
        return list(self.ipv6_cidr_block_associations)
    return original(self, filter_name, method_name)


@replaces(Subnet)
def ipv6_cidr_block_association_set(original, self):
    return [
        association | {"ipv6CidrBlockState": association["ipv6CidrBlockState"]["state"]}
        for association in original(self)
    ]


# ec2:DescribeSecurityGroupRules: the description of a rule that names a security group.
@replaces(SecurityGroupRule)
def description(original, self):
    return original(self) or self.source_group.get("Description")


# ec2:CreateNetworkAclEntry and ReplaceNetworkAclEntry with IcmpTypeCode, which moto looks for under another name.
@replaces(NetworkACLs)
def create_network_acl_entry(original, self):
    answer = original(self)
    _keep_icmp(self)
    return answer


@replaces(NetworkACLs)
def replace_network_acl_entry(original, self):
    answer = original(self)
    _keep_icmp(self)
    return answer


def _keep_icmp(response):
    given = response._get_param("IcmpTypeCode") or {}
    entry = response.ec2_backend.get_network_acl(response._get_param("NetworkAclId")).network_acl_entries[-1]
    entry.icmp_type, entry.icmp_code = given.get("Type"), given.get("Code")


# ec2:DeleteNatGateway and DeleteVpc take along what AWS made with them: the gateway's network interface, the default network ACL.
@replaces(NatGatewayBackend)
def delete_nat_gateway(original, self, nat_gateway_id):
    gateway = original(self, nat_gateway_id)
    self.enis.pop(gateway._eni.id, None)
    return gateway


@replaces(VPCBackend)
def delete_vpc(original, self, vpc_id):
    vpc = original(self, vpc_id)
    for acl in self.describe_network_acls(filters={"vpc-id": [vpc_id], "default": ["true"]}):
        self.network_acls.pop(acl.id)
    return vpc


# ec2:ModifyVpcEndpoint of a gateway endpoint: the routes come and go with the route tables, as they do when it is made and deleted.
@replaces(VPCBackend)
def modify_vpc_endpoint(original, self, vpc_id, policy_doc, add_subnets, remove_subnets, remove_route_tables, add_route_tables,
                        add_security_groups, remove_security_groups):
    original(self, vpc_id, policy_doc, add_subnets, remove_subnets, remove_route_tables, add_route_tables,
             add_security_groups, remove_security_groups)
    prefixes = self.vpc_end_points[vpc_id].destination_prefix_list_id
    if prefixes:
        for table in add_route_tables or []:
            self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefixes)
        for table in remove_route_tables or []:
            self.delete_route(table, prefixes)
