"""Prepares a `moto_server` for the tests of AWS KMS, or asks it what privet asks, by AWS's own client.

    moto.py ENDPOINT prepare                      a user who may use two keys, and the keys' aliases: eight calls
    moto.py ENDPOINT decrypt ID SECRET RING CIPHERTEXT    the length of what the ciphertext holds
    moto.py ENDPOINT state ID SECRET KEY                   the key's state

The first prints the access key as JSON.
"""

import base64
import json
import sys

import boto3

REGION = "eu-central-1"


def client(service, endpoint, key_id="x", secret="x"):
    return boto3.client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id=key_id, aws_secret_access_key=secret
    )


def prepare(endpoint):
    iam, kms = client("iam", endpoint), client("kms", endpoint)
    iam.create_user(UserName="privet")
    iam.create_user(UserName="stranger")
    allow = {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ScheduleKeyDeletion"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="privet", PolicyName="use", PolicyDocument=document)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/privet", TargetKeyId=key)
    kms.create_alias(AliasName="alias/next", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    access = iam.create_access_key(UserName="privet")["AccessKey"]
    print(json.dumps({"id": access["AccessKeyId"], "secret": access["SecretAccessKey"]}))


def decrypt(endpoint, key_id, secret, ring, ciphertext):
    kms = client("kms", endpoint, key_id, secret)
    opened = kms.decrypt(CiphertextBlob=base64.b64decode(ciphertext), EncryptionContext={"privet-ring": ring})
    print(len(opened["Plaintext"]))


def state(endpoint, key_id, secret, key):
    print(client("kms", endpoint, key_id, secret).describe_key(KeyId=key)["KeyMetadata"]["KeyState"])


if __name__ == "__main__":
    {"prepare": prepare, "decrypt": decrypt, "state": state}[sys.argv[2]](sys.argv[1], *sys.argv[3:])
