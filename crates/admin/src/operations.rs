//! The operations, in the order of the document and of the help.

use crate::operation::Entry;
use crate::{
    api_keys, attempts, audit_log, authorized_clients, claims, grants, groups, invitations, jobs,
    keys, lockouts, organizations, own_texts, permissions, profile_fields, providers,
    registration_tokens, resources, roles, scopes, sessions, stats, support_codes,
};

static OPERATIONS: &[&[&Entry]] = &[
    roles::operations::ALL,
    permissions::ALL,
    resources::operations::ALL,
    scopes::operations::ALL,
    claims::operations::ALL,
    registration_tokens::operations::ALL,
    api_keys::operations::ALL,
    authorized_clients::operations::ALL,
    grants::operations::ALL,
    profile_fields::operations::ALL,
    groups::operations::ALL,
    organizations::operations::ALL,
    invitations::operations::ALL,
    sessions::operations::ALL,
    keys::operations::ALL,
    providers::operations::ALL,
    attempts::operations::ALL,
    audit_log::operations::ALL,
    lockouts::operations::ALL,
    support_codes::operations::ALL,
    stats::operations::ALL,
    jobs::operations::ALL,
    own_texts::operations::ALL,
];

pub fn all() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().copied().flatten().copied()
}
