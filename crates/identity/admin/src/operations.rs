//! The operations, in the order of the document and of the help.

use doorward_protocol::added::Added;

use crate::operation::Entry;
use crate::{
    api_keys, assignments, attempts, audit_log, authorized_clients, brands, bulk, claims, clients,
    copies, grants, groups, invitations, jobs, keys, lockouts, merging, offboarding, organizations,
    permissions, profile_fields, providers, registration_tokens, renames, resources, roles, scopes,
    sessions, stats, support_codes, user_factors, users,
};

static OPERATIONS: &[&[&Entry]] = &[
    users::operations::ALL,
    users::operations::create::ALL,
    users::operations::changes::ALL,
    offboarding::operations::ALL,
    merging::operations::ALL,
    copies::operations::ALL,
    bulk::operations::ALL,
    user_factors::operations::ALL,
    lockouts::operations::ALL,
    roles::operations::ALL,
    permissions::ALL,
    resources::operations::ALL,
    scopes::operations::ALL,
    renames::operations::ALL,
    claims::operations::ALL,
    clients::operations::ALL,
    registration_tokens::operations::ALL,
    api_keys::operations::ALL,
    authorized_clients::operations::ALL,
    grants::operations::ALL,
    profile_fields::operations::ALL,
    groups::operations::ALL,
    organizations::operations::ALL,
    brands::operations::ALL,
    invitations::operations::ALL,
    sessions::operations::ALL,
    keys::operations::ALL,
    providers::operations::ALL,
    attempts::operations::ALL,
    audit_log::operations::ALL,
    support_codes::operations::ALL,
    stats::operations::ALL,
    jobs::operations::ALL,
    assignments::operations::ALL,
];

/// The operations of features.
pub static ADDED: Added<&[&Entry]> = Added::new();

/// Returns all operations, those of features last.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS
        .iter()
        .chain(ADDED.all())
        .copied()
        .flatten()
        .copied()
}
