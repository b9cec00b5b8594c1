"""Amazon Cognito: what moto lacks of user pools (cognito-idp) and identity pools (cognito-identity)."""

import json

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.models import CognitoIdpBackend
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult, EmptyResult

from extend import adds, replaces


# cognito-idp:DeleteUserPool is refused while DeletionProtection is ACTIVE. moto would delete what AWS keeps.
@replaces(CognitoIdpBackend)
def delete_user_pool(original, self, user_pool_id):
    if self.describe_user_pool(user_pool_id).extended_config.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
    original(self, user_pool_id)


# cognito-idp:DeleteResourceServer: aws_cognito_resource_server could not be destroyed.
@adds(CognitoIdpResponse)
def delete_resource_server(self):
    pool, identifier = self._get_param("UserPoolId"), self._get_param("Identifier")
    self.backend.describe_resource_server(pool, identifier)
    del self.backend.user_pools[pool].resource_servers[identifier]
    return EmptyResult()


# cognito-idp:UpdateResourceServer: its scopes could not be changed.
@adds(CognitoIdpResponse)
def update_resource_server(self):
    server = self.backend.describe_resource_server(self._get_param("UserPoolId"), self._get_param("Identifier"))
    server.name, server.scopes = self._get_param("Name"), self._get_param("Scopes")
    return ActionResult({"ResourceServer": server.to_json()})


# cognito-idp:SetRiskConfiguration, DescribeRiskConfiguration: aws_cognito_risk_configuration, of a pool or of one client.
@adds(CognitoIdpResponse)
def set_risk_configuration(self):
    given = json.loads(self.body)
    settings = {name: value for name, value in given.items() if name.endswith("Configuration")}
    _risks(self)[self._get_param("ClientId")] = settings
    return self.describe_risk_configuration()


@adds(CognitoIdpResponse)
def describe_risk_configuration(self):
    pool, client = self._get_param("UserPoolId"), self._get_param("ClientId")
    settings = _risks(self).get(client, {})
    return ActionResult({"RiskConfiguration": {"UserPoolId": pool, "ClientId": client, **settings}})


def _risks(response):
    pool = response.backend.describe_user_pool(response._get_param("UserPoolId"))
    return pool.__dict__.setdefault("risk_configurations", {})


# cognito-identity:SetIdentityPoolRoles, GetIdentityPoolRoles: aws_cognito_identity_pool_roles_attachment.
@adds(CognitoIdentityResponse)
def set_identity_pool_roles(self):
    pool = _identity_pool(self)
    pool.roles, pool.role_mappings = self._get_param("Roles"), self._get_param("RoleMappings")
    return ""


@adds(CognitoIdentityResponse)
def get_identity_pool_roles(self):
    pool = _identity_pool(self)
    roles, mappings = getattr(pool, "roles", None), getattr(pool, "role_mappings", None)
    return json.dumps({"IdentityPoolId": pool.identity_pool_id, "Roles": roles or {}, "RoleMappings": mappings or {}})


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
    names = {"IdentityPoolId": self._get_param("IdentityPoolId"), "IdentityProviderName": provider}
    return json.dumps(names | _tag_maps(self)[provider])


def _tag_maps(response):
    return _identity_pool(response).__dict__.setdefault("principal_tags", {})


def _identity_pool(response):
    pool = response._get_param("IdentityPoolId")
    response.backend.describe_identity_pool(pool)  # answers that there is none
    return response.backend.identity_pools[pool]
