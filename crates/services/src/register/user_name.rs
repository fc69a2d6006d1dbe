//! For how long a registration holds a user name without the proof of its address (decision 40).

use std::time::Duration;

use doorward_domain::model::EmailPurpose;
use doorward_domain::rules::{email_link, identifier};
use doorward_domain::time::{UnixSeconds, is_expired};
use doorward_store::{Conn, Key, StoreError, repo};

use crate::state::State;

/// Names that somebody asked for together with a known address.
const HELD_NAME: &str = "held-name";

/// Holds a name that was asked for together with a known address, as an account would.
pub(super) async fn hold(state: &State, username_key: &str) {
    let (key, life) = (held_name(username_key), life(state));
    let end = (state.now() + life).to_string();
    let ttl = Duration::from_secs(life.unsigned_abs());
    if let Err(error) = state.ephemeral.put(&key, end.as_bytes(), ttl).await {
        tracing::warn!(%error, "a user name is not held");
    }
}

/// Returns true if a name is held by [`hold`].
pub(super) async fn is_held(state: &State, username_key: &str) -> bool {
    let held = state.ephemeral.get(&held_name(username_key)).await;
    let end = held.ok().flatten();
    let end = end.and_then(|end| String::from_utf8(end).ok()?.parse::<UnixSeconds>().ok());
    end.is_some_and(|end| !is_expired(end, state.now()))
}

/// Seconds that a registration holds a user name: as long as the mailed link is good. A name is held as
/// long for a known address as for a new one, so that it tells nothing about the address; nobody holds
/// one for longer without proving an address.
fn life(state: &State) -> i64 {
    let link = email_link::life(EmailPurpose::Verify);
    match state.config.accounts.unverified_ttl {
        0 => link,
        ttl => ttl.min(link),
    }
}

/// Returns since when an account owes the proof of its address that holds no user name any more. Where
/// nobody has to prove one, or no account is removed for it, every account holds its name.
pub(super) fn free_before(state: &State) -> UnixSeconds {
    let goes = state.config.requires_verified_email() && state.config.accounts.unverified_ttl > 0;
    if goes {
        state.now() - life(state)
    } else {
        UnixSeconds::MIN
    }
}

/// Returns true if somebody has this user name, or one that looks like it.
pub(crate) async fn is_name_taken(
    state: &State,
    conn: &impl Conn,
    username_key: &str,
) -> Result<bool, StoreError> {
    repo::users::is_name_taken(conn, username_key, free_before(state)).await
}

/// As for a name that is taken, all that look alike are held.
fn held_name(username_key: &str) -> Key {
    Key::new(HELD_NAME, identifier::look(username_key))
}
