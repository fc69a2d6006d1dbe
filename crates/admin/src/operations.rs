//! The operations, in the order of the document and of the help.

use crate::operation::Entry;
use crate::{
    assignments, factor_campaigns, groups, invitations, lockouts, organizations, permissions,
    profile_fields, resources, reviews, roles, scopes, user_factors, users,
};

static OPERATIONS: &[&[&Entry]] = &[
    users::operations::ALL,
    user_factors::operations::ALL,
    lockouts::operations::ALL,
    roles::operations::ALL,
    permissions::ALL,
    resources::operations::ALL,
    scopes::operations::ALL,
    profile_fields::operations::ALL,
    groups::operations::ALL,
    organizations::operations::ALL,
    invitations::operations::ALL,
    assignments::operations::ALL,
    factor_campaigns::operations::ALL,
    reviews::operations::ALL,
];

pub fn all() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().copied().flatten().copied()
}
