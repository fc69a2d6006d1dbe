//! The secret keys of a deployment: those of its configuration, and the keys that are kept of former
//! ones.

use doorward_domain::secret::MasterKeyError;
use doorward_store::StoreError;

use crate::prelude::*;

/// Reads the secret keys of the configuration. Returns `None` if none is set.
pub fn configured(config: &Config) -> Result<Option<MasterKey>, MasterKeyError> {
    let Some(key) = &config.secret_key else {
        return Ok(None);
    };
    let mut master = MasterKey::from_base64(key.expose())?;
    if let Some(next) = &config.next_secret_key {
        master = master.with_next(MasterKey::from_base64(next.expose())?);
    }
    let former = config.former_secret_keys().map(MasterKey::from_base64);
    let former: Vec<MasterKey> = former.collect::<Result<_, _>>()?;
    Ok(Some(master.with_former(former)))
}

/// Adds the keys that the database keeps of former secret keys and that have not expired. A key that
/// cannot be opened is left out: a value that needs it is rejected as an unknown one.
#[boxed]
pub async fn with_kept(
    master: MasterKey,
    conn: &Conn,
    now: UnixSeconds,
) -> Result<MasterKey, StoreError> {
    let mut kept = Vec::new();
    for record in repo::kept_keys::list(conn).await? {
        match master.open_kept(&record) {
            Ok(key) if key.expires_at.is_none_or(|end| end > now) => kept.push(key),
            Ok(_) => {}
            Err(error) => tracing::warn!(key = %record.id, %error, "kept key cannot be opened"),
        }
    }
    Ok(master.with_kept(kept))
}
