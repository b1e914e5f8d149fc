"""How IAM and STS behave beside their decisions, line by line, and which test shows each line.

A line restates what AWS documents, or what was recorded from it; ``source`` says which. A line
that nothing shows says why. ``test_control_plane`` holds the names of the tests, and the tables
here, to what is there; ``docs/reference/behaviour.md`` is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Line(NamedTuple):
    """One line: what holds, who says so, the tests that show it, or why nothing does."""

    what: str
    source: str
    tests: tuple[str, ...]
    absent: str = ""


PROBE, WIRE = "tests/api/test_probe.py::", "tests/api/test_wire_lines.py::"
NOUNS, MFA = "tests/api/iam/test_boto3_nouns.py::", "tests/api/iam/test_boto3_mfa.py::"
BINDING, USERS = "tests/api/iam/test_boto3_binding.py::", "tests/api/iam/test_boto3_users.py::"
POLICIES = "tests/api/iam/test_boto3_policies.py::"
CREDENTIALS = "tests/api/iam/test_boto3_credentials.py::"
PROVIDERS = "tests/api/iam/test_boto3_providers.py::"
REPORT = "tests/api/iam/test_boto3_credential_report.py::"
COLUMNS = "tests/analysis/test_credential_report.py::"
SETTINGS = "tests/api/iam/test_boto3_account_settings.py::"
PASSWORDS, RULES = "tests/api/iam/test_boto3_passwords.py::", "tests/control/test_passwords.py::"
LINKED = "tests/api/iam/test_boto3_service_linked_roles.py::"
SESSIONS, DOOR = "tests/api/sts/test_sessions.py::", "tests/server/test_front_door.py::"
SIGNED = "tests/credentials/test_sigv4_time_and_scope.py::"
MESSAGE, FAULTS = "tests/render/test_message.py::", "tests/wire/test_faults.py::"
ENCODED = "tests/api/sts/test_authorization_message.py::"
DOCUMENTS, TRUST = "tests/control/test_documents.py::", "tests/control/test_trust.py::"
VALIDATE, PAGES = "tests/wire/test_validate.py::", "tests/api/test_pages.py::"
TABLES, DEVICES = "tests/spec/test_control_plane.py::", "tests/control/test_mfa.py::"
LAWS, ORGANIZATIONS = "tests/control/test_laws.py::", "tests/control/test_organizations.py::"
LAST_USED = "tests/api/iam/test_boto3_last_used.py::"
SUMMARY = "tests/api/iam/test_account_summary.py::"
ROLES = "tests/control/test_users_and_roles.py::"
UNASKED = "tests/server/test_nothing_unasked.py::"
ORGANIZED = "tests/api/organizations/test_boto3_organizations.py::"
FEDERATION, LIMITS = "tests/api/sts/test_federation.py::", "tests/api/sts/test_limits.py::"
ROOT = "tests/api/sts/test_root_access.py::"
SIMULATION = "tests/api/iam/test_boto3_simulation.py::"

REGIONS, EC2_API = "tests/api/ec2/test_regions.py::", "EC2 API Reference"

GUIDE, API, STS = "IAM User Guide", "IAM API Reference", "STS API Reference"
MODEL, RECORDED, COMPARED = "the service model", "recorded from AWS", "a comparison of emulators"

SECTIONS: Mapping[str, tuple[Line, ...]] = {
    "The probe": (
        Line("a name in another case is taken: EntityAlreadyExists", COMPARED,
             (PROBE + "test_a_name_in_another_case_is_taken",)),
        Line("codes 000000, 000000 enable no device: InvalidAuthenticationCode 403", COMPARED,
             (PROBE + "test_codes_that_are_none_enable_no_device",)),
        Line("a virtual device in use is not deleted: DeleteConflict", COMPARED,
             (PROBE + "test_a_virtual_device_in_use_is_not_deleted",)),
        Line("a third access key: LimitExceeded", COMPARED,
             (PROBE + "test_a_third_access_key_is_refused",)),
        Line("a sixth version of a policy: LimitExceeded", COMPARED,
             (PROBE + "test_a_sixth_version_of_a_policy_is_refused",)),
        Line("a password that breaks the rules: PasswordPolicyViolation", COMPARED,
             (PROBE + "test_a_password_that_breaks_the_rules_is_refused",)),
        Line("a user with access keys is not deleted: DeleteConflict", COMPARED,
             (PROBE + "test_a_user_with_access_keys_is_not_deleted",)),
        Line("eleven groups, eleven attached policies, more than 2,048 characters inline:"
             " LimitExceeded", COMPARED,
             (PROBE + "test_eleven_groups_eleven_policies_and_2049_characters_are_too_many",)),
        Line("a role that trusts only ec2: AccessDenied", COMPARED,
             (PROBE + "test_a_role_that_trusts_only_machines_is_assumed_by_nobody",)),
        Line("a role that does not exist: AccessDenied", COMPARED,
             (PROBE + "test_a_role_that_is_not_there_is_denied_alike",)),
        Line("DurationSeconds 43200 of a role with 3600: ValidationError", COMPARED,
             (PROBE + "test_a_session_is_no_longer_than_its_role_admits",)),
        Line("an unknown access key: InvalidClientTokenId 403", COMPARED,
             (PROBE + "test_a_key_that_nobody_has_is_no_caller",)),
        Line("a UserId is AIDA and 17 more characters", COMPARED,
             (PROBE + "test_a_user_id_has_its_prefix_and_21_characters",)),
        Line("dates have whole seconds and Z", COMPARED,
             (PROBE + "test_a_date_is_in_whole_seconds_with_z",)),
        Line("simulation, last accesses and boundaries of users work", COMPARED,
             (PROBE + "test_the_simulator_and_the_server_say_the_same",
              PROBE + "test_last_accesses_are_reported",
              PROBE + "test_a_users_boundary_binds")),
    ),
    "Identifiers": (
        Line("prefixes AIDA, AROA, AGPA, AIPA, ANPA, ASCA, AKIA, ASIA, APKA, ACCA; 21 characters,"
             " of keys and credentials 20; base32", f'{GUIDE}, "IAM identifiers"',
             (WIRE + "test_ids_have_their_prefixes_their_lengths_and_their_account",
              NOUNS + "test_a_name_is_taken_once")),
        Line("ABIA (bearer tokens of STS), ANVA (versions of policies)",
             f'{GUIDE}, "IAM identifiers"', (), "no API tells an id of either"),
        Line("the account is written in an id", RECORDED,
             (WIRE + "test_ids_have_their_prefixes_their_lengths_and_their_account",)),
        Line("a secret access key has 40 characters of base64", RECORDED,
             (WIRE + "test_ids_have_their_prefixes_their_lengths_and_their_account",)),
        Line("no id is used again", f'{GUIDE}, "IAM identifiers"',
             (WIRE + "test_a_name_given_again_has_another_id",)),
        Line("jobs and requests have a UUID", RECORDED,
             (WIRE + "test_a_result_has_its_wrapper_and_its_request_id",
              LAWS + "test_identifiers_have_their_forms")),
        Line("principals are kept by unique id, shown by ARN, by raw id once they are gone",
             f'{GUIDE}, "AWS JSON policy elements: Principal"',
             (BINDING + "test_a_trust_policy_follows_its_user_and_dies_with_it",
              BINDING + "test_a_resource_policy_is_bound_alike",
              "tests/engine/test_binding.py::test_ids_of_those_who_are_there_are_read_as_their_arns")),
        Line("who is recreated has no access", f'{GUIDE}, "AWS JSON policy elements: Principal"',
             (BINDING + "test_who_was_recreated_has_no_access",
              "tests/control/test_binding_law.py::test_a_trust_policy_admits_whom_it_named")),
        Line("a principal that is not there: MalformedPolicyDocument, Invalid principal in policy",
             RECORDED, (POLICIES + "test_principals_must_exist_when_a_trust_policy_is_saved",
                        BINDING + "test_a_resource_policy_names_nobody_who_is_not_there")),
        Line("a session: assumed-role/ROLE/SESSION without the path, UserId AROA…:SESSION", STS,
             (SESSIONS + "test_a_role_session_says_who_it_is",)),
        Line("root: UserId is the account, ARN arn:aws:iam::ACCOUNT:root",
             f'{GUIDE}, "IAM identifiers"',
             (ROOT + "test_a_session_is_the_member_s_root_for_a_quarter_of_an_hour",)),
        Line("ARNs keep the path: users, groups, roles, policies, profiles, devices, server"
             " certificates", f'{GUIDE}, "IAM identifiers"',
             (WIRE + "test_arns_keep_their_paths",
              CREDENTIALS + "test_a_server_certificate_is_renamed_moved_and_tagged")),
        Line("ARNs of service-linked roles, FIDO keys, hardware tokens, identity providers",
             f'{GUIDE}, "IAM identifiers"',
             (LINKED + "test_a_service_s_role_has_its_name_path_trust_and_policy",
              MFA + "test_a_security_key", MFA + "test_a_hardware_token",
              PROVIDERS + "test_an_openid_provider_is_created_read_listed_and_deleted",
              PROVIDERS + "test_a_saml_provider_is_created_read_listed_updated_and_deleted")),
        Line("ids of Organizations: o-, r-, ou-, p-, car-", MODEL,
             (LAWS + "test_identifiers_have_their_forms",)),
        Line("ARNs of organizations name the management account, those of AWS's policies aws",
             "AWS Organizations User Guide",
             (ORGANIZED + "test_the_organization_describes_itself",
              ORGANIZED + "test_a_policy_is_kept_as_written_and_changed")),
    ),
    "Constraints and quotas": (
        Line("lengths, ranges and patterns of names, paths, documents, durations, codes, tags",
             MODEL, (TABLES + "test_a_constraint_is_as_listed_and_bites",)),
        Line("all violations of a call at once, in AWS's words", RECORDED,
             (VALIDATE + "test_all_violations_come_at_once_in_a_fixed_order",
              VALIDATE + "test_answers")),
        Line("quotas of an account", f'{GUIDE}, "IAM and AWS STS quotas"',
             (NOUNS + "test_an_account_has_no_more_than_its_quota",
              TABLES + "test_quotas_are_as_listed")),
        Line("quotas of a user, group, role, profile, policy",
             f'{GUIDE}, "IAM and AWS STS quotas"',
             (NOUNS + "test_one_entity_has_no_more_than_its_quota",
              NOUNS + "test_a_policy_has_five_versions_and_an_entity_fifty_tags")),
        Line("sizes of documents, white space not counted", f'{GUIDE}, "IAM and AWS STS quotas"',
             (NOUNS + "test_texts_are_no_longer_than_their_quotas",)),
        Line("quotas are raised by account, and told by GetAccountSummary",
             f'{GUIDE}, "IAM and AWS STS quotas"',
             (LAWS + "test_a_quota_of_one_account_is_of_no_other",
              SUMMARY + "test_every_quota_is_that_of_the_table")),
        Line("one alias an account", f'{GUIDE}, "IAM and AWS STS quotas"',
             (SETTINGS + "test_an_account_has_one_alias_and_a_new_one_replaces_it",)),
        Line("session policies: 2,048 characters, ten ARNs, PackedPolicySize in percent",
             STS, (SESSIONS + "test_a_session_policy_only_narrows",
                   SESSIONS + "test_a_session_that_cannot_be_made_is_not")),
        Line("names unique whatever their case, their case kept",
             f'{GUIDE}, "IAM and AWS STS quotas"',
             (NOUNS + "test_a_name_is_taken_once",
              NOUNS + "test_a_name_is_found_in_any_case_and_told_as_written")),
        Line("tag keys of users and roles ignore case, duplicates do everywhere",
             f'{GUIDE}, "Rules for tagging in IAM and AWS STS"',
             (ROLES + "test_tag_keys_of_users_and_roles_are_one_whatever_their_case",
              DEVICES + "test_no_call_gives_a_tag_twice_in_whatever_case")),
    ),
    "Errors": (
        Line("the code and the status of every error of IAM and STS", MODEL,
             (TABLES + "test_a_code_has_its_status",
              FAULTS + "test_every_modelled_error_is_read_as_meant")),
        Line("MissingAuthenticationToken 403", f'{API}, "Common errors"',
             (DOOR + "test_nobody_comes_in_unsigned",)),
        Line("IncompleteSignature 400, InvalidClientTokenId 403, SignatureDoesNotMatch 403",
             f'{API}, "Common errors"', (DOOR + "test_what_comes_in",)),
        Line("the texts of signatures that do not match, have expired, are not yet current",
             RECORDED, (SIGNED + "test_a_secret_wrong_by_one_character", SIGNED + "test_time")),
        Line("the texts of a scope with a wrong region, service, terminator, date", RECORDED,
             (SIGNED + "test_scope", DOOR + "test_the_scope_that_is_wrong_is_named")),
        Line("ExpiredToken 403", f'{API}, "Common errors"', (FAULTS + "test_statuses",)),
        Line("InvalidAction 400, Could not find operation X for version Y", RECORDED,
             (WIRE + "test_an_operation_that_there_is_not_is_named",)),
        Line("access denied: by what type of policy, implicitly or explicitly",
             f'{GUIDE}, "Troubleshoot access denied error messages"',
             (MESSAGE + "test_nothing_allows", MESSAGE + "test_something_denies",
              MESSAGE + "test_the_role_trust_policy_does_not_allow",
              MESSAGE + "test_the_role_trust_policy_denies")),
        Line("one type is named if several deny; an SCP always as an explicit deny",
             f'{GUIDE}, "Troubleshoot access denied error messages"',
             (MESSAGE + "test_something_denies", MESSAGE + "test_nothing_allows")),
        Line("an explicit deny names its policy, within the account or organization",
             "AWS Security Blog, January 2026",
             (MESSAGE + "test_an_explicit_deny_names_the_policy_within_the_border",
              ENCODED + "test_a_managed_policy_is_named_wherever_it_denies")),
        Line("an encoded authorization message tells the whole decision", STS,
             (ENCODED + "test_an_explicit_deny_is_told_in_awss_form_and_in_full",)),
        Line("AccessDenied 403 from query services, AccessDeniedException from JSON ones",
             f'{API}, "Common errors"',
             (UNASKED + "test_an_operation_needs_leave",)),
        Line("a role that is not there and one that forbids are denied alike", RECORDED,
             (PROBE + "test_a_role_that_is_not_there_is_denied_alike",
              SESSIONS + "test_a_role_that_is_not_there_is_denied_like_one_that_forbids")),
        Line("texts by entity: not found, exists, quota, invalid", RECORDED,
             (WIRE + "test_texts", NOUNS + "test_a_name_is_taken_once",
              WIRE + "test_markers_are_refused_in_aws_words")),
        Line("texts of deletion conflicts", RECORDED,
             (NOUNS + "test_what_has_something_is_not_deleted",
              NOUNS + "test_a_policy_in_use_is_not_deleted")),
        Line("the texts of MalformedPolicyDocument, and which of several goes first", RECORDED,
             (DOCUMENTS + "test_a_fault_is_named",
              DOCUMENTS + "test_of_two_faults_the_first_is_named",
              TRUST + "test_trust_policies_are_refused_in_the_words_of_aws")),
        Line("errors of STS about tags: InvalidParameterValue 400", RECORDED,
             (SESSIONS + "test_a_session_that_cannot_be_made_is_not",)),
        Line("errors of service-linked roles and service-specific credentials", RECORDED,
             (LINKED + "test_suffixes_are_for_services_that_have_them",
              CREDENTIALS + "test_two_credentials_a_service_and_no_other_services")),
    ),
    "Semantics": (
        Line("query wire: a form or a query, lists by number, results and errors in their"
             " envelopes, a request id", f'{API}, "Making query requests"',
             (WIRE + "test_a_call_may_be_a_form_or_a_query_with_lists_by_number",
              WIRE + "test_a_result_has_its_wrapper_and_its_request_id",
              WIRE + "test_an_operation_without_a_result_has_its_request_id",
              WIRE + "test_an_error_has_its_envelope")),
        Line("dates: ISO 8601 in whole seconds; seconds since 1970 in JSON", MODEL,
             (PROBE + "test_a_date_is_in_whole_seconds_with_z",
              WIRE + "test_json_has_seconds_since_1970")),
        Line("markers are opaque and survive changes; IsTruncated always",
             f'{API}, "ListUsers"',
             (USERS + "test_lists_are_paged_by_markers_that_survive_changes",
              PAGES + "test_walking_the_pages_gives_everything_once_in_order",
              WIRE + "test_a_call_may_be_a_form_or_a_query_with_lists_by_number")),
        Line("what lists leave out, what CreateRole does not tell", RECORDED,
             (POLICIES + "test_each_role_answer_has_the_members_that_aws_gives",)),
        Line("documents come back URL-encoded, byte for byte", RECORDED,
             (POLICIES + "test_documents_come_back_as_they_were_written",
              PAGES + "test_documents_are_encoded_once_by_rfc_3986")),
        Line("credential report: STARTED, COMPLETE, four hours, base64 CSV, 22 columns and the"
             " last ones", f'{GUIDE}, "Generate credential reports"',
             (REPORT + "test_a_report_is_made_once_and_fetched",
              REPORT + "test_a_report_holds_for_four_hours",
              COLUMNS + "test_the_columns_are_aws_s_in_their_order", COLUMNS + "test_a_row")),
        Line("last uses to the quarter of an hour", f'{GUIDE}, "Generate credential reports"',
             (LAST_USED + "test_a_key_is_marked_by_its_first_use_denied_or_not",)),
        Line("no password policy: NoSuchEntity; the default rules",
             f'{GUIDE}, "Set an account password policy for IAM users"',
             (WIRE + "test_texts", RULES + "test_the_default_rules")),
        Line("UpdateAccountPasswordPolicy resets what is not given",
             f'{API}, "UpdateAccountPasswordPolicy"',
             (SETTINGS + "test_a_password_policy_is_set_whole_every_time",)),
        Line("rules bite at the next change; expiry is about signing in",
             f'{GUIDE}, "Set an account password policy for IAM users"',
             (PASSWORDS + "test_passwords_keep_the_account_s_policy",
              PASSWORDS + "test_a_user_changes_its_own_password")),
        Line("two codes in a row enable and resync; each counts once", API,
             (USERS + "test_virtual_mfa_takes_two_real_codes",
              NOUNS + "test_codes_of_a_device_are_spent_by_enabling_it",
              DEVICES + "test_a_device_out_of_step_is_brought_into_step")),
        Line("codes that waited enable a device that is out of step", f'{API}, "EnableMFADevice"',
             (DEVICES + "test_codes_that_waited_enable_a_device_out_of_step",
              MFA + "test_a_hardware_token")),
        Line("seed and QR code are shown once", f'{API}, "CreateVirtualMFADevice"',
             (USERS + "test_virtual_mfa_takes_two_real_codes",
              DEVICES + "test_the_seed_is_shown_once_and_stored_sealed")),
        Line("eight devices a principal, of any kinds",
             f'{GUIDE}, "AWS Multi-factor authentication in IAM"',
             (NOUNS + "test_one_entity_has_no_more_than_its_quota",
              DEVICES + "test_eight_devices_of_whatever_kind")),
        Line("GetMFADevice knows FIDO keys alone", f'{API}, "GetMFADevice"',
             (MFA + "test_a_security_key", USERS + "test_virtual_mfa_takes_two_real_codes")),
        Line("MFA is in sessions of GetSessionToken with a code alone",
             f'{GUIDE}, "Secure API access with MFA"',
             (SESSIONS + "test_a_session_with_mfa_may_call_iam_and_says_so",
              SESSIONS + "test_a_role_session_carries_no_mfa")),
        Line("AssumeRole: 900 s to the role's maximum, chained 3,600 s at most", STS,
             (SESSIONS + "test_a_session_lasts_as_long_as_was_asked_and_the_role_admits",)),
        Line("sessions of GetSessionToken: no IAM without MFA, of STS AssumeRole and"
             " GetCallerIdentity", STS,
             (SESSIONS + "test_a_user_session_without_mfa_calls_no_iam_and_little_sts",)),
        Line("GetFederationToken: durations, ACCOUNT:NAME, PackedPolicySize even if 0", STS,
             (FEDERATION + "test_a_federated_user_says_who_it_is",
              FEDERATION + "test_a_federated_session_lasts_as_asked",
              FEDERATION + "test_a_federated_session_that_cannot_be_made_is_not")),
        Line("federated users call no IAM, and of STS GetCallerIdentity alone", STS,
             (FEDERATION + "test_it_calls_neither_iam_nor_sts",)),
        Line("sessions of root users: an hour at most, no AssumeRole", STS,
             (LIMITS + "test_what_a_user_and_root_may_ask_for",
              LIMITS + "test_what_the_root_user_cannot_call")),
        Line("AssumeRoot: 900 s at most, the task's policy bounds the session", STS,
             (ROOT + "test_a_session_is_the_member_s_root_for_a_quarter_of_an_hour",
              ROOT + "test_the_task_bounds_the_session")),
        Line("GetAccessKeyInfo reads the account from the key", STS,
             (FEDERATION + "test_a_key_says_its_account",)),
        Line("role sessions call no GetSessionToken", STS,
             (SESSIONS + "test_a_user_session_without_mfa_calls_no_iam_and_little_sts",)),
        Line("GetCallerIdentity and GetSessionToken need no permission", STS,
             (UNASKED + "test_an_operation_needs_leave",)),
        Line("tags and source identity need leave in both policies, persist along the chain",
             f'{GUIDE}, "Pass session tags in AWS STS"',
             (SESSIONS + "test_tags_and_source_identity_need_leave_of_their_own",
              SESSIONS + "test_what_passes_on_along_a_chain_needs_leave_at_every_step")),
        Line("a policy on aws:TokenIssueTime revokes older sessions",
             f'{GUIDE}, "Revoking IAM role temporary security credentials"',
             (WIRE + "test_older_sessions_of_a_role_are_revoked_by_a_policy",)),
        Line("sessions of a deleted role fail", GUIDE,
             (SESSIONS + "test_a_session_dies_with_its_role",)),
        Line("an inactive key is no key at the next request", GUIDE,
             (DOOR + "test_a_key_that_is_inactive_is_like_no_key_at_the_very_next_request",)),
        Line("what is made is there at once (on AWS within seconds)", "strong by choice",
             (WIRE + "test_a_new_principal_is_there_at_once",)),
        Line("FullAWSAccess on every target, the last SCP stays, five a target",
             "AWS Organizations User Guide",
             (ORGANIZATIONS + "test_enabling_scps_attaches_full_access_everywhere",
              ORGANIZATIONS + "test_the_last_scp_of_a_target_stays",
              ORGANIZATIONS + "test_what_cannot_be_attached")),
        Line("CreateAccount is told by its status; the access role of the management account",
             "AWS Organizations API Reference",
             (ORGANIZATIONS + "test_a_new_account_has_an_access_role_for_the_management_account",
              ORGANIZATIONS + "test_accounts_that_are_not_created")),
        Line("the simulator: members of a result, places of statements", RECORDED,
             (SIMULATION + "test_an_allow_on_everything_has_the_members_that_aws_gives",
              SIMULATION + "test_statements_reach_from_where_to_where_aws_says")),
    ),
    "EC2": (
        Line("DescribeRegions alone is served; any other action is InvalidAction", RECORDED,
             (REGIONS + "test_what_is_not_served_is_no_action",)),
        Line("the Regions opened before 20 March 2019 need no opting in; the others are listed by"
             " name, or with AllRegions, as not-opted-in",
             "AWS Account Management Reference Guide",
             (REGIONS + "test_the_regions_of_an_account_are_those_that_need_no_opting_in",
              REGIONS + "test_all_regions_are_all",
              REGIONS + "test_a_region_that_is_named_is_told_of_whatever_its_status")),
        Line("an account has opted into the Region that the server says it is in, and no other",
             "Doorward's own", (REGIONS + "test_the_region_of_the_server_itself_is_opted_into",)),
        Line("filters have wildcards and escapes; a Region or a filter that is none:"
             " InvalidParameterValue; too much: FilterLimitExceeded", EC2_API,
             (REGIONS + "test_filters", REGIONS + "test_what_is_refused")),
        Line("DryRun of what is allowed: DryRunOperation 412", RECORDED,
             (REGIONS + "test_a_dry_run_says_that_it_would_have_succeeded",)),
        Line("not allowed: UnauthorizedOperation 403, in the record Client.UnauthorizedOperation",
             "recorded from AWS; EC2 Developer Guide",
             (REGIONS + "test_whoever_is_not_allowed_is_not_authorized",)),
        Line("credentials that do not hold: AuthFailure 401; none: MissingParameter 400; an"
             " expired session: RequestExpired 400", RECORDED,
             (REGIONS + "test_credentials_that_do_not_hold", FAULTS + "test_statuses")),
        Line("a parameter that is not known: UnknownParameter", RECORDED,
             (REGIONS + "test_a_parameter_that_is_not_known_is_refused",)),
    ),
}  # fmt: skip

CODES: Mapping[str, Mapping[str, int]] = {
    "iam": {
        "NoSuchEntity": 404, "EntityAlreadyExists": 409, "DeleteConflict": 409,
        "LimitExceeded": 409, "EntityTemporarilyUnmodifiable": 409, "ConcurrentModification": 409,
        "MalformedPolicyDocument": 400, "InvalidInput": 400, "InvalidAuthenticationCode": 403,
        "PasswordPolicyViolation": 400, "UnmodifiableEntity": 400, "PolicyNotAttachable": 400,
        "InvalidUserType": 400, "PolicyEvaluation": 500, "ServiceFailure": 500,
        "ReportNotPresent": 410, "ReportExpired": 410, "ReportInProgress": 404,
        "ReportGenerationLimitExceeded": 409, "NotSupportedService": 404, "KeyPairMismatch": 400,
        "MalformedCertificate": 400, "InvalidCertificate": 400, "InvalidPublicKey": 400,
        "UnrecognizedPublicKeyEncoding": 400, "DuplicateSSHPublicKey": 400,
        "DuplicateCertificate": 409, "FeatureDisabled": 404, "FeatureEnabled": 409,
        "OpenIdIdpCommunicationError": 400,
    },
    "ec2": {"DryRunOperation": 412, "FilterLimitExceeded": 400, "UnknownParameter": 400},
    "sts": {
        "ExpiredTokenException": 400, "IDPRejectedClaim": 403, "InvalidIdentityToken": 400,
        "IDPCommunicationError": 400, "PackedPolicyTooLarge": 400, "RegionDisabledException": 403,
        "InvalidAuthorizationMessageException": 400, "SessionDurationEscalationException": 403,
        "MalformedPolicyDocument": 400,
    },
}  # fmt: skip
"""The errors of the two services, by their codes on the wire, each with its status."""


class Constraint(NamedTuple):
    """A member of an operation, the least and the most that it may be, a value that it may not."""

    service: str
    operation: str
    member: str
    least: int | None
    most: int | None
    wrong: object


CONSTRAINTS = (
    Constraint("iam", "CreateUser", "UserName", 1, 64, "a b"),
    Constraint("iam", "CreateRole", "RoleName", 1, 64, "a:b"),
    Constraint("iam", "CreateGroup", "GroupName", 1, 128, "a/b"),
    Constraint("iam", "CreatePolicy", "PolicyName", 1, 128, "a*b"),
    Constraint("iam", "CreateInstanceProfile", "InstanceProfileName", 1, 128, "ä"),
    Constraint("iam", "CreateUser", "Path", 1, 512, "no-slash"),
    Constraint("iam", "ListUsers", "MaxItems", 1, 1000, 0),
    Constraint("iam", "ListUsers", "Marker", 1, 320, "\u0100"),
    Constraint("iam", "CreatePolicy", "PolicyDocument", 1, 131_072, "\u0100"),
    Constraint("iam", "CreateRole", "MaxSessionDuration", 3600, 43_200, 3599),
    Constraint("iam", "EnableMFADevice", "AuthenticationCode1", 6, 6, "12345x"),
    Constraint("iam", "CreateAccountAlias", "AccountAlias", 3, 63, "a--b"),
    Constraint("iam", "UpdateAccountPasswordPolicy", "MinimumPasswordLength", 6, 128, 5),
    Constraint("iam", "UpdateAccountPasswordPolicy", "MaxPasswordAge", 1, 1095, 1096),
    Constraint("iam", "UpdateAccountPasswordPolicy", "PasswordReusePrevention", 1, 24, 25),
    Constraint("iam", "CreateSAMLProvider", "SAMLMetadataDocument", 1000, 10_000_000, "x"),
    Constraint("iam", "TagUser", "Tags", None, 50, [{"Key": "k", "Value": "v"}] * 51),
    Constraint("sts", "AssumeRole", "RoleSessionName", 2, 64, "a b"),
    Constraint("sts", "AssumeRole", "SourceIdentity", 2, 256, "a b"),
    Constraint("sts", "AssumeRole", "ExternalId", 2, 1224, "a b"),
    Constraint("sts", "AssumeRole", "TokenCode", 6, 6, "12345x"),
    Constraint("sts", "AssumeRole", "DurationSeconds", 900, 43_200, 899),
    Constraint("sts", "AssumeRole", "Tags", None, 50, [{"Key": "k", "Value": "v"}] * 51),
    Constraint("sts", "AssumeRole", "ProvidedContexts", 1, 5, []),
    Constraint("sts", "GetFederationToken", "Name", 2, 32, "a b"),
    Constraint("sts", "GetFederationToken", "Policy", 1, 2048, "\u0100"),
    Constraint("sts", "GetFederationToken", "DurationSeconds", 900, 129_600, 129_601),
    Constraint("sts", "GetSessionToken", "DurationSeconds", 900, 129_600, 899),
    Constraint("sts", "AssumeRoot", "DurationSeconds", 0, 900, 901),
    Constraint("sts", "AssumeRoleWithWebIdentity", "WebIdentityToken", 4, 20_000, "abc"),
    Constraint("sts", "AssumeRoleWithSAML", "SAMLAssertion", 4, 100_000, "abc"),
)
"""What the service models say of a member; other pages of AWS say 64 of a source identity."""

QUOTAS: Mapping[str, int] = {
    "UsersPerAccount": 5000, "GroupsPerAccount": 300, "RolesPerAccount": 1000,
    "PoliciesPerAccount": 1500, "InstanceProfilesPerAccount": 1000,
    "ServerCertificatesPerAccount": 20, "OpenIdConnectProvidersPerAccount": 100,
    "SAMLProvidersPerAccount": 100, "VirtualMFADevicesPerAccount": 5000, "AccessKeysPerUser": 2,
    "MFADevicesPerUser": 8, "GroupsPerUser": 10, "CertificatesPerUser": 2,
    "SSHPublicKeysPerUser": 5, "ServiceSpecificCredentialsPerUser": 2, "PoliciesPerUser": 10,
    "PoliciesPerGroup": 10, "PoliciesPerRole": 10, "VersionsPerPolicy": 5,
    "InstanceSessionsPerInstanceProfile": 1, "TagsPerResource": 50, "ACLSizePerRole": 2048,
    "InlinePolicySizePerUser": 2048, "InlinePolicySizePerGroup": 5120,
    "InlinePolicySizePerRole": 10_240, "PolicySize": 6144,
}  # fmt: skip
"""The quotas that AWS gives every account."""
