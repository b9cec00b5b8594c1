"""Amazon Route 53: a zone has name servers of its own, which go with it."""

from moto.route53.models import Route53Backend

from extend import replaces


# route53:CreateHostedZone makes no reusable delegation set, which moto does, and keeps.
@replaces(Route53Backend)
def create_hosted_zone(original, self, name, private_zone, caller_reference, vpcid=None, vpcregion=None, comment=None,
                       delegation_set_id=None):
    zone = original(self, name, private_zone, caller_reference, vpcid, vpcregion, comment, delegation_set_id)
    if not delegation_set_id:
        self.delegation_sets = {id: each for id, each in self.delegation_sets.items() if each is not zone.delegation_set}
    return zone
