"""Errors of identity providers, certificates, keys, service-linked roles: part of ``messages``.

Texts recorded from AWS in public issue trackers; rows marked "ours" word what AWS does not
publish.
"""

from __future__ import annotations

from doorward.control.errors import Message

# --- identity providers
NO_SUCH_OPENID_PROVIDER = Message("NoSuchEntity", "OpenIDConnect Provider not found for arn {arn}")
OPENID_PROVIDER_EXISTS = Message(
    "EntityAlreadyExists", "Provider with url https://{url} already exists."
)
OPENID_URL = Message("ValidationError", "Invalid Open ID Connect Provider URL")
TOO_MANY_THUMBPRINTS = Message(
    "InvalidInput", "Thumbprint list must contain no more than {limit} entries."
)  # ours
THUMBPRINT = Message(
    "InvalidInput", "A thumbprint is 40 hexadecimal digits: the SHA-1 of a certificate."
)  # ours
NO_SUCH_SAML_PROVIDER = Message("NoSuchEntity", "Manifest not found for arn {arn}")
SAML_PROVIDER_EXISTS = Message("EntityAlreadyExists", "Provider with name {name} already exists.")
SAML_METADATA = Message("InvalidInput", "Could not parse metadata")
SAML_PRIVATE_KEY = Message(
    "InvalidInput", "The private key is not an RSA or EC key in PEM."
)  # ours
NO_SUCH_SAML_KEY = Message("InvalidInput", "The provider has no private key with id {id}.")  # ours
ENCRYPTION_NEEDS_KEY = Message(
    "InvalidInput", "Encrypted assertions can be required of a provider with a private key only."
)  # ours

# --- SSH keys
NO_SUCH_SSH_KEY = Message("NoSuchEntity", "The Public Key with id {id} cannot be found.")
SSH_KEY_EXISTS = Message(
    "DuplicateSSHPublicKey",
    "The SSH public key is already associated with the specified IAM user.",
)  # the model's words
SSH_KEY_ENCODING = Message(
    "UnrecognizedPublicKeyEncoding",
    "The public key encoding format is unsupported or unrecognized.",
)  # the model's words
SSH_KEY_INVALID = Message(
    "InvalidPublicKey", "The public key is malformed or otherwise invalid."
)  # the model's words

# --- certificates
MALFORMED_CERTIFICATE = Message(
    "MalformedCertificate",
    "Unable to parse certificate. Please ensure the certificate is in PEM format.",
)
MALFORMED_KEY = Message("MalformedCertificate", "Invalid Private Key.")
BROKEN_CHAIN = Message(
    "MalformedCertificate",
    "Unable to validate certificate chain. The certificate chain must start with the immediate "
    "signing certificate, followed by any intermediaries in order. The index within the chain of "
    "the invalid certificate is: {index}",
)
SERVER_CERTIFICATE_OUT_OF_TIME = Message(
    "MalformedCertificate", "The certificate is not valid yet, or not any more."
)  # ours
KEY_MISMATCH = Message(
    "KeyPairMismatch", "The public key certificate and the private key do not match."
)  # the model's words
NO_SUCH_SERVER_CERTIFICATE = Message(
    "NoSuchEntity", "The Server Certificate with name {name} cannot be found."
)
SERVER_CERTIFICATE_EXISTS = Message(
    "EntityAlreadyExists", "The Server Certificate with name {name} already exists."
)
NO_SUCH_CERTIFICATE = Message("NoSuchEntity", "The Certificate with id {id} cannot be found.")
CERTIFICATE_EXISTS = Message(
    "DuplicateCertificate", "The same certificate is associated with an IAM user in the account."
)  # the model's words
INVALID_CERTIFICATE = Message(
    "InvalidCertificate", "The certificate is not valid yet, or not any more."
)  # ours

# --- credentials for one service
UNSUPPORTED_SERVICE = Message(
    "NoSuchEntity", "No such service {service} is supported for Service Specific Credentials"
)
NO_SUCH_SERVICE_CREDENTIAL = Message("NoSuchEntity", "No such credential {id} exists")
NO_AGE = Message(
    "InvalidInput", "CredentialAgeDays is for services with API keys only, not for {service}."
)  # ours
ALL_USERS_OR_ONE = Message(
    "InvalidInput", "AllUsers cannot be given together with UserName."
)  # ours
EXPIRED_STATUS = Message(
    "InvalidInput", "The status of a credential can be set to Active or Inactive only."
)  # ours

# --- deletion conflicts
MUST_DELETE_CERTIFICATES = Message(
    "DeleteConflict", "Cannot delete entity, must delete certificates first."
)
MUST_REMOVE_REFERENCED = Message(
    "DeleteConflict", "Cannot delete entity, must remove referenced objects first."
)

# --- service-linked roles
PROTECTED_ROLE = Message(
    "UnmodifiableEntity",
    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable "
    "by AWS",
)
SERVICE_ROLE_TAKEN = Message(
    "InvalidInput",
    "Service role name {name} has been taken in this account, please try a different suffix.",
)
NO_SUFFIX = Message("InvalidInput", "Custom suffix is not allowed for {service}")
NO_SERVICE_ROLE = Message(
    "InvalidInput", "Doorward knows no service-linked role of {service}."
)  # ours
SERVICE_ROLE_NAME = Message(
    "InvalidInput", "The role name {name} is longer than {limit} characters."
)  # ours
DELETION_TASK = Message("InvalidInput", "Invalid deletion task id: {id}")  # ours
NO_SUCH_DELETION = Message("NoSuchEntity", "Deletion task {id} cannot be found.")  # ours
