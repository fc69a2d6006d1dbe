//! The assignments that a review has, and the power to revoke them.

use std::collections::BTreeSet;

use doorward_domain::model::{AccessReview, ReviewScope};
use doorward_store::repo::role_assignments::AssignmentFilter;

use doorward_admin::prelude::*;
use doorward_admin::{groups, organizations, roles};

/// Returns the ID of the object that an administrator names, and its name for readers.
pub(super) async fn resolve(
    context: &AdminContext<'_>,
    scope: ReviewScope,
    typed: &str,
) -> Result<(String, String)> {
    let name = match scope {
        ReviewScope::Role => roles::get(context, typed).await?.name,
        ReviewScope::Organization => organizations::get(context, typed).await?.slug,
        ReviewScope::Group => {
            let org = context.confined_to().map(str::to_owned);
            let group = groups::get_named(context, typed, org.as_deref()).await?;
            return Ok((group.id.to_string(), group.path));
        }
        ReviewScope::Permission => {
            let known = roles::permissions(context).await?;
            let known = known.into_iter().map(|permission| permission.codename);
            let mut same = known.filter(|codename| codename == typed);
            let found = same.next();
            found.ok_or_else(|| AdminError::not_found("permission", typed))?
        }
    };
    Ok((name.clone(), name))
}

/// Returns the slug of an organization or the ID of a group, whose members a review has.
pub(super) async fn resolve_members(context: &AdminContext<'_>, typed: &str) -> Result<String> {
    let is_group = typed.contains('/') || GroupId::parse(typed).is_some();
    let found = if is_group {
        let org = context.confined_to().map(str::to_owned);
        let group = groups::get_named(context, typed, org.as_deref()).await;
        group.map(|group| group.id.to_string())
    } else {
        let organization = organizations::get(context, typed).await;
        organization.map(|organization| organization.slug)
    };
    found.map_err(|error| match error {
        AdminError::NotFound { .. } => AdminError::invalid("members_of", error.to_string()),
        error => error,
    })
}

/// Returns those of these users who are members of this organization or group, or of a group below it.
pub(super) async fn members_among(
    conn: &Conn,
    members_of: &str,
    users: Vec<UserId>,
) -> Result<BTreeSet<UserId>> {
    let Some(id) = GroupId::parse(members_of) else {
        let members = repo::organizations::members_among(conn, members_of, users).await?;
        return Ok(members.into_iter().collect());
    };
    let Some(group) = repo::groups::find(conn, id).await? else {
        return Ok(BTreeSet::new());
    };
    let below = format!("{}/", group.path);
    let found = repo::groups::of_users(conn, &users).await?.into_iter();
    let inside = found.filter(|(_, own)| {
        own.org == group.org && (own.id == group.id || own.path.starts_with(&below))
    });
    Ok(inside.map(|(user, _)| user).collect())
}

/// Returns the roles of which a review may have assignments.
async fn roles_in(conn: &Conn, scope: ReviewScope, id: &str) -> Result<BTreeSet<String>> {
    Ok(match scope {
        ReviewScope::Role => BTreeSet::from([id.to_owned()]),
        ReviewScope::Organization => {
            let roles = repo::role_assignments::roles_in(conn, id).await?;
            roles.into_iter().collect()
        }
        ReviewScope::Group => {
            let given = repo::roles::assignments(conn, SubjectKind::Group, id).await?;
            given.into_iter().map(|given| given.role).collect()
        }
        ReviewScope::Permission => {
            let roles = repo::roles::list(conn).await?.into_iter();
            let gives = roles.filter(|role| role.permissions.contains(id));
            gives.map(|role| role.name).collect()
        }
    })
}

/// Checks that the administrator may revoke every role in scope: a review passes this power on to its
/// reviewers.
pub(super) async fn check_power(
    context: &AdminContext<'_>,
    scope: ReviewScope,
    id: &str,
) -> Result<()> {
    for permission in ["roles:assign", "roles:read", "users:read", "groups:read"] {
        context.need(permission)?;
    }
    let conn = context.db.read();
    for name in roles_in(conn, scope, id).await? {
        if let Some(role) = repo::roles::find(conn, &name).await? {
            context.check_role_delegation(&role)?;
        }
    }
    Ok(())
}

/// Returns the lists of assignments whose rows are the lines of a review, each with its key, in the order
/// of the keys.
pub(super) async fn filters(
    conn: &Conn,
    review: &AccessReview,
) -> Result<Vec<(String, AssignmentFilter)>> {
    let id = review.scope_id.clone();
    let within = AssignmentFilter {
        org: review.org.clone(),
        ..AssignmentFilter::default()
    };
    let filter = match review.scope {
        ReviewScope::Role => AssignmentFilter {
            role: Some(id),
            ..within
        },
        ReviewScope::Organization => AssignmentFilter {
            org: Some(id),
            ..within
        },
        ReviewScope::Group => AssignmentFilter {
            holder: Some((SubjectKind::Group, id)),
            ..within
        },
        ReviewScope::Permission => {
            let roles = roles_in(conn, review.scope, &id).await?.into_iter();
            let filter = |role: String| AssignmentFilter {
                role: Some(role),
                ..within.clone()
            };
            return Ok(roles.map(|role| (role.clone(), filter(role))).collect());
        }
    };
    Ok(vec![(String::new(), filter)])
}
