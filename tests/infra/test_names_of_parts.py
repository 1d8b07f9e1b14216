"""The template and the settings use the same outputs and variables."""

from dataclasses import fields

from chalicelib.settings import Settings, variable_of

OF_THE_COMMAND_LINE = {"HOURTAB_STACK"}
OF_OTHER_ENGINES = {"HOURTAB_TRANSACTION_ITEMS"}
"""Set where DynamoDB is not AWS's own; the functions of the stack take its limits."""


def test_every_output_that_a_setting_comes_from_is_one_of_the_stack_s(template):
    named = {one.metadata["output"] for one in fields(Settings) if "output" in one.metadata}

    assert set() == named - template["Outputs"].keys()


def test_the_functions_have_the_variables_of_settings_and_no_others(resources):
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"]
    given = {name for one in functions for name in one["Environment"]["Variables"] if name.startswith("HOURTAB_")}
    known = {variable_of(one.name) for one in fields(Settings)}

    assert {name for name in known if name.startswith("HOURTAB_")} - OF_THE_COMMAND_LINE - OF_OTHER_ENGINES == given
