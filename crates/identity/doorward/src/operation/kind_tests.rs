//! Checks that files can describe every object that an operation creates (`admin::kinds`).

use std::collections::BTreeSet;

use doorward_admin::kinds::{self, Write};
use doorward_admin::operation::Entry;
use doorward_admin::operations;
use doorward_identity_server::features;

/// Operations that create something else, each with the reason why it is in no file.
const OTHERS: [(&str, &str); 12] = [
    (
        "admin_client_registration_token_create",
        "a secret with an end",
    ),
    ("admin_key_rotate", "keys are no configuration"),
    ("admin_mfa_require", "a campaign has a date and ends"),
    ("admin_org_invite", "memberships are no configuration"),
    ("admin_org_invite_file", "memberships are no configuration"),
    ("admin_review_create", "a review has a deadline and ends"),
    (
        "admin_role_assign",
        "a member of groups and clients; users are no configuration",
    ),
    (
        "admin_client_create_saml",
        "its metadata and certificates have no form for files yet",
    ),
    ("admin_scim_create", "a secret that is shown once"),
    ("admin_scim_target_create", "a token of the application"),
    ("admin_user_bulk_start", "users are no configuration"),
    ("admin_user_create", "users are no configuration"),
];

#[test]
fn each_created_object_has_kind_or_reason() {
    features::install();
    let written = kinds::all().filter_map(|kind| match &kind.write {
        Write::Members { create, .. } => Some(create.id()),
        Write::Whole { put, .. } => Some(put.id()),
        Write::Parts => None,
    });
    let others = OTHERS.iter().map(|(id, _)| (*id).to_owned());
    let known: BTreeSet<String> = written.chain(others).collect();
    let created = operations::all().filter(|entry| {
        let call = entry.call();
        call.may_create() || (call.is_once() && !call.renews())
    });
    let created: BTreeSet<String> = created.map(Entry::id).collect();
    assert_eq!(known, created);
}

#[test]
fn each_kind_has_noun_permission_and_key() {
    features::install();
    let names: BTreeSet<&str> = kinds::all().map(|kind| kind.name).collect();
    assert_eq!(names.len(), kinds::all().count());
    for kind in kinds::all() {
        let members = kind.members();
        assert!(
            kind.key.iter().all(|name| members.contains(name)),
            "{}",
            kind.name
        );
        assert!(kind.permission.ends_with(":read"), "{}", kind.name);
    }
}

/// Programs such as the provider for `OpenTofu` are generated from these schemas.
#[test]
fn each_member_of_document_has_described_type() {
    features::install();
    for kind in kinds::all() {
        let schema = kind.schema();
        let members = schema["properties"].as_object().unwrap();
        let mut names: BTreeSet<&str> = kind.members();
        // Members of an object are its properties.
        names.retain(|name| !name.contains('.'));
        let unknown = names.iter().find(|name| !members.contains_key(**name));
        assert_eq!(unknown, None, "{}", kind.name);
        let required = schema["required"].as_array().unwrap();
        assert!(!required.is_empty(), "{}", kind.name);
        check_members(kind.name, &schema);
    }
}

fn check_members(path: &str, schema: &serde_json::Value) {
    for (name, member) in schema["properties"].as_object().unwrap() {
        assert!(member["type"].is_string(), "{path}.{name}: {member}");
        if member["properties"].is_object() {
            check_members(&format!("{path}.{name}"), member);
        } else {
            assert!(member["description"].is_string(), "{path}.{name}: {member}");
        }
    }
}
