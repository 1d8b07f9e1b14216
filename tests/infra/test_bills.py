"""What bounds the bill and leaves pages room: each of it a parameter."""

import pytest

from tests.infra.stack_values import StackValues

READER = {"AlarmEmail": "ida@example.com"}


@pytest.mark.parametrize(("parameters", "reserved"), [({}, None), ({"PageConcurrency": "20"}, "20")])
def test_pages_can_have_room_of_their_own_which_a_new_account_cannot_reserve(template, parameters, reserved):
    page = StackValues(template, parameters).resources()["APIHandler"]

    assert reserved == page.get("ReservedConcurrentExecutions")


@pytest.mark.parametrize(("parameters", "most"), [({}, "60"), ({"LinkRequests": "600"}, "600")])
def test_how_often_one_link_may_ask_is_a_parameter(template, parameters, most):
    page = StackValues(template, parameters).resources()["APIHandler"]

    assert most == page["Environment"]["Variables"]["HOURTAB_LINK_REQUESTS"]


def test_a_budget_is_watched_if_one_is_set_and_its_reader_is_that_of_the_alarms(template):
    made = StackValues(template, READER | {"MonthlyBudget": "50"}).resources()["Budget"]
    told = [one["Subscribers"] for one in made["NotificationsWithSubscribers"]]
    when = [one["Notification"] for one in made["NotificationsWithSubscribers"]]

    assert {"Amount": "50", "Unit": "USD"} == made["Budget"]["BudgetLimit"]
    assert [("ACTUAL", 80), ("FORECASTED", 100)] == [(one["NotificationType"], one["Threshold"]) for one in when]
    assert [[{"SubscriptionType": "EMAIL", "Address": "ida@example.com"}]] * 2 == told
    assert "BudgetName" not in made["Budget"], "a named one could not be replaced when its reader changes"
    assert "Budget" not in StackValues(template, READER).resources()


def test_a_budget_that_nobody_would_hear_of_is_refused(template):
    refusals = StackValues(template, {"MonthlyBudget": "50"}).refusals()

    assert ["MonthlyBudget needs AlarmEmail, which gets its mails."] == refusals
    assert [] == StackValues(template, READER | {"MonthlyBudget": "50"}).refusals()
