"""AWS Budgets: what moto lacks of budgets, and their actions."""

import json

from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse
from moto.moto_api._internal import mock_random

from extend import adds, replaces


class BudgetAction:
    """What AWS does when a budget is spent."""

    __module__ = "moto.budgets.models"  # so that the inventory tells of it

    def __init__(self, account_id, budget_name, settings, tags):
        self.id = str(mock_random.uuid4())
        self.arn = f"{_budget_arn(account_id, budget_name)}/action/{self.id}"
        self.tags = tags
        self.told = {"ActionId": self.id, "BudgetName": budget_name, "Status": "STANDBY"}
        self.update(settings)

    def update(self, settings):
        given = {name: value for name, value in settings.items() if name not in ("AccountId", "ResourceTags")}
        self.told |= given


# budgets:CreateBudget with tags, ListTagsForResource, TagResource, UntagResource: tags, of actions too.
@replaces(BudgetsResponse)
def create_budget(original, self):
    answer = original(self)
    budget = _budget(self, self._get_param("Budget")["BudgetName"])
    budget.name = self._get_param("Budget")["BudgetName"]
    budget.tags = self._get_param("ResourceTags", [])
    return answer


@adds(BudgetsResponse)
def list_tags_for_resource(self):
    return json.dumps({"ResourceTags": _tagged(self).tags})


@adds(BudgetsResponse)
def tag_resource(self):
    thing, given = _tagged(self), self._get_param("ResourceTags")
    new = {tag["Key"] for tag in given}
    thing.tags = [tag for tag in thing.tags if tag["Key"] not in new] + given
    return "{}"


@adds(BudgetsResponse)
def untag_resource(self):
    thing, gone = _tagged(self), self._get_param("ResourceTagKeys")
    thing.tags = [tag for tag in thing.tags if tag["Key"] not in gone]
    return "{}"


# budgets:UpdateBudget: its limit could not be changed.
@adds(BudgetsResponse)
def update_budget(self):
    given = self._get_param("NewBudget")
    budget = _budget(self, given["BudgetName"])
    budget.budget = {"TimePeriod": budget.budget["TimePeriod"]} | given
    return "{}"


# budgets:DescribeSubscribersForNotification: who is told could not be read.
@adds(BudgetsResponse)
def describe_subscribers_for_notification(self):
    wanted = _identity(self._get_param("Notification"))
    for notification in _budget(self).notifications:
        if _identity(notification.details) == wanted:
            return json.dumps({"Subscribers": notification.subscribers})
    raise NotFoundException("Unable to get subscribers: there is no such notification.")


# budgets:DeleteNotification: moto compares more than what tells notifications apart.
@replaces(Budget)
def delete_notification(original, self, details):
    self.notifications = [n for n in self.notifications if _identity(n.details) != _identity(details)]


# budgets:CreateBudgetAction, DescribeBudgetAction, UpdateBudgetAction, DeleteBudgetAction: aws_budgets_budget_action.
@adds(BudgetsResponse)
def create_budget_action(self):
    account_id, budget_name = self._get_param("AccountId"), self._get_param("BudgetName")
    action = BudgetAction(account_id, budget_name, json.loads(self.body), self._get_param("ResourceTags", []))
    _actions(_budget(self))[action.id] = action
    return json.dumps({"AccountId": account_id, "BudgetName": budget_name, "ActionId": action.id})


@adds(BudgetsResponse)
def describe_budget_action(self):
    return _told(self, Action=_action(self).told)


@adds(BudgetsResponse)
def update_budget_action(self):
    action = _action(self)
    before = dict(action.told)
    action.update(json.loads(self.body))
    return _told(self, OldAction=before, NewAction=action.told)


@adds(BudgetsResponse)
def delete_budget_action(self):
    action = _action(self)
    del _actions(_budget(self))[action.id]
    return _told(self, Action=action.told)


def _told(response, **answer):
    return json.dumps({"AccountId": response._get_param("AccountId"), "BudgetName": response._get_param("BudgetName"), **answer})


def _budget(response, name=None):
    account_id, name = response._get_param("AccountId"), name or response._get_param("BudgetName")
    response.backend.describe_budget(account_id, name)  # answers that there is none
    return response.backend.budgets[account_id][name]


def _actions(budget):
    return budget.__dict__.setdefault("actions", {})


def _action(response):
    actions, identifier = _actions(_budget(response)), response._get_param("ActionId")
    if identifier not in actions:
        raise NotFoundException(f"Unable to get action: {identifier} - the action doesn't exist.")
    return actions[identifier]


def _tagged(response):
    """The budget or the action that an ARN names."""
    arn = response._get_param("ResourceARN")
    account_id, resource = arn.split(":")[4:]
    name, _, action = resource.removeprefix("budget/").partition("/action/")
    budget = response.backend.budgets[account_id].get(name)
    thing = _actions(budget).get(action) if budget and action else budget
    if thing is None:
        raise NotFoundException(f"Unable to get tags: {arn} doesn't exist.")
    return thing


def _identity(notification):
    """What tells a budget's notifications apart."""
    return tuple(notification.get(key) for key in ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType"))


def _budget_arn(account_id, budget_name):
    return f"arn:aws:budgets::{account_id}:budget/{budget_name}"
