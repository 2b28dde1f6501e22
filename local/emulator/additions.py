"""What moto forgets or decides wrongly, put right.

A property that is written and cannot be read back would look like drift for ever, or would have to be dropped in silence.
Each addition names what goes wrong without it.
"""

import inspect
import json

import additions_audit
import additions_budgets
import additions_macie
import additions_messaging
import additions_s3
import additions_uploads
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpcs import VPCEndPoint
from moto.kms.responses import KmsResponse

DEFAULT_ROTATION_DAYS = 365


def keep_rule_descriptions():
    """Descriptions of security group rules whose peer is a group or a prefix list; moto keeps those of address ranges."""
    create = SecurityGroupRule.__init__
    signature = inspect.signature(create)

    def create_with_description(self, *args, **kwargs):
        create(self, *args, **kwargs)
        given = signature.bind(self, *args, **kwargs).arguments
        peer = given.get("prefix_list_id") or given.get("source_group") or {}
        self.peer_description = peer.get("Description")

    SecurityGroupRule.__init__ = create_with_description
    SecurityGroupRule.description = property(lambda self: self.ip_range.get("Description") or self.peer_description)


def keep_rotation_periods():
    """The period of a KMS key's rotation."""
    enable = KmsResponse.enable_key_rotation
    status = KmsResponse.get_key_rotation_status

    def key_of(response):
        backend = response.kms_backend
        return backend.keys[backend.get_key_id(response._get_param("KeyId"))]

    def enable_with_period(self):
        answer = enable(self)
        key_of(self).rotation_days = int(self._get_param("RotationPeriodInDays") or DEFAULT_ROTATION_DAYS)
        return answer

    def status_with_period(self):
        answer = json.loads(status(self))
        if answer["KeyRotationEnabled"]:
            key = key_of(self)
            answer["KeyId"] = key.arn
            answer["RotationPeriodInDays"] = getattr(key, "rotation_days", DEFAULT_ROTATION_DAYS)
        return json.dumps(answer)

    KmsResponse.enable_key_rotation = enable_with_period
    KmsResponse.get_key_rotation_status = status_with_period


def filter_endpoints():
    """VPC endpoints by VPC and by service; moto answers a filter by either with an error."""
    known = VPCEndPoint.get_filter_value
    members = {"vpc-id": "vpc_id", "service-name": "service_name", "vpc-endpoint-id": "id"}

    def filter_value(self, filter_name, method_name=None):
        if filter_name in members:
            return getattr(self, members[filter_name])
        return known(self, filter_name, method_name)

    VPCEndPoint.get_filter_value = filter_value


def install():
    """Puts every addition into place. Called once, before the first request."""
    keep_rule_descriptions()
    keep_rotation_periods()
    filter_endpoints()
    for service in (
        additions_audit,
        additions_budgets,
        additions_macie,
        additions_messaging,
        additions_s3,
        additions_uploads,
    ):
        service.install()
