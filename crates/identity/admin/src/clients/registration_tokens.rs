//! Initial access tokens (RFC 7591 §3), which allow clients to register dynamically. Administrators
//! that may register clients create them.

pub mod operations;

use doorward_domain::model::{RegistrationToken, RegistrationTokenId};

use crate::checked_value::check_line;
use crate::json_member::optional;
use crate::prelude::*;

pub const DEFAULT_TTL: i64 = 7 * 24 * 60 * 60;
const LONGEST: i64 = 366 * 24 * 60 * 60;
const MAX_USES: i64 = 10_000;

/// An initial access token to create.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[schema(as = NewRegistrationToken)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Description.
    pub note: String,
    /// Number of clients that can be registered with it, 1 to 10000.
    #[serde(default = "default_uses")]
    #[schema(default = 1, minimum = 1, maximum = 10_000)]
    pub uses: i64,
    /// Expiry (RFC 3339), within a year; defaults to one week.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<UnixSeconds>,
}

const fn default_uses() -> i64 {
    1
}

/// The token is only in the return value; the store keeps its hash.
#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    new: &NewToken,
) -> Result<(RegistrationToken, OpaqueToken)> {
    context.require_global("clients:write")?;
    let now = context.now();
    let note = check_line("note", &new.note, 100)?;
    if !(1..=MAX_USES).contains(&new.uses) {
        return Err(AdminError::invalid(
            "uses",
            "write a number from 1 to 10000",
        ));
    }
    let expires_at = new.expires_at.unwrap_or(now + DEFAULT_TTL);
    if expires_at <= now || expires_at > now + LONGEST {
        return Err(AdminError::invalid(
            "expires_at",
            "write a time within a year",
        ));
    }
    let token = OpaqueToken::generate(&mut context.rng());
    let created = RegistrationToken {
        id: RegistrationTokenId::generate(now, &mut context.rng()),
        hash: token.hash(),
        note,
        uses_left: new.uses,
        created_by: context.actor.clone(),
        created_at: now,
        expires_at,
    };
    let tx = context.begin().await?;
    // A holder of the token registers clients as its author may.
    context
        .check_delegation_until(&tx, ["clients:write"], Some(expires_at))
        .await?;
    repo::registration_tokens::insert(&tx, &created).await?;
    let event = context
        .event(AuditKind::RegistrationTokenChanged, created.id, "created")
        .with("uses", new.uses)
        .with("expires_at", expires_at);
    context
        .commit_created(tx, &event, created.id, Some(&token))
        .await?;
    Ok((created, token))
}

/// Lists the tokens that can still be used.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    after: Option<RegistrationTokenId>,
    limit: u64,
) -> Result<Vec<RegistrationToken>> {
    context.require_global("clients:read")?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::registration_tokens::list_live(read, now, after, limit).await?)
}

/// Returns a token, also one that is exhausted or expired.
#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: RegistrationTokenId) -> Result<RegistrationToken> {
    context.require_global("clients:read")?;
    find_in(context.db.read(), id).await
}

async fn find_in(conn: &Conn, id: RegistrationTokenId) -> Result<RegistrationToken> {
    let found = repo::registration_tokens::find(conn, id).await?;
    found.ok_or_else(|| AdminError::not_found("registration token", &id))
}

/// Deletes a token and returns it as it was. The clients that were registered with it remain.
#[boxed(?Send)]
pub async fn revoke(
    context: &AdminContext<'_>,
    id: RegistrationTokenId,
) -> Result<RegistrationToken> {
    context.require_global("clients:write")?;
    let tx = context.begin().await?;
    let before = find_in(&tx, id).await?;
    repo::registration_tokens::delete(&tx, id).await?;
    let event = context.event(AuditKind::RegistrationTokenChanged, id, "revoked");
    context.commit_with(tx, &event).await?;
    Ok(before)
}
