"""Leaves nobody but who is named here any right to a resource: allow.py SERVERS TYPE NAME OPERATION..."""

import sys

from kafka.admin import ACL, ACLOperation, ACLPermissionType, KafkaAdminClient, ResourcePattern, ResourceType

servers, kind, name, *operations = sys.argv[1:]
admin = KafkaAdminClient(bootstrap_servers=servers.split(","))
resource = ResourcePattern(ResourceType[kind], name)
rules = [ACL("User:ANONYMOUS", "*", ACLOperation[operation], ACLPermissionType.ALLOW, resource) for operation in operations]
print(admin.create_acls(rules))
admin.close()
