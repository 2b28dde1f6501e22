"""Drives the simulator with boto3 and holds every answer against botocore's own service model.

Usage: conformance.py SIMULATOR_URL JOB_INPUT_JSON. Prints one line for each violation and exits 1 if there is any.
"""

import datetime
import json
import re
import sys
import urllib.request

import boto3
from botocore.config import Config

URL, INPUT = sys.argv[1], json.loads(sys.argv[2])
REGION = "us-west-2"
# Names that the real service gives are longer than its own model allows.
LENGTH_NOT_CHECKED = {"BrandedName"}
violations = []
checked = set()


def check(value, shape, path):
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                violations.append(f"{path}.{name}: required, but absent")
        for name, item in value.items():
            if name == "ResponseMetadata":
                continue
            if name in shape.members:
                check(item, shape.members[name], f"{path}.{name}")
    elif kind == "list":
        for index, item in enumerate(value):
            check(item, shape.member, f"{path}[{index}]")
    elif kind == "map":
        for key, item in value.items():
            check(key, shape.key, f"{path}.key")
            check(item, shape.value, f"{path}.{key}")
    elif kind == "timestamp":
        if not isinstance(value, datetime.datetime):
            violations.append(f"{path}: {value!r} is not a time")
    elif kind == "string":
        rules = shape.metadata
        if not isinstance(value, str):
            violations.append(f"{path}: {value!r} is not a string")
            return
        if rules.get("enum") and value not in rules["enum"]:
            violations.append(f"{path}: {value!r} is not one of {rules['enum']}")
        if rules.get("pattern") and not re.fullmatch(rules["pattern"], value):
            violations.append(f"{path}: {value!r} does not match {rules['pattern']}")
        if shape.name not in LENGTH_NOT_CHECKED and not rules.get("min", 0) <= len(value) <= rules.get("max", len(value)):
            violations.append(f"{path}: the length of {value!r} is out of bounds")
    elif kind in ("integer", "long"):
        if not isinstance(value, int):
            violations.append(f"{path}: {value!r} is not an integer")
    elif kind in ("float", "double"):
        if not isinstance(value, (int, float)):
            violations.append(f"{path}: {value!r} is not a number")
    elif kind == "boolean" and not isinstance(value, bool):
        violations.append(f"{path}: {value!r} is not a boolean")


def call(client, method, **parameters):
    answer = getattr(client, method)(**parameters)
    operation = client.meta.method_to_api_mapping[method]
    model = client.meta.service_model.operation_model(operation)
    expected = model.http.get("responseCode", 200)
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    if status != expected:
        violations.append(f"{operation}: HTTP {status}, not {expected}")
    if model.output_shape is not None:
        check(answer, model.output_shape, operation)
    checked.add(operation)
    return answer


def advance(seconds):
    request = urllib.request.Request(f"{URL}/_simulator/clock", json.dumps({"advanceSeconds": seconds}).encode(), method="POST")
    urllib.request.urlopen(request).read()


settings = dict(
    region_name=REGION,
    endpoint_url=URL,
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 1}),
)
bedrock = boto3.client("bedrock", **settings)
runtime = boto3.client("bedrock-runtime", **settings)

job = call(bedrock, "create_model_customization_job", **INPUT)["jobArn"]
call(bedrock, "get_model_customization_job", jobIdentifier=job)
advance(14400)
done = call(bedrock, "get_model_customization_job", jobIdentifier=job)
assert done["status"] == "Completed", done.get("failureMessage")
call(bedrock, "list_model_customization_jobs", creationTimeBefore=done["creationTime"] + datetime.timedelta(days=1))
model = done["outputModelArn"]
call(bedrock, "get_custom_model", modelIdentifier=model)
call(bedrock, "list_custom_models", isOwned=True)
call(bedrock, "tag_resource", resourceARN=model, tags=[{"key": "a", "value": "b"}])
call(bedrock, "list_tags_for_resource", resourceARN=model)
call(bedrock, "untag_resource", resourceARN=model, tagKeys=["a"])
throughput = call(
    bedrock, "create_provisioned_model_throughput", provisionedModelName="pt", modelUnits=1, modelId=model
)["provisionedModelArn"]
call(bedrock, "get_provisioned_model_throughput", provisionedModelId=throughput)
advance(700)
call(bedrock, "update_provisioned_model_throughput", provisionedModelId=throughput, desiredProvisionedModelName="pt-2")
call(bedrock, "list_provisioned_model_throughputs", maxResults=10)
answer = runtime.invoke_model(modelId=throughput, body=json.dumps({"prompt": "Which licence is this?"}))
assert json.loads(answer["body"].read())["generation"]
call(runtime, "converse", modelId=throughput, messages=[{"role": "user", "content": [{"text": "Which licence?"}]}])
call(bedrock, "list_custom_model_deployments")
for name in ("get_foundation_model",):
    call(bedrock, name, modelIdentifier=INPUT["baseModelIdentifier"])
call(bedrock, "list_foundation_models", byProvider="Meta")
try:
    bedrock.delete_custom_model(modelIdentifier=model)
    violations.append("DeleteCustomModel: a model that is served was deleted")
except bedrock.exceptions.ConflictException:
    pass
call(bedrock, "delete_provisioned_model_throughput", provisionedModelId=throughput)
call(bedrock, "delete_custom_model", modelIdentifier=model)
try:
    bedrock.get_custom_model(modelIdentifier=model)
    violations.append("GetCustomModel: a deleted model was found")
except bedrock.exceptions.ResourceNotFoundException:
    pass

assert "loggingConfig" not in call(bedrock, "get_model_invocation_logging_configuration")
bucket = INPUT["outputDataConfig"]["s3Uri"].split("/")[2]
logging = {"s3Config": {"bucketName": bucket, "keyPrefix": "logs"}, "textDataDeliveryEnabled": True}
call(bedrock, "put_model_invocation_logging_configuration", loggingConfig=logging)
assert call(bedrock, "get_model_invocation_logging_configuration")["loggingConfig"] == logging
call(bedrock, "delete_model_invocation_logging_configuration")

for line in violations:
    print(line)
print(f"{len(checked)} operations")
sys.exit(1 if violations else 0)
