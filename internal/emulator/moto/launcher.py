"""Starts moto with the extensions of this folder: python3 launcher.py -H 127.0.0.1 -p 5000."""

import functools
import os
import sys

import moto.backends
import moto.core.utils
import moto.server
import werkzeug.serving
from moto.moto_api._internal import urls

# Each of these extends moto as it is imported.
import accessanalyzer  # noqa: F401
import apigateway  # noqa: F401
import applicationautoscaling  # noqa: F401
import awslambda  # noqa: F401
import backup  # noqa: F401
import backup_settings  # noqa: F401
import bedrock  # noqa: F401
import bedrockagent  # noqa: F401
import budgets  # noqa: F401
import calls  # noqa: F401
import cloudfront  # noqa: F401
import cloudtrail  # noqa: F401
import cloudwatch  # noqa: F401
import codedeploy  # noqa: F401
import cognito  # noqa: F401
import config  # noqa: F401
import ec2  # noqa: F401
import ec2_settings  # noqa: F401
import ecs  # noqa: F401
import elasticache  # noqa: F401
import elbv2  # noqa: F401
import guardduty  # noqa: F401
import inventory  # noqa: F401
import kms  # noqa: F401
import logs  # noqa: F401
import opensearch  # noqa: F401
import rds  # noqa: F401
import route53  # noqa: F401
import s3  # noqa: F401
import sagemaker  # noqa: F401
import securityhub  # noqa: F401
import sqs  # noqa: F401
import ssm  # noqa: F401
import stepfunctions  # noqa: F401
import xray  # noqa: F401
from extend import replaces


# GET /moto-api/identity: which emulator this is, so that no other server on the port is taken for it.
def identity(request, full_url, headers):
    return 200, {"Content-Type": "text/plain"}, os.environ.get("WRITERSROOM_EMULATOR", "")


urls.url_paths["{0}/moto-api/identity$"] = identity

# An answer leaves in one piece. By default its headers leave first, and where its body is late, which it is on a busy machine, the
# AWS SDK for Go gives up on it now and then: "use of closed network connection".
werkzeug.serving.WSGIRequestHandler.wbufsize = 1 << 16


# moto looks its own folder through at every request, and botocore's for every service that is new to it. Neither changes.
@replaces(moto.backends)
@functools.cache
def list_of_moto_modules(original):
    return tuple(original())


@replaces(moto.core.utils)
@functools.cache
def create_loader(original):
    return original()


if __name__ == "__main__":
    moto.server.main(sys.argv[1:])
