"""Elastic Load Balancing: what moto does otherwise than AWS."""

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from extend import replaces


# elasticloadbalancing:DeleteLoadBalancer of one that is protected is refused.
@replaces(ELBv2Backend)
def delete_load_balancer(original, self, arn):
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError("OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled")
    return original(self, arn)
