"""Amazon GuardDuty: the features of a detector as AWS tells of them."""

from moto.guardduty.models import Detector

from extend import replaces

ON_AT_FIRST = (
    "CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS", "S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
)  # fmt: skip
AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")


# guardduty:UpdateDetector with one feature leaves the others as they are.
@replaces(Detector)
def update(original, self, enable, finding_publishing_frequency, data_sources, features):
    merged = {feature["name"]: feature for feature in self.features} | {feature["name"]: feature for feature in features or []}
    original(self, enable, finding_publishing_frequency, data_sources, list(merged.values()))


# guardduty:GetDetector tells of every feature, and of runtime monitoring's agents, those that nobody mentioned too.
@replaces(Detector)
def to_json(original, self):
    features = {name: {"status": "ENABLED"} for name in ON_AT_FIRST}
    features["RUNTIME_MONITORING"] = {"status": "DISABLED", "additionalConfiguration": [{"name": agent, "status": "DISABLED"} for agent in AGENTS]}
    for feature in self.features:
        features[feature["name"]] = features.get(feature["name"], {}) | feature
    return original(self) | {"features": [{"name": name} | feature for name, feature in features.items()]}
