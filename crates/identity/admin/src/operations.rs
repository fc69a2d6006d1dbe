//! The operations, in the order of the document and of the help.

use crate::operation::Entry;
use crate::{
    api_keys, assignments, attempts, audit_log, authorized_clients, brands, bulk, claims,
    factor_campaigns, grants, groups, invitations, jobs, keys, lockouts, merging, offboarding,
    organizations, own_texts, permissions, profile_fields, providers, registration_tokens,
    resources, reviews, roles, scopes, sessions, stats, support_codes, user_factors, users,
};

static OPERATIONS: &[&[&Entry]] = &[
    users::operations::ALL,
    offboarding::operations::ALL,
    merging::operations::ALL,
    bulk::operations::ALL,
    user_factors::operations::ALL,
    lockouts::operations::ALL,
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
    own_texts::operations::ALL,
    assignments::operations::ALL,
    factor_campaigns::operations::ALL,
    reviews::operations::ALL,
];

pub fn all() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().copied().flatten().copied()
}
