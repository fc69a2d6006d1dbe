//! Who may give what to whom: nobody more than they hold, nobody to themselves (SECURITY AD-1);
//! and what of it travels in a token.

use std::collections::BTreeSet;

use doorward_protocol::scope::Scope;

use crate::model::{EffectiveRoles, Role};

/// The most bytes that each of `roles`, `groups`, `entitlements` and `managed_groups` takes in a token, so that the
/// token fits into the header line of 8 KiB that proxies accept.
pub const MAX_CLAIM: usize = 1536;

/// What of the things held stands in a token for these audiences (RFC 9068 §2.2.3.1).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Carried {
    /// Role names.
    pub roles: Vec<String>,
    /// Group paths.
    pub groups: Vec<String>,
    /// Permission codenames.
    pub entitlements: Vec<String>,
    /// Paths of the groups that the subject manages.
    pub managed_groups: Vec<String>,
    /// The names of those of the four that had to be cut.
    pub overage: Vec<String>,
}

/// Chooses what a token for these audiences carries: only what means something there, each list
/// within [`MAX_CLAIM`]. What does not fit is left out from the end of the alphabet, and the list is
/// named in `overage`: a token never says more than is held.
pub fn carried(held: &EffectiveRoles, audiences: &[String]) -> Carried {
    carry(held, held.roles_at(audiences), held.entitlements(audiences))
}

/// Chooses what a user's token of this scope carries: with the scope `roles` every role, whether
/// it means something at these audiences or not.
pub fn carried_by(scope: &Scope, held: &EffectiveRoles, audiences: &[String]) -> Carried {
    if !scope.contains("roles") {
        return carried(held, audiences);
    }
    carry(held, held.roles.clone(), held.entitlements(audiences))
}

/// The same with roles and entitlements that were chosen already.
pub fn carry(
    held: &EffectiveRoles,
    roles: BTreeSet<String>,
    entitlements: BTreeSet<String>,
) -> Carried {
    let mut overage = Vec::new();
    let mut within = |claim: &str, names: BTreeSet<String>| {
        let (kept, all) = (cut(&names, MAX_CLAIM), names.len());
        if kept.len() < all {
            overage.push(claim.to_owned());
        }
        kept
    };
    let roles = within("roles", roles);
    let groups = within("groups", held.groups.clone());
    let entitlements = within("entitlements", entitlements);
    let managed_groups = within("managed_groups", held.managed_groups.clone());
    Carried {
        roles,
        groups,
        entitlements,
        managed_groups,
        overage,
    }
}

/// Returns as many whole names as fit into `room` bytes, each with its quotes and comma.
pub fn cut(names: &BTreeSet<String>, mut room: usize) -> Vec<String> {
    let fits = |name: &&String| {
        let size = name.len() + 3;
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    };
    names.iter().take_while(fits).cloned().collect()
}

/// Why something was denied to who administers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DelegationRule {
    /// The permission for this is missing.
    NeedsPermission,
    /// The app was not allowed to administer.
    NeedsScope,
    /// It concerns every organization, and the caller acts in the name of one.
    NeedsEveryOrganization,
    /// It would give more than the caller holds.
    MoreThanHeld,
    /// Nobody raises themselves.
    NotToOneself,
    /// It would change somebody, or something, more powerful than the caller.
    MorePowerful,
    /// Only an owner of the organization may.
    OwnersOnly,
}

impl DelegationRule {
    /// Every rule.
    pub const ALL: [Self; 7] = [
        Self::NeedsPermission,
        Self::NeedsScope,
        Self::NeedsEveryOrganization,
        Self::MoreThanHeld,
        Self::NotToOneself,
        Self::MorePowerful,
        Self::OwnersOnly,
    ];

    /// Its name in bodies, logs and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsPermission => "needs_permission",
            Self::NeedsScope => "needs_scope",
            Self::NeedsEveryOrganization => "needs_every_organization",
            Self::MoreThanHeld => "more_than_held",
            Self::NotToOneself => "not_to_oneself",
            Self::MorePowerful => "more_powerful",
            Self::OwnersOnly => "owners_only",
        }
    }
}

/// A denial: the rule, and what would have been needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DelegationDenial {
    /// Which rule.
    pub rule: DelegationRule,
    /// The permissions or roles that the caller lacks.
    pub missing: BTreeSet<String>,
}

impl DelegationDenial {
    /// A denial that no permission would lift.
    pub const fn by(rule: DelegationRule) -> Self {
        Self {
            rule,
            missing: BTreeSet::new(),
        }
    }

    /// A denial for want of one thing.
    pub fn missing(rule: DelegationRule, name: &str) -> Self {
        Self {
            rule,
            missing: BTreeSet::from([name.to_owned()]),
        }
    }
}

/// May who holds this give these permissions away, or take part in giving them?
///
/// # Errors
/// [`DelegationRule::MoreThanHeld`] with what the giver lacks.
pub fn may_give<'a>(
    held: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
) -> Result<(), DelegationDenial> {
    lacks(held, permissions, DelegationRule::MoreThanHeld)
}

/// May who holds this change somebody, or something, that holds these permissions?
///
/// # Errors
/// [`DelegationRule::MorePowerful`] with what the caller lacks.
pub fn may_change<'a>(
    held: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
) -> Result<(), DelegationDenial> {
    lacks(held, permissions, DelegationRule::MorePowerful)
}

/// May who holds this change somebody, or something, that holds these roles? They must hold all that
/// the roles allow; and each role itself, unless they administer everything: services may look at the
/// name alone.
///
/// # Errors
/// [`DelegationRule::MorePowerful`] with the permissions, or the roles, that the caller lacks.
pub fn may_change_holder(
    held: &EffectiveRoles,
    other: &EffectiveRoles,
    administers: bool,
) -> Result<(), DelegationDenial> {
    may_change(held, other.every_permission())?;
    let missing: BTreeSet<String> = other.roles.difference(&held.roles).cloned().collect();
    if administers || missing.is_empty() {
        return Ok(());
    }
    Err(DelegationDenial {
        rule: DelegationRule::MorePowerful,
        missing,
    })
}

/// May who holds this give this role? They must hold all that it allows; and the role itself,
/// unless they administer everything: services may look at the name alone.
///
/// # Errors
/// [`DelegationRule::MoreThanHeld`] with the permissions, or the role, that the giver lacks.
pub fn may_give_role(
    held: &EffectiveRoles,
    role: &Role,
    administers: bool,
) -> Result<(), DelegationDenial> {
    may_give(held, role.permissions.iter().map(String::as_str))?;
    if administers || held.roles.contains(&role.name) {
        return Ok(());
    }
    Err(DelegationDenial::missing(
        DelegationRule::MoreThanHeld,
        &role.name,
    ))
}

fn lacks<'a>(
    held: &EffectiveRoles,
    permissions: impl IntoIterator<Item = &'a str>,
    rule: DelegationRule,
) -> Result<(), DelegationDenial> {
    let own = held.every_permission();
    let missing: BTreeSet<String> = permissions
        .into_iter()
        .filter(|permission| !own.contains(permission))
        .map(str::to_owned)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(DelegationDenial { rule, missing })
}

#[cfg(test)]
mod tests;
