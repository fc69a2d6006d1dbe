//! What a subject holds at one moment.

use doorward_domain::model::{ClientId, EffectiveRoles, SubjectKind, UserId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::JoinType::{InnerJoin as Inner, LeftJoin as Left};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Query};

use crate::db::Conn;
use crate::error::StoreError;

/// What a person holds at `now`, in one statement.
pub async fn effective_for_user<C: Conn>(
    conn: &C,
    user: UserId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    effective(conn, SubjectKind::User, &user.to_string(), now).await
}

/// What a client acting for itself holds at `now`, in one statement.
pub async fn effective_for_client<C: Conn>(
    conn: &C,
    client: &ClientId,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    effective(conn, SubjectKind::Client, client.as_str(), now).await
}

/// The active roles of active, unexpired assignments that hold everywhere; what is held in one
/// organization counts only there, and is left out.
async fn effective<C: Conn>(
    conn: &C,
    kind: SubjectKind,
    subject_id: &str,
    now: UnixSeconds,
) -> Result<EffectiveRoles, StoreError> {
    let unexpired = Cond::any()
        .add(Expr::col(("a", "expires_at")).is_null())
        .add(Expr::col(("a", "expires_at")).gt(now));
    let query = Query::select()
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
        .and_where(Expr::col(("a", "subject_kind")).eq(kind.as_str()))
        .and_where(Expr::col(("a", "subject_id")).eq(subject_id))
        .and_where(Expr::col(("a", "active")).eq(true))
        .and_where(Expr::col(("a", "org")).is_null())
        .and_where(Expr::col(("r", "active")).eq(true))
        .cond_where(unexpired)
        .take();
    let mut held = EffectiveRoles::default();
    for row in conn.query_all(&query).await? {
        held.roles.insert(row.try_get("", "role")?);
        let codename: Option<String> = row.try_get("", "codename")?;
        let audience: Option<String> = row.try_get("", "audience")?;
        if let (Some(codename), Some(audience)) = (codename, audience) {
            held.permissions
                .entry(audience)
                .or_default()
                .insert(codename);
        }
    }
    Ok(held)
}
