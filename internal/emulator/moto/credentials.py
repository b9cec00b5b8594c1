"""Credentials of a role's, by which moto knows whose resources a call is about."""

from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition


def credentials_of(role_arn, region, session):
    """What a service that acts as the role calls others with. They are a session's, which no inventory tells of."""
    account, partition = role_arn.split(":")[4], get_partition(region)
    return sts_backends[account][partition].assume_role(
        region_name=region, role_session_name=session, role_arn=role_arn, policy="", duration=3600, external_id="")
