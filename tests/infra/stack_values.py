"""The packaged template's resources, rules and values for given parameters, as CloudFormation evaluates them."""

import re
from dataclasses import dataclass
from typing import Any

PSEUDO = {"AWS::Region": "eu-central-1", "AWS::URLSuffix": "amazonaws.com", "AWS::NoValue": None}


@dataclass(frozen=True)
class StackValues:
    """The template with parameters; what a deployed resource is called stays its logical id."""

    template: dict[str, Any]
    parameters: dict[str, str]

    def value(self, found: Any) -> Any:
        """The value without intrinsic functions."""
        if isinstance(found, list):
            return [one for one in map(self.value, found) if one is not None]
        if not isinstance(found, dict):
            return found
        if len(found) == 1 and (function := next(iter(found))) in {"Ref", "Condition"} | set(_FUNCTIONS):
            if function in {"Ref", "Condition"}:
                return self._named(found[function]) if function == "Ref" else self.holds(found[function])
            return _FUNCTIONS[function](self, found[function])
        known = {key: self.value(one) for key, one in found.items()}
        return {key: one for key, one in known.items() if one is not None}

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true."""
        return bool(self.value(self.template["Conditions"][condition]))

    def resources(self) -> dict[str, Any]:
        """The resources that are made."""
        every = self.template["Resources"].items()
        return {
            name: self.value(one.get("Properties", {}))
            for name, one in every
            if "Condition" not in one or self.holds(one["Condition"])
        }

    def refusals(self) -> list[str]:
        """What CloudFormation says of the rules that these parameters break."""
        rules = self.template["Rules"].values()
        applied = [rule for rule in rules if "RuleCondition" not in rule or self.value(rule["RuleCondition"])]
        every = [one for rule in applied for one in rule["Assertions"]]
        return [one["AssertDescription"] for one in every if not self.value(one["Assert"])]

    def _named(self, name: str) -> Any:
        declared = self.template["Parameters"].get(name)
        if declared is not None:
            return str(self.parameters.get(name, declared.get("Default")))
        return PSEUDO.get(name, name)


_FUNCTIONS: dict[str, Any] = {
    "Fn::If": lambda stack, of: stack.value(of[1] if stack.holds(of[0]) else of[2]),
    "Fn::Equals": lambda stack, of: stack.value(of[0]) == stack.value(of[1]),
    "Fn::Not": lambda stack, of: not stack.value(of[0]),
    "Fn::And": lambda stack, of: all(stack.value(one) for one in of),
    "Fn::Or": lambda stack, of: any(stack.value(one) for one in of),
    "Fn::Join": lambda stack, of: of[0].join(stack.value(of[1])),
    "Fn::GetAtt": lambda _, of: ".".join(of),
    "Fn::Sub": lambda stack, of: (
        re.sub(r"\$\{([\w:.]+)\}", lambda name: str(stack._named(name[1])), of) if isinstance(of, str) else of[0]
    ),
}
