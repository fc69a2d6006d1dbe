//! Delegation of roles and permissions, and their claims in tokens. Callers can grant at most their
//! own permissions, and nothing to themselves.

use std::collections::BTreeSet;

use doorward_domain::model::{EffectiveRoles, Role};
use doorward_domain::time::UnixSeconds;

/// The maximum size of each of `roles`, `groups`, `entitlements` and `managed_groups` in a token,
/// in bytes, so that the token fits into the header line of 8 KiB that proxies accept.
pub const MAX_CLAIM: usize = 1536;
/// The maximum size of each list in an introspection response, in bytes: a resource server asks for
/// the names that a token could not carry.
pub const MAX_INTROSPECTED: usize = 64 * 1024;

/// The roles, groups and permissions in a token for certain audiences (RFC 9068 §2.2.3.1).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Carried {
    pub roles: Vec<String>,
    /// Group paths.
    pub groups: Vec<String>,
    /// Permission codenames.
    pub entitlements: Vec<String>,
    /// Paths of the groups that the subject manages.
    pub managed_groups: Vec<String>,
    /// The names of the lists that were truncated.
    pub overage: Vec<String>,
}

/// Limits roles and entitlements that are selected, and the groups, to the size of a token: each
/// list to [`MAX_CLAIM`]. Names that do not fit are omitted from the end of the alphabet, and
/// `overage` names the list. So a token never contains more than the subject has.
pub fn carry(
    assigned: &EffectiveRoles,
    roles: BTreeSet<String>,
    entitlements: BTreeSet<String>,
) -> Carried {
    carry_within(MAX_CLAIM, assigned, roles, entitlements)
}

/// Limits the lists like [`carry`], each to `room` bytes.
pub fn carry_within(
    room: usize,
    assigned: &EffectiveRoles,
    roles: BTreeSet<String>,
    entitlements: BTreeSet<String>,
) -> Carried {
    let mut overage = Vec::new();
    let mut within = |claim: &str, all: usize, carried: Vec<String>| {
        if carried.len() < all {
            overage.push(claim.to_owned());
        }
        carried
    };
    let (groups, managed) = (&assigned.groups, &assigned.managed_groups);
    let roles = within("roles", roles.len(), cut_owned(roles, room));
    let groups = within("groups", groups.len(), cut(groups, room));
    let entitlements = within(
        "entitlements",
        entitlements.len(),
        cut_owned(entitlements, room),
    );
    let managed_groups = within("managed_groups", managed.len(), cut(managed, room));
    Carried {
        roles,
        groups,
        entitlements,
        managed_groups,
        overage,
    }
}

/// Returns as many whole names as fit into `room` bytes, each with its quotes and comma.
pub fn cut(names: &BTreeSet<String>, room: usize) -> Vec<String> {
    cut_owned(names.iter().cloned(), room)
}

fn cut_owned(names: impl IntoIterator<Item = String>, mut room: usize) -> Vec<String> {
    let fits = |name: &String| {
        let size = name.len() + 3;
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    };
    names.into_iter().take_while(fits).collect()
}

doorward_protocol::words! {
    /// The rule by which an administrative request was denied.
    pub enum DelegationRule {
        /// The permission for the action is missing.
        NeedsPermission = "needs_permission",
        /// The client lacks the scope to administer.
        NeedsScope = "needs_scope",
        /// The action concerns every organization, but the caller acts in one.
        NeedsEveryOrganization = "needs_every_organization",
        /// The action would grant more than the caller has.
        MoreThanHeld = "more_than_held",
        /// The action would grant something for longer than the caller has it.
        LongerThanHeld = "longer_than_held",
        /// The action would raise the caller.
        NotToOneself = "not_to_oneself",
        /// The target has more permissions or roles than the caller.
        MorePowerful = "more_powerful",
        /// The action concerns a review with a role of the caller.
        UnderReview = "under_review",
        /// The action requires an owner of the organization.
        OwnersOnly = "owners_only",
        /// The action requires the role `admin`.
        AdministratorsOnly = "administrators_only",
    }
}

/// A denial: the rule, and the missing permissions or roles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DelegationDenial {
    pub rule: DelegationRule,
    /// The permissions or roles that the caller lacks.
    pub missing: BTreeSet<String>,
}

impl DelegationDenial {
    /// Creates a denial that no permission would prevent.
    pub const fn by(rule: DelegationRule) -> Self {
        Self {
            rule,
            missing: BTreeSet::new(),
        }
    }

    /// Creates a denial for one missing permission or role.
    pub fn missing(rule: DelegationRule, name: &str) -> Self {
        Self {
            rule,
            missing: BTreeSet::from([name.to_owned()]),
        }
    }

    /// Denies a request if something is missing.
    pub fn for_missing(rule: DelegationRule, missing: BTreeSet<String>) -> Result<(), Self> {
        if missing.is_empty() {
            return Ok(());
        }
        Err(Self { rule, missing })
    }

    /// Converts a denial for what the caller holds at the end of a delegation: the caller has it now,
    /// but not so long.
    #[must_use]
    pub fn at_end(self) -> Self {
        Self {
            rule: DelegationRule::LongerThanHeld,
            ..self
        }
    }
}

/// Returns the time at which a caller must still hold what is delegated until `end`; `None` for a
/// delegation without an end, which only a holding without an end covers.
pub fn last_moment(end: Option<UnixSeconds>) -> UnixSeconds {
    end.map_or(UnixSeconds::MAX, |end| end - 1)
}

/// Returns true if an assignment gives its role longer than before; `after` and `before` are its state
/// and its end.
pub fn is_extended(
    (active, end): (bool, Option<UnixSeconds>),
    before: Option<(bool, Option<UnixSeconds>)>,
) -> bool {
    let covered = match before {
        Some((true, None)) => true,
        Some((true, Some(before))) => end.is_some_and(|end| end <= before),
        Some((false, _)) | None => false,
    };
    active && !covered
}

/// Checks that the caller with the roles `roles` may grant these permissions, or take part in that.
pub fn check_delegation<'a>(
    roles: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
) -> Result<(), DelegationDenial> {
    lacks(roles, permissions, DelegationRule::MoreThanHeld)
}

/// Checks that the caller with the roles `roles` may change a target that has these permissions.
pub fn may_change<'a>(
    roles: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
) -> Result<(), DelegationDenial> {
    lacks(roles, permissions, DelegationRule::MorePowerful)
}

/// Checks that the caller with the roles `roles` may change a target that has the roles `other`. The
/// caller needs all their permissions. The caller also needs each role itself, unless `administers`
/// is true: resource servers may decide by the role name alone.
pub fn check_holder(
    roles: &EffectiveRoles,
    other: &EffectiveRoles,
    administers: bool,
) -> Result<(), DelegationDenial> {
    may_change(roles, other.every_permission())?;
    if administers {
        return Ok(());
    }
    let missing = other.roles.difference(&roles.roles).cloned().collect();
    DelegationDenial::for_missing(DelegationRule::MorePowerful, missing)
}

/// Checks that the caller with the roles `roles` may assign this role. The caller needs all its
/// permissions, and the role itself unless `administers` is true: resource servers may decide by
/// the role name alone.
pub fn check_role_delegation(
    roles: &EffectiveRoles,
    role: &Role,
    administers: bool,
) -> Result<(), DelegationDenial> {
    check_delegation(roles, role.permissions.iter().map(String::as_str))?;
    if administers || roles.roles.contains(&role.name) {
        return Ok(());
    }
    Err(DelegationDenial::missing(
        DelegationRule::MoreThanHeld,
        &role.name,
    ))
}

fn lacks<'a>(
    roles: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
    rule: DelegationRule,
) -> Result<(), DelegationDenial> {
    let own = roles.every_permission();
    let missing = permissions
        .into_iter()
        .filter(|permission| !own.contains(permission))
        .map(str::to_owned)
        .collect();
    DelegationDenial::for_missing(rule, missing)
}

#[cfg(test)]
mod tests;
