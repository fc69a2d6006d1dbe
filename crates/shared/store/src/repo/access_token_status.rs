//! The state of an access token: its revocation, its grant and facts about the user, in one
//! statement.

use doorward_domain::boxed;
use doorward_domain::model::{EffectiveRoles, GrantId};
use sea_orm::Value;
use sea_orm::sea_query::CaseStatement;

use super::grants::{self, GrantContext};
use super::prelude::*;
use super::profile_fields::{self, FieldsOfUser};
use super::revoked_tokens;
use super::roles::role_column::{self, ANYWHERE, ROLES, RoleColumns};
use super::statement_text::StatementText;
use crate::entity;

const FIELDS: &str = "fields";

/// The facts about a user that are read with the token. Each one makes the statement slower.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RequestedFacts {
    /// Roles within the organization of the grant.
    pub roles: RolesNeeded,
    pub roles_anywhere: bool,
    pub fields: bool,
}

impl RequestedFacts {
    const COUNT: usize = 12;

    fn index(self) -> usize {
        let others = usize::from(self.roles_anywhere) + 2 * usize::from(self.fields);
        4 * self.roles as usize + others
    }
}

/// The tokens whose roles within the organization of the grant are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum RolesNeeded {
    #[default]
    Never,
    /// A token whose grant requests roles or groups by name (OIDC Core §5.5).
    IfNamed,
    Always,
}

/// The facts about a user that were read.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct UserFacts {
    /// Roles within the organization of the grant, if requested.
    pub roles: Option<EffectiveRoles>,
    /// Roles in any organization, if requested.
    pub roles_anywhere: Option<EffectiveRoles>,
    /// Name of the organization of the grant.
    pub org_name: Option<String>,
    /// Values of the custom profile fields, if requested.
    pub fields: Option<FieldsOfUser>,
}

/// The state of an access token that belongs to a grant.
#[derive(Clone, PartialEq, Debug)]
pub enum AccessTokenStatus {
    Revoked,
    WithoutGrant,
    /// A token with its grant and facts about the user.
    Granted(Box<GrantContext>, Box<UserFacts>),
}

/// Returns the state at `now` of the token with this `jti` and grant.
#[boxed]
pub async fn find(
    conn: &Conn,
    (jti, grant): (&str, GrantId),
    facts: RequestedFacts,
    now: UnixSeconds,
) -> Result<AccessTokenStatus> {
    let statement = statement(conn.get_database_backend(), (jti, grant), facts, now);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(if revoked_tokens::exists(conn, jti).await? {
            AccessTokenStatus::Revoked
        } else {
            AccessTokenStatus::WithoutGrant
        });
    };
    if row.try_get("", "is_revoked")? {
        return Ok(AccessTokenStatus::Revoked);
    }
    let context = Box::new(grants::context(&row)?);
    Ok(AccessTokenStatus::Granted(
        context,
        Box::new(read(&row, facts)?),
    ))
}

fn statement(
    backend: DbBackend,
    (jti, grant): (&str, GrantId),
    facts: RequestedFacts,
    now: UnixSeconds,
) -> Statement {
    static TEXTS: [StatementText; RequestedFacts::COUNT] =
        [const { StatementText::new() }; RequestedFacts::COUNT];
    let roles = usize::from(facts.roles != RolesNeeded::Never);
    let times = role_column::TIMES * (roles + usize::from(facts.roles_anywhere));
    let mut values = vec![Value::from(jti)];
    values.extend(std::iter::repeat_n(Value::from(now), times));
    values.push(grant.as_uuid().into());
    TEXTS[facts.index()].statement(backend, values, || {
        select(backend, (jti, grant), facts, now)
    })
}

fn select(
    backend: DbBackend,
    (jti, grant): (&str, GrantId),
    facts: RequestedFacts,
    now: UnixSeconds,
) -> SelectStatement {
    let mut query = grants::with_user_session(grant);
    let revoked = select_one(entity::revoked_tokens::Entity)
        .and_where(Expr::col(entity::revoked_tokens::Column::Jti).eq(jti))
        .take();
    query
        .expr_as(Expr::exists(revoked), "is_revoked")
        .expr_as(Expr::col(("o", "name")), "org_name");
    let there = RoleColumns::of_grant();
    let user = there.user;
    match facts.roles {
        RolesNeeded::Never => {}
        RolesNeeded::IfNamed => {
            let is_named =
                Expr::cust(r#"grants.claims LIKE '%"groups"%' OR grants.claims LIKE '%"roles"%'"#);
            let roles = role_column::expression(backend, there, now);
            query.expr_as(CaseStatement::new().case(is_named, roles), ROLES);
        }
        RolesNeeded::Always => role_column::select(&mut query, backend, (ROLES, there), now),
    }
    if facts.roles_anywhere {
        let anywhere = RoleColumns::anywhere(user);
        role_column::select(&mut query, backend, (ANYWHERE, anywhere), now);
    }
    if facts.fields {
        query.expr_as(profile_fields::column(backend, user), FIELDS);
    }
    query
}

fn read(row: &QueryResult, facts: RequestedFacts) -> Result<UserFacts> {
    let roles = match facts.roles {
        RolesNeeded::Never => None,
        RolesNeeded::IfNamed => role_column::read_optional(row, ROLES)?,
        RolesNeeded::Always => Some(role_column::read(row, ROLES)?),
    };
    let anywhere = facts
        .roles_anywhere
        .then(|| role_column::read(row, ANYWHERE));
    let fields = facts
        .fields
        .then(|| profile_fields::read_column(row, FIELDS));
    Ok(UserFacts {
        roles,
        roles_anywhere: anywhere.transpose()?,
        org_name: row.try_get("", "org_name")?,
        fields: fields.transpose()?,
    })
}

#[cfg(test)]
mod tests;
