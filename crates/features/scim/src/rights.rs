//! The changes that a source may make. It reaches the users and groups of one organization, or those of the deployment, and never
//! raises or takes over an administrator.

use doorward_admin::prelude::*;
use doorward_domain::model::EffectiveRoles;
use doorward_domain::model::group::with_ancestors;
use doorward_domain::model::scim::ScimSource;
use doorward_rules::own_permissions;

use crate::failure::{Result, forbidden};

/// The facts about a user that decide.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts of a table")]
pub(crate) struct Standing {
    /// True for a source of one organization.
    pub is_confined: bool,
    /// True if the source has created the account.
    pub is_own: bool,
    /// True for administrators of this server, owners of organizations, and staff.
    pub is_powerful: bool,
    /// True for a user with a membership, a role or a group outside the organization.
    pub is_elsewhere: bool,
}

/// The kinds of changes of a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UserChangeKind {
    /// Names and other values of the profile.
    Profile,
    /// The user name or the e-mail address, with which a user signs in and gets links.
    Identifier,
    Disable,
    Enable,
}

impl Standing {
    /// Returns true if the account belongs to this source alone.
    pub(crate) const fn is_in_hand(self) -> bool {
        !self.is_confined || (self.is_own && !self.is_elsewhere)
    }

    /// Checks a change. Returns the reason of a denial.
    pub(crate) const fn check(self, change: UserChangeKind) -> Result<(), &'static str> {
        match change {
            _ if !self.is_in_hand() => {
                Err("the account does not belong to this organization alone; its user changes it")
            }
            UserChangeKind::Identifier if self.is_powerful => Err(
                "the user administers this server, or owns an organization; an administrator changes it",
            ),
            _ => Ok(()),
        }
    }
}

/// Returns true for roles that administer this server.
fn administers(held: &EffectiveRoles) -> bool {
    held.roles.contains(ADMIN_ROLE)
        || held
            .every_permission()
            .iter()
            .any(|name| own_permissions::is_own(name))
}

pub(crate) async fn standing(
    conn: &Conn,
    source: &ScimSource,
    (user, is_own): (&User, bool),
    now: UnixSeconds,
) -> Result<Standing> {
    let id = user.id;
    let held = repo::roles::prepared_for_user(conn, id, now).await?;
    let memberships = repo::organizations::of_user(conn, id).await?;
    let owns = memberships.iter().any(|(_, is_owner)| *is_owner);
    let org = source.org.as_deref();
    let mut is_elsewhere = memberships
        .iter()
        .any(|(slug, _)| Some(slug.as_str()) != org);
    if org.is_some() && !is_elsewhere {
        let roles = repo::roles::assignments(conn, SubjectKind::User, &id.to_string()).await?;
        let groups = repo::groups::of_user(conn, id).await?;
        is_elsewhere = roles.iter().any(|role| role.org.as_deref() != org)
            || groups.iter().any(|group| group.org.as_deref() != org);
    }
    Ok(Standing {
        is_confined: org.is_some(),
        is_own,
        is_powerful: administers(&held) || user.is_staff || owns,
        is_elsewhere,
    })
}

/// Checks that membership of a group, and of those above it, gives no role of an administrator.
pub(crate) async fn check_group(conn: &Conn, group: &Group) -> Result<()> {
    let line = repo::groups::line(conn, group.org.as_deref(), with_ancestors(&group.path)).await?;
    let ids: Vec<String> = line.iter().map(|group| group.id.to_string()).collect();
    let mut held = repo::roles::assignments_of(conn, SubjectKind::Group, &ids).await?;
    held.dedup_by(|one, other| one.role == other.role);
    for assignment in held {
        let role = repo::roles::find(conn, &assignment.role).await?;
        if role.is_some_and(|role| role.name == ADMIN_ROLE || own_permissions::is_in_role(&role)) {
            let why = "the group gives a role of an administrator; an administrator adds members";
            return Err(forbidden(why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::deployment([false, false, false, false], [true, true, true, true])]
    #[case::deployment_elsewhere([false, false, false, true], [true, true, true, true])]
    #[case::administrator([false, true, true, false], [true, false, true, true])]
    #[case::own_of_organization([true, true, false, false], [true, true, true, true])]
    #[case::own_owner([true, true, true, false], [true, false, true, true])]
    #[case::own_elsewhere([true, true, false, true], [false, false, false, false])]
    #[case::member([true, false, false, false], [false, false, false, false])]
    #[case::powerful_member([true, false, true, true], [false, false, false, false])]
    fn source_changes_what_is_in_its_hand(#[case] facts: [bool; 4], #[case] expected: [bool; 4]) {
        let [is_confined, is_own, is_powerful, is_elsewhere] = facts;
        let standing = Standing {
            is_confined,
            is_own,
            is_powerful,
            is_elsewhere,
        };
        let changes = [
            UserChangeKind::Profile,
            UserChangeKind::Identifier,
            UserChangeKind::Disable,
            UserChangeKind::Enable,
        ];
        assert_eq!(
            changes.map(|change| standing.check(change).is_ok()),
            expected
        );
    }
}
