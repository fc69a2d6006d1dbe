//! All stored data of one user in any state, for the export of personal data.

use doorward_domain::model::{
    ApiKey, AuditEvent, EmailToken, Grant, Invitation, Session, SignInAttempt, User, UserId,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::attempts::{self, AttemptFilter};
use super::query::{PAGE_MAX, models};
use crate::db::Conn;
use crate::entity::{api_keys, audit_events, email_tokens, grants, invitations, sessions};
use crate::error::StoreError;

/// Returns every stored session, including ended ones, newest first.
pub async fn sessions<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Session>, StoreError> {
    let rows = sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.as_uuid()))
        .order_by_desc(sessions::Column::Id)
        .all(conn)
        .await?;
    models(rows)
}

/// Returns every stored grant, including revoked ones, newest first.
pub async fn grants<C: Conn>(conn: &C, user: UserId) -> Result<Vec<Grant>, StoreError> {
    let rows = grants::Entity::find()
        .filter(grants::Column::UserId.eq(user.as_uuid()))
        .order_by_desc(grants::Column::Id)
        .all(conn)
        .await?;
    models(rows)
}

/// Returns every stored API key, including revoked ones, newest first.
pub async fn api_keys<C: Conn>(conn: &C, user: UserId) -> Result<Vec<ApiKey>, StoreError> {
    let rows = api_keys::Entity::find()
        .filter(api_keys::Column::UserId.eq(user.as_uuid()))
        .order_by_desc(api_keys::Column::CreatedAt)
        .all(conn)
        .await?;
    models(rows)
}

/// Returns every stored mail link, including used ones, newest first.
pub async fn email_tokens<C: Conn>(conn: &C, user: UserId) -> Result<Vec<EmailToken>, StoreError> {
    let rows = email_tokens::Entity::find()
        .filter(email_tokens::Column::UserId.eq(user.as_uuid()))
        .order_by_desc(email_tokens::Column::CreatedAt)
        .all(conn)
        .await?;
    models(rows)
}

/// Returns every stored invitation that the user sent, or that went to the user's verified e-mail
/// address, newest first.
pub async fn invitations<C: Conn>(conn: &C, user: &User) -> Result<Vec<Invitation>, StoreError> {
    use invitations::{Column, Entity};
    let mut theirs = Condition::any().add(Column::Inviter.eq(user.id.to_string()));
    if user.email_verified {
        theirs = theirs.add(Column::EmailKey.eq(user.email_key.as_str()));
    }
    let rows = Entity::find()
        .filter(theirs)
        .order_by_desc(Column::Id)
        .all(conn)
        .await?;
    models(rows)
}

/// Returns every stored sign-in attempt of the user, newest first.
pub async fn attempts<C: Conn>(conn: &C, user: UserId) -> Result<Vec<SignInAttempt>, StoreError> {
    let filter = AttemptFilter {
        user: Some(user),
        ..AttemptFilter::default()
    };
    let mut found: Vec<SignInAttempt> = Vec::new();
    loop {
        let last = found.last().map(|attempt| attempt.id);
        let page = attempts::page(conn, &filter, last, PAGE_MAX).await?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

/// Returns every audit event with the user as actor or subject, newest first.
pub async fn audit_events<C: Conn>(conn: &C, user: UserId) -> Result<Vec<AuditEvent>, StoreError> {
    use audit_events::{Column, Entity};
    let id = user.to_string();
    let mut events: Vec<AuditEvent> = Vec::new();
    loop {
        let theirs = Condition::any()
            .add(Column::Actor.eq(id.as_str()))
            .add(Column::Subject.eq(id.as_str()));
        let mut query = Entity::find()
            .filter(theirs)
            .order_by_desc(Column::Id)
            .limit(PAGE_MAX);
        if let Some(last) = events.last() {
            query = query.filter(Column::Id.lt(last.id.as_uuid()));
        }
        let page: Vec<AuditEvent> = models(query.all(conn).await?)?;
        if page.is_empty() {
            return Ok(events);
        }
        events.extend(page);
    }
}
