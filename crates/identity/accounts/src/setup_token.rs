//! The one-time address that creates the first administrator: there is never a default password.

use doorward_domain::random::Generator;

use crate::prelude::*;

/// Lifetime of the token that `doorward serve` prints, in seconds.
pub const TOKEN_TTL: i64 = 30 * 60;

/// The name of the setting that stores the hash of the current token.
const SETTING: &str = "setup_token";

#[derive(Serialize, Deserialize)]
struct StoredToken {
    hash: String,
    expires_at: UnixSeconds,
}

/// Returns true if there is no administrator: the role `admin` was never assigned, or its last
/// holder is deleted.
#[boxed(?Send)]
pub async fn is_needed(conn: &Conn) -> Result<bool, StoreError> {
    Ok(repo::roles::count_holders(conn, ADMIN_ROLE).await? == 0)
}

/// Creates a new token for `/setup?token=…`; an earlier one stops working.
#[boxed(?Send)]
pub async fn issue<'a>(
    tx: &'a WriteTx,
    expires_at: UnixSeconds,
    mut rng: Generator<'a>,
) -> Result<OpaqueToken, StoreError> {
    let token = OpaqueToken::generate(&mut rng);
    let stored = StoredToken {
        hash: token.hash().to_base64url(),
        expires_at,
    };
    let stored = serde_json::json!(stored).to_string();
    repo::settings::put(tx, SETTING, &stored).await?;
    Ok(token)
}

/// Returns the expiry of the current token; `None` if there is none, or it has expired.
#[boxed(?Send)]
pub async fn expiry(conn: &Conn, now: UnixSeconds) -> Result<Option<UnixSeconds>, StoreError> {
    let stored = stored(conn).await?;
    let expires_at = stored.map(|stored| stored.expires_at);
    Ok(expires_at.filter(|expires_at| !is_expired(*expires_at, now)))
}

async fn stored(conn: &Conn) -> Result<Option<StoredToken>, StoreError> {
    let text = repo::settings::get(conn, SETTING).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Returns true if the token gives access to `/setup` at `now`, without consuming it.
pub async fn is_valid(conn: &Conn, token: &str, now: UnixSeconds) -> Result<bool, StoreError> {
    let Some(stored) = stored(conn).await? else {
        return Ok(false);
    };
    // Both sides are hashes, so the time of this comparison reveals nothing about the token.
    let same = TokenHash::digest(token).to_base64url() == stored.hash;
    Ok(same && !is_expired(stored.expires_at, now) && is_needed(conn).await?)
}

/// Consumes the token, in the transaction that creates the first administrator: of two concurrent
/// requests, one gets true.
pub async fn consume(tx: &WriteTx, token: &str, now: UnixSeconds) -> Result<bool, StoreError> {
    Ok(is_valid(tx, token, now).await? && repo::settings::remove(tx, SETTING).await?)
}
