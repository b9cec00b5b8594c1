"""Amazon Cognito: what moto lacks of user pools (cognito-idp) and identity pools (cognito-identity)."""

import json

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.models import CognitoIdpBackend
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from extend import adds, replaces


# cognito-idp:DeleteResourceServer. Terraform's aws_cognito_resource_server could not be destroyed.
@adds(CognitoIdpResponse)
def delete_resource_server(self):
    pool, identifier = self._get_param("UserPoolId"), self._get_param("Identifier")
    self.backend.describe_resource_server(pool, identifier)
    del self.backend.user_pools[pool].resource_servers[identifier]
    return EmptyResult()


# cognito-idp:UpdateResourceServer. A changed scope could not be applied.
@adds(CognitoIdpResponse)
def update_resource_server(self):
    server = self.backend.describe_resource_server(self._get_param("UserPoolId"), self._get_param("Identifier"))
    server.name, server.scopes = self._get_param("Name"), self._get_param("Scopes")
    return ActionResult({"ResourceServer": server.to_json()})


# cognito-identity:SetIdentityPoolRoles, GetIdentityPoolRoles. Terraform's aws_cognito_identity_pool_roles_attachment.
@adds(CognitoIdentityResponse)
def set_identity_pool_roles(self):
    pool = _identity_pool(self)
    pool.roles, pool.role_mappings = self._get_param("Roles"), self._get_param("RoleMappings")
    return ""


@adds(CognitoIdentityResponse)
def get_identity_pool_roles(self):
    pool = _identity_pool(self)
    return json.dumps({
        "IdentityPoolId": pool.identity_pool_id,
        "Roles": getattr(pool, "roles", None) or {},
        "RoleMappings": getattr(pool, "role_mappings", None) or {},
    })


def _identity_pool(response):
    pool = response._get_param("IdentityPoolId")
    response.backend.describe_identity_pool(pool)
    return response.backend.identity_pools[pool]


# cognito-identity:SetPrincipalTagAttributeMap, GetPrincipalTagAttributeMap: aws_cognito_identity_pool_provider_principal_tag.
@adds(CognitoIdentityResponse)
def set_principal_tag_attribute_map(self):
    _tag_maps(self)[self._get_param("IdentityProviderName")] = {
        "UseDefaults": self._get_param("UseDefaults", False),
        "PrincipalTags": self._get_param("PrincipalTags", {}),
    }
    return self.get_principal_tag_attribute_map()


@adds(CognitoIdentityResponse)
def get_principal_tag_attribute_map(self):
    provider = self._get_param("IdentityProviderName")
    if provider not in _tag_maps(self):
        raise ResourceNotFoundError(provider)
    pool = {"IdentityPoolId": self._get_param("IdentityPoolId"), "IdentityProviderName": provider}
    return json.dumps(pool | _tag_maps(self)[provider])


def _tag_maps(response):
    return _identity_pool(response).__dict__.setdefault("principal_tags", {})


# cognito-idp:SetRiskConfiguration, DescribeRiskConfiguration: aws_cognito_risk_configuration, of a pool or of one client.
@adds(CognitoIdpResponse)
def set_risk_configuration(self):
    given = json.loads(self.body)
    settings = {name: value for name, value in given.items() if name.endswith("RiskConfiguration")}
    _risks(self)[self._get_param("ClientId")] = settings
    return self.describe_risk_configuration()


@adds(CognitoIdpResponse)
def describe_risk_configuration(self):
    client = self._get_param("ClientId")
    return ActionResult({"RiskConfiguration": {
        "UserPoolId": self._get_param("UserPoolId"), "ClientId": client, **_risks(self).get(client, {}),
    }})


def _risks(response):
    pool = response.backend.describe_user_pool(response._get_param("UserPoolId"))
    return pool.__dict__.setdefault("risk_configurations", {})


# cognito-idp:DeleteUserPool is refused while DeletionProtection is ACTIVE.
@replaces(CognitoIdpBackend)
def delete_user_pool(original, self, user_pool_id):
    if self.describe_user_pool(user_pool_id).extended_config.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
        )
    original(self, user_pool_id)
