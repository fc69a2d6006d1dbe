//! The time for which a registration reserves a user name before its address is verified (decision
//! 40).

use std::time::Duration;

use doorward_rules::{email_link, identifier};
use doorward_store::Key;

use crate::prelude::*;

/// The namespace of user names requested together with a known address.
const RESERVED_NAME: &str = "held-name";

/// Reserves a user name that was requested together with a known address, as an account would.
pub(super) async fn hold(core: &Core, username_key: &str) {
    let (key, life) = (reservation_key(username_key), ttl(core));
    let end = (core.now() + life).to_string();
    let ttl = Duration::from_secs(life.unsigned_abs());
    if let Err(error) = core.ephemeral.put(&key, end.as_bytes(), ttl).await {
        tracing::warn!(%error, "user name cannot be reserved");
    }
}

/// Returns true if [`hold`] has reserved a user name.
pub(super) async fn is_reserved(core: &Core, username_key: &str) -> bool {
    let held = core.ephemeral.get(&reservation_key(username_key)).await;
    let end = held.ok().flatten();
    let end = end.and_then(|end| String::from_utf8(end).ok()?.parse::<UnixSeconds>().ok());
    end.is_some_and(|end| !is_expired(end, core.now()))
}

/// Returns the seconds for which a registration reserves a user name: as long as the mailed link is
/// valid. The time is the same for known and new addresses, so that it does not reveal the address;
/// without verification, no name stays reserved for longer.
fn ttl(core: &Core) -> i64 {
    let link = email_link::ttl(EmailPurpose::Verify);
    match core.config.accounts.unverified_ttl {
        0 => link,
        ttl => ttl.min(link),
    }
}

/// Returns the time before which accounts with an unverified address no longer reserve their user
/// name. Every account keeps its name if unverified ones are allowed, or not removed.
pub(super) fn free_before(core: &Core) -> UnixSeconds {
    let goes = core.config.requires_verified_email() && core.config.accounts.unverified_ttl > 0;
    if goes {
        core.now() - ttl(core)
    } else {
        UnixSeconds::MIN
    }
}

/// Returns true if this user name, or one that looks like it, is in use.
pub(crate) async fn is_in_use(
    core: &Core,
    conn: &Conn,
    username_key: &str,
) -> Result<bool, StoreError> {
    repo::users::has_username(conn, username_key, free_before(core)).await
}

/// Returns the key of a reserved name; names that look alike share it.
fn reservation_key(username_key: &str) -> Key {
    Key::new(RESERVED_NAME, identifier::username_skeleton(username_key))
}
