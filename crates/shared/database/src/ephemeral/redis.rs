//! Entries in Redis, shared by every replica.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use doorward_domain::boxed;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError, Script};

use super::entries::{Ephemeral, EphemeralFailure, Key};
use super::sentinel::Primary;
use crate::error::{Result, Source, StoreError};

/// Maximum duration of one operation, including connecting.
const DEADLINE: Duration = Duration::from_millis(500);

/// Pause after a failure, so that an outage delays one request per pause by the deadline, not every
/// request.
const PAUSE: Duration = Duration::from_millis(500);

/// Script that increments a counter; the first increment sets the expiry in milliseconds.
const BUMP: &str = "local n = redis.call('INCR', KEYS[1]) \
                    if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end \
                    return n";

/// Script that decrements a counter that is above zero.
const LOWER: &str = "local n = tonumber(redis.call('GET', KEYS[1]) or 0) \
                     if n > 0 then redis.call('DECR', KEYS[1]) end \
                     return 0";

/// Lifetime of the entry whose write shows that others can be written.
const PROBE_TTL: Duration = Duration::from_secs(10);

/// Ephemeral entries in one Redis, under a prefix.
pub struct RedisEphemeral {
    primary: Primary,
    prefix: String,
    bump: Script,
    lower: Script,
    link: Mutex<Link>,
}

#[derive(Default)]
struct Link {
    manager: Option<ConnectionManager>,
    paused_until: Option<Instant>,
    /// The cause of the last failure.
    failure: Option<EphemeralFailure>,
}

impl std::fmt::Debug for RedisEphemeral {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may contain a password.
        f.debug_struct("RedisEphemeral")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl RedisEphemeral {
    /// Creates a client for the Redis at this URL, or for the primary of the Sentinels in its parameter
    /// `sentinels`; each key starts with `prefix:`. Connects on first use.
    ///
    /// # Errors
    /// Returns [`StoreError::Address`] for a malformed URL.
    pub fn open(url: &str, prefix: &str) -> Result<Self> {
        let primary = Primary::parse(url)
            // The text of the driver may contain parts of the URL.
            .map_err(|_| StoreError::Address("the Redis address is not usable".to_owned()))?;
        Ok(Self {
            primary,
            prefix: prefix.to_owned(),
            bump: Script::new(BUMP),
            lower: Script::new(LOWER),
            link: Mutex::new(Link::default()),
        })
    }

    /// Returns [`StoreError::Unavailable`] if Redis does not respond.
    #[boxed]
    pub async fn ping(&self) -> Result<()> {
        let _: String = self.query(&redis::cmd("PING")).await?;
        Ok(())
    }

    fn name(&self, key: &Key) -> String {
        format!("{}:{}", self.prefix, key.as_str())
    }

    async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut manager = self.manager().await?;
        self.within_deadline(command.query_async(&mut manager))
            .await
    }

    async fn within_deadline<T>(
        &self,
        work: impl Future<Output = Result<T, RedisError>>,
    ) -> Result<T> {
        match tokio::time::timeout(DEADLINE, work).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.pause(error)),
            Err(elapsed) => Err(self.pause(elapsed)),
        }
    }

    /// Returns the connection. A new one is to the Redis that is the primary now.
    async fn manager(&self) -> Result<ConnectionManager> {
        if let Some(manager) = self.open_manager()? {
            return Ok(manager);
        }
        let client = self.within_deadline(self.primary.client()).await?;
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        // Another request may have been faster.
        if let Some(manager) = &link.manager {
            return Ok(manager.clone());
        }
        let manager = connected(client)?;
        link.manager = Some(manager.clone());
        Ok(manager)
    }

    fn open_manager(&self) -> Result<Option<ConnectionManager>> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if link.paused_until.is_some_and(|end| Instant::now() < end) {
            return Err(StoreError::unavailable("Redis failed a moment ago"));
        }
        link.paused_until = None;
        Ok(link.manager.clone())
    }

    /// Drops the connection: another Redis may be the primary now, and the manager keeps the failure of
    /// a first attempt permanently unless it was a network error (for example "loading the dataset").
    fn pause(&self, error: impl Into<Source>) -> StoreError {
        let error = error.into();
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        link.manager = None;
        link.failure = Some(classify(error.downcast_ref().and_then(RedisError::code)));
        link.paused_until = Some(Instant::now() + PAUSE);
        StoreError::unavailable(error)
    }
}

/// Classifies the code of an error response; there is none without a response.
fn classify(code: Option<&str>) -> EphemeralFailure {
    match code {
        Some("READONLY") => EphemeralFailure::ReadOnly,
        Some("OOM") => EphemeralFailure::OutOfMemory,
        Some("MISCONF" | "NOREPLICAS" | "NOPERM") => EphemeralFailure::NotWritable,
        _ => EphemeralFailure::Unavailable,
    }
}

/// Returns a connection that connects on its first use, and again after an interruption.
fn connected(client: Client) -> Result<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_millis(100))
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE));
    ConnectionManager::new_lazy_with_config(client, config).map_err(StoreError::unavailable)
}

#[async_trait]
impl Ephemeral for RedisEphemeral {
    async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>> {
        self.query(&Cmd::get(self.name(key))).await
    }

    async fn put(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<()> {
        self.query(
            redis::cmd("SET")
                .arg(self.name(key))
                .arg(value)
                .arg("PX")
                .arg(millis(ttl)),
        )
        .await
    }

    async fn put_new(&self, key: &Key, value: &[u8], ttl: Duration) -> Result<bool> {
        let mut command = redis::cmd("SET");
        command
            .arg(self.name(key))
            .arg(value)
            .arg("NX")
            .arg("PX")
            .arg(millis(ttl));
        let done: Option<String> = self.query(&command).await?;
        Ok(done.is_some())
    }

    async fn take(&self, key: &Key) -> Result<Option<Vec<u8>>> {
        self.query(redis::cmd("GETDEL").arg(self.name(key))).await
    }

    async fn bump(&self, key: &Key, ttl: Duration) -> Result<u64> {
        let mut manager = self.manager().await?;
        let mut call = self.bump.prepare_invoke();
        call.key(self.name(key)).arg(millis(ttl));
        self.within_deadline(call.invoke_async(&mut manager)).await
    }

    async fn lower(&self, key: &Key) -> Result<()> {
        let mut manager = self.manager().await?;
        let mut call = self.lower.prepare_invoke();
        call.key(self.name(key));
        self.within_deadline(call.invoke_async::<()>(&mut manager))
            .await
    }

    async fn failure(&self) -> Option<EphemeralFailure> {
        let key = Key::new("system", "probe");
        if self.put(&key, b"", PROBE_TTL).await.is_ok() {
            return None;
        }
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        // Another request may have been faster, and have succeeded since.
        link.failure.or(Some(EphemeralFailure::Unavailable))
    }
}

/// Converts a duration to whole milliseconds, at least one, as Redis requires.
fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis())
        .unwrap_or(u64::MAX / 2)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_response_names_cause() {
        for (code, expected) in [
            (Some("READONLY"), EphemeralFailure::ReadOnly),
            (Some("OOM"), EphemeralFailure::OutOfMemory),
            (Some("MISCONF"), EphemeralFailure::NotWritable),
            (Some("NOREPLICAS"), EphemeralFailure::NotWritable),
            (Some("NOPERM"), EphemeralFailure::NotWritable),
            (Some("LOADING"), EphemeralFailure::Unavailable),
            (Some("MASTERDOWN"), EphemeralFailure::Unavailable),
            (Some("NOAUTH"), EphemeralFailure::Unavailable),
            (None, EphemeralFailure::Unavailable),
        ] {
            assert_eq!(classify(code), expected, "{code:?}");
        }
    }
}
