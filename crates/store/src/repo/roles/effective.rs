//! What a subject holds at one moment.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::group::with_ancestors;
use doorward_domain::model::{ClientId, EffectiveRoles, Group, Place, SubjectKind, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::JoinType::{InnerJoin as Inner, LeftJoin as Left};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query, SelectStatement};

use crate::db::Conn;
use crate::error::StoreError;
use crate::repo::groups;

/// What a person holds at `now` everywhere.
pub async fn effective_for_user<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    effective_for_user_in(conn, user, Place::Everywhere, now).await
}

/// What a person holds at `now` in this place: their own roles, and those of their groups and of
/// the groups above them.
pub async fn effective_for_user_in<C: Conn>(
    conn: &C,
    user: UserId,
    place: Place<'_>,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let groups = groups_of(conn, user, place).await?;
    let mut held = effective(conn, person(user, &groups), place, now).await?;
    held.groups = groups.into_iter().map(|group| group.path).collect();
    Ok(held)
}

/// What a client acting for itself holds at `now` everywhere, in one statement.
pub async fn effective_for_client<C: Conn>(
    conn: &C,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    effective_for_client_in(conn, client, Place::Everywhere, now).await
}

/// What a client acting for itself holds at `now` in this place, in one statement.
pub async fn effective_for_client_in<C: Conn>(
    conn: &C,
    client: &ClientId,
    place: Place<'_>,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let subject = subject_is(SubjectKind::Client, vec![client.as_str().to_owned()]);
    effective(conn, subject, place, now).await
}

/// All that a person holds anywhere or comes to hold when somebody switches a role or an assignment
/// on: everything but what is over.
pub async fn prepared_for_user<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let groups = groups_of(conn, user, Place::Anywhere).await?;
    gather(conn, person(user, &groups), Place::Anywhere, unexpired(now)).await
}

/// The same for a client that acts for itself.
pub async fn prepared_for_client<C: Conn>(
    conn: &C,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let subject = subject_is(SubjectKind::Client, vec![client.as_str().to_owned()]);
    gather(conn, subject, Place::Anywhere, unexpired(now)).await
}

/// The groups of a person that count in this place, with those above them.
async fn groups_of<C: Conn>(
    conn: &C,
    user: UserId,
    place: Place<'_>,
) -> Result<Vec<Group>, StoreError> {
    let counts = |group: &Group| match (place, group.org.as_deref()) {
        (Place::Anywhere, _) | (_, None) => true,
        (Place::In(here), Some(there)) => here == there,
        (Place::Everywhere, Some(_)) => false,
    };
    let mut found = groups::of_user(conn, user).await?;
    found.retain(counts);
    let mut missing: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for group in &found {
        let above = missing.entry(group.org.clone()).or_default();
        above.extend(with_ancestors(&group.path).map(str::to_owned));
    }
    for group in &found {
        if let Some(above) = missing.get_mut(&group.org) {
            above.remove(&group.path);
        }
    }
    for (org, paths) in missing {
        if !paths.is_empty() {
            let paths = paths.iter().map(String::as_str);
            found.extend(groups::line(conn, org.as_deref(), paths).await?);
        }
    }
    Ok(found)
}

/// A person, as themselves and as a member of these groups.
fn person(user: UserId, groups: &[Group]) -> Cond {
    let ids: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
    let subject = Cond::any().add(subject_is(SubjectKind::User, vec![user.to_string()]));
    if ids.is_empty() {
        return subject;
    }
    subject.add(subject_is(SubjectKind::Group, ids))
}

fn subject_is(kind: SubjectKind, ids: Vec<String>) -> Cond {
    Cond::all()
        .add(Expr::col(("a", "subject_kind")).eq(kind.as_str()))
        .add(Expr::col(("a", "subject_id")).is_in(ids))
}

/// The active roles of active, unexpired assignments that count in this place.
async fn effective<C: Conn>(
    conn: &C,
    subject: Cond,
    place: Place<'_>,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let live = Cond::all()
        .add(Expr::col(("a", "active")).eq(true))
        .add(Expr::col(("r", "active")).eq(true))
        .add(unexpired(now));
    gather(conn, subject, place, live).await
}

fn unexpired(now: UnixSeconds) -> Cond {
    Cond::any()
        .add(Expr::col(("a", "expires_at")).is_null())
        .add(Expr::col(("a", "expires_at")).gt(now))
}

/// The roles of these assignments, as far as they count in this place.
async fn gather<C: Conn>(
    conn: &C,
    subject: Cond,
    place: Place<'_>,
    which: Cond,
) -> Result<EffectiveRoles, StoreError> {
    let everywhere = Cond::any().add(Expr::col(("a", "org")).is_null());
    let mut query = held_by_assignment();
    query.cond_where(subject).cond_where(which);
    match place {
        Place::Anywhere => {}
        Place::Everywhere => {
            query.cond_where(everywhere);
        }
        Place::In(org) => {
            query.cond_where(everywhere.add(Expr::col(("a", "org")).eq(org)));
        }
    }
    let mut held = EffectiveRoles::default();
    for row in conn.query_all(&query).await? {
        let role: String = row.try_get("", "role")?;
        let codename: Option<String> = row.try_get("", "codename")?;
        let audience: Option<String> = row.try_get("", "audience")?;
        if let (Some(codename), Some(audience)) = (codename, audience) {
            let at = held.audiences.entry(role.clone()).or_default();
            at.insert(audience.clone());
            held.permissions
                .entry(audience)
                .or_default()
                .insert(codename);
        }
        held.roles.insert(role);
    }
    Ok(held)
}

fn held_by_assignment() -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(("r", "name")), Alias::new("role"))
        .expr_as(Expr::col(("p", "codename")), Alias::new("codename"))
        .expr_as(Expr::col(("p", "audience")), Alias::new("audience"))
        .from_as("role_assignments", "a")
        .join_as(
            Inner,
            "roles",
            "r",
            Expr::col(("r", "name")).equals(("a", "role")),
        )
        .join_as(
            Left,
            "role_permissions",
            "rp",
            Expr::col(("rp", "role")).equals(("r", "name")),
        )
        .join_as(
            Left,
            "permissions",
            "p",
            Expr::col(("p", "codename")).equals(("rp", "permission")),
        )
        .take()
}
