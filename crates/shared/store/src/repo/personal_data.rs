//! All stored data of one user in any state, for the export of personal data, in pages of
//! [`PAGE`] rows: an account may have more rows than fit into memory.

use doorward_domain::boxed;
use doorward_domain::model::id::AuditId;
use doorward_domain::model::{
    ApiKey, ApiKeyId, AuditEvent, Consent, ConsentId, EmailToken, Grant, GrantId, Invitation,
    InvitationId, Session, SignInAttempt, SignInAttemptId,
};

use super::attempts::{self, AttemptFilter};
use super::prelude::*;
use crate::entity::{
    api_keys, audit_events, consents, email_tokens, grants, invitations, sessions,
};

pub const PAGE: u64 = 500;

macro_rules! page {
    ($conn:expr, $table:ident, $key:ident, $of:expr, $before:expr) => {{
        use $table::{Column, Entity};
        Entity::find()
            .filter($of)
            .apply_if($before, |query, before| {
                query.filter(Column::$key.lt(before))
            })
            .order_by_desc(Column::$key)
            .limit(PAGE)
            .load($conn)
            .await
    }};
}

/// Returns a page of the sessions, including ended ones, newest first.
#[boxed]
pub async fn sessions(
    conn: &Conn,
    user: UserId,
    before: Option<SessionId>,
) -> Result<Vec<Session>> {
    let own = sessions::Column::UserId.eq(user.as_uuid());
    page!(conn, sessions, Id, own, before.map(|id| id.as_uuid()))
}

/// Returns a page of the grants, including revoked ones, newest first.
#[boxed]
pub async fn grants(conn: &Conn, user: UserId, before: Option<GrantId>) -> Result<Vec<Grant>> {
    let own = grants::Column::UserId.eq(user.as_uuid());
    page!(conn, grants, Id, own, before.map(|id| id.as_uuid()))
}

/// Returns a page of the unrevoked consents, newest first.
#[boxed]
pub async fn consents(
    conn: &Conn,
    user: UserId,
    before: Option<ConsentId>,
) -> Result<Vec<Consent>> {
    let own = Condition::all()
        .add(consents::Column::UserId.eq(user.as_uuid()))
        .add(consents::Column::RevokedAt.is_null());
    page!(conn, consents, Id, own, before.map(|id| id.as_uuid()))
}

/// Returns a page of the API keys, including revoked ones.
#[boxed]
pub async fn api_keys(conn: &Conn, user: UserId, before: Option<&ApiKeyId>) -> Result<Vec<ApiKey>> {
    let own = api_keys::Column::UserId.eq(user.as_uuid());
    page!(conn, api_keys, Id, own, before.map(ApiKeyId::as_str))
}

/// Returns a page of the mail links, including used ones.
#[boxed]
pub async fn email_tokens(
    conn: &Conn,
    user: UserId,
    before: Option<&TokenHash>,
) -> Result<Vec<EmailToken>> {
    let own = email_tokens::Column::UserId.eq(user.as_uuid());
    page!(conn, email_tokens, Hash, own, before.map(to_bytes))
}

/// Returns a page of the invitations that the user sent, or that went to the user's verified e-mail
/// address, newest first.
#[boxed]
pub async fn invitations(
    conn: &Conn,
    user: &User,
    before: Option<InvitationId>,
) -> Result<Vec<Invitation>> {
    use invitations::Column;
    let mut theirs = Condition::any().add(Column::Inviter.eq(user.id.to_string()));
    if user.email_verified {
        theirs = theirs.add(Column::EmailKey.eq(user.email_key.as_str()));
    }
    page!(conn, invitations, Id, theirs, before.map(|id| id.as_uuid()))
}

/// Returns a page of the sign-in attempts of the user, newest first.
#[boxed]
pub async fn attempts(
    conn: &Conn,
    user: UserId,
    before: Option<SignInAttemptId>,
) -> Result<Vec<SignInAttempt>> {
    let filter = AttemptFilter {
        user: Some(user),
        ..AttemptFilter::default()
    };
    attempts::page(conn, &filter, before, PAGE).await
}

/// Returns a page of the audit events with the user as actor or subject, newest first.
#[boxed]
pub async fn audit_events(
    conn: &Conn,
    user: UserId,
    before: Option<AuditId>,
) -> Result<Vec<AuditEvent>> {
    use audit_events::Column;
    let id = user.to_string();
    let theirs = Condition::any()
        .add(Column::Actor.eq(id.as_str()))
        .add(Column::Subject.eq(id.as_str()));
    page!(
        conn,
        audit_events,
        Id,
        theirs,
        before.map(|id| id.as_uuid())
    )
}
