"""A program of somebody else, in Python: buckets in both forms, groups, roles, keys and a custom model."""

import json

import pulumi
import pulumi_aws as aws

account = aws.get_caller_identity_output().account_id


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def refuses_plain(name: str) -> dict:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


key = aws.kms.Key(
    "models",
    policy=account.apply(
        lambda owner: document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{owner}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        )
    ),
)

inline = aws.s3.Bucket(
    "training",
    bucket="acme-python-training",
    policy=document(refuses_plain("acme-python-training")),
    versioning={"enabled": True},
    server_side_encryption_configuration={
        "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    },
)
split = aws.s3.Bucket("output", bucket="acme-python-output")
aws.s3.BucketPublicAccessBlock(
    "output",
    bucket=split.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=False,
)
aws.s3.BucketPolicy("output", bucket=split.id, policy=split.bucket.apply(lambda name: document(refuses_plain(name))))

vpc = aws.ec2.Vpc("private", cidr_block="10.7.0.0/16", enable_dns_hostnames=True)
subnet = aws.ec2.Subnet("private", vpc_id=vpc.id, cidr_block="10.7.1.0/24")
table = aws.ec2.RouteTable("private", vpc_id=vpc.id)
aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-0aaa")
aws.ec2.RouteTableAssociation("private", subnet_id=subnet.id, route_table_id=table.id)
group = aws.ec2.SecurityGroup(
    "jobs",
    vpc_id=vpc.id,
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
aws.vpc.SecurityGroupIngressRule(
    "ssh", security_group_id=group.id, ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0"
)

role = aws.iam.Role(
    "customization",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    },
)
aws.iam.RolePolicy(
    "data",
    role=role.id,
    policy=aws.iam.get_policy_document_output(
        statements=[{"actions": ["s3:*"], "resources": [pulumi.Output.concat(inline.arn, "/*")]}]
    ).json,
)
aws.iam.RolePolicyAttachment("admin", role=role.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")

aws.bedrock.CustomModel(
    "clauses",
    base_model_identifier="unknown.model-v1:0",
    custom_model_name="clauses",
    job_name="clauses-1",
    role_arn=role.arn,
    hyperparameters={"epochCount": "1"},
    training_data_config={"s3_uri": "s3://somebody-elses/train.jsonl"},
    output_data_config={"s3_uri": pulumi.Output.concat("s3://", split.bucket, "/out/")},
)
