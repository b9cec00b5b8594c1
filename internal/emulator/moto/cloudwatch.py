"""Amazon CloudWatch: composite alarms."""

import re

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse

from extend import adds, replaces


# cloudwatch:PutCompositeAlarm: aws_cloudwatch_composite_alarm. As AWS does, it wants the alarms that the rule names to be there.
@adds(CloudWatchResponse)
def put_composite_alarm(self):
    name, backend = self._get_param("AlarmName"), self.cloudwatch_backend
    missing = _named(self._get_param("AlarmRule")) - backend.alarms.keys()
    if missing:
        raise ValidationError(f"Could not save the composite alarm as alarms {sorted(missing)} in the alarm rule do not exist")
    return self.put_metric_alarm()


# cloudwatch:DeleteAlarms: AWS deletes no alarm that a composite alarm looks at.
@replaces(CloudWatchBackend)
def delete_alarms(original, self, alarm_names):
    for alarm in self.alarms.values():
        held = _named(alarm.rule or "") & set(alarm_names)
        if held and alarm.name not in alarm_names:
            raise ValidationError(f"Cannot delete {sorted(held)} as there are composite alarm(s) depending on it: {alarm.name}")
    for name in alarm_names:
        if name in self.alarms:
            self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
    return original(self, alarm_names)


def _named(rule):
    return set(re.findall(r'\b(?:ALARM|OK|INSUFFICIENT_DATA)\("?([^")]+)"?\)', rule))
