"""What a deployed CloudFormation stack says about its parts."""

from collections.abc import Mapping

from botocore.exceptions import ClientError
from botocore.session import get_session

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.domain.errors import HourTabError


class StackNotFoundError(HourTabError):
    """There is no such stack in this account and region."""

    def __init__(self, stack: str, region: str) -> None:
        super().__init__(f"There is no stack “{stack}” in {region}: check --stack, --region and --profile.")
        self.stack = stack


class RegionMissingError(HourTabError):
    """Neither the command nor the AWS configuration names a region."""

    def __init__(self) -> None:
        super().__init__("No region is set: add --region eu-central-1, for example, or set AWS_REGION.")


def read_outputs(stack: str, region: str = "", endpoint_url: str = "") -> tuple[str, Mapping[str, str]]:
    """The region and the outputs of `stack`; without `region`, that of the AWS configuration.

    Raises:
        StackNotFoundError: there is none.
        RegionMissingError: no region is known.
        CloudError: AWS refused or did not answer.
    """
    with cloud_errors("DescribeStacks"):
        region = region or get_session().get_config_variable("region")
        if not region:
            raise RegionMissingError
        client = Aws(region, endpoint_url or None).client("cloudformation")
        try:
            found = client.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                raise StackNotFoundError(stack, region) from error
            raise
    if not found:
        raise StackNotFoundError(stack, region)
    return region, {output["OutputKey"]: output["OutputValue"] for output in found[0].get("Outputs", [])}
