//! The operations, in the order of the document and of the help.

use crate::operation::Entry;
use crate::{
    attempts, audit_log, groups, invitations, jobs, keys, lockouts, organizations, permissions,
    profile_fields, providers, resources, roles, scopes, sessions, stats, support_codes,
};

static OPERATIONS: &[&[&Entry]] = &[
    roles::operations::ALL,
    permissions::ALL,
    resources::operations::ALL,
    scopes::operations::ALL,
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
];

pub fn all() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().copied().flatten().copied()
}
