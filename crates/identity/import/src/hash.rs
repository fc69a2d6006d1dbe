//! Passwords of the source in the form that the store keeps.

use std::sync::{Mutex, PoisonError};
use std::thread;

use doorward_domain::credentials::foreign_hash::{ForeignHash, ForeignHashError};
use doorward_domain::credentials::password::{self, HashMemory, HashParams};
use doorward_domain::random::{Generator, Random};
use doorward_domain::secret::Secret;

use crate::item::Note;
use crate::record::PasswordRecord;

/// The code of the note on a user without a password.
pub const NO_PASSWORD: &str = "no_password";

/// A password that is ready to store, or has to be hashed first.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// A stored form.
    Ready(Secret<String>),
    /// A weak hash, which is never stored without argon2id.
    Wrap(ForeignHash),
    /// A password in clear text.
    Hash(Secret<String>),
}

/// Reads a password of the source.
pub fn prepare(password: Option<&PasswordRecord>) -> Result<Prepared, Note> {
    match password {
        None => Err(no_password()),
        Some(PasswordRecord::Plain(text)) if text.expose().is_empty() => Err(no_password()),
        Some(PasswordRecord::Plain(text)) => Ok(Prepared::Hash(text.clone())),
        Some(PasswordRecord::Django(text)) => of_foreign(ForeignHash::from_django(text.expose())),
        Some(PasswordRecord::Text(text)) => of_foreign(ForeignHash::from_text(text.expose())),
        Some(PasswordRecord::Firebase { hash, salt, config }) => {
            of_foreign(ForeignHash::from_firebase(hash.expose(), salt, config))
        }
        Some(PasswordRecord::Keycloak {
            secret_data,
            credential_data,
        }) => of_foreign(ForeignHash::from_keycloak(
            secret_data.expose(),
            credential_data,
        )),
    }
}

fn no_password() -> Note {
    Note::new(
        NO_PASSWORD,
        "no password: the user sets one with \"Forgot password\"",
    )
}

fn of_foreign(read: Result<ForeignHash, ForeignHashError>) -> Result<Prepared, Note> {
    let hash = read.map_err(|error| match error {
        ForeignHashError::Unusable => no_password(),
        error => Note::new(
            "password_format",
            format!("{error}: the user sets a password with \"Forgot password\""),
        )
        .about("password", None),
    })?;
    Ok(match hash.to_stored() {
        Some(text) => Prepared::Ready(Secret::new(text)),
        None => Prepared::Wrap(hash),
    })
}

/// Hashes what is not ready, on all cores. Returns `None` for a password that cannot be hashed.
pub fn finish(
    all: Vec<Option<Prepared>>,
    params: &HashParams,
    random: &Random,
) -> Vec<Option<String>> {
    let mut done: Vec<Option<String>> = Vec::with_capacity(all.len());
    let mut slow = Vec::new();
    for (at, one) in all.into_iter().enumerate() {
        done.push(match one {
            Some(Prepared::Ready(text)) => Some(text.expose().clone()),
            Some(other) => {
                slow.push((at, other));
                None
            }
            None => None,
        });
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(slow.len());
    let (work, results) = (Mutex::new(slow), Mutex::new(done));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut memory = HashMemory::new();
                loop {
                    let next = work.lock().ok().and_then(|mut work| work.pop());
                    let Some((at, one)) = next else { break };
                    let hash = one.hash(params, &mut memory, random.rng());
                    if let Ok(mut results) = results.lock() {
                        results[at] = hash;
                    }
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Wraps a weak hash in argon2id. Returns `None` if the parameters are not allowed.
pub fn wrap(weak: ForeignHash, params: &HashParams, rng: Generator<'_>) -> Option<String> {
    Prepared::Wrap(weak).hash(params, &mut HashMemory::new(), rng)
}

impl Prepared {
    fn hash(
        self,
        params: &HashParams,
        memory: &mut HashMemory,
        mut rng: Generator<'_>,
    ) -> Option<String> {
        match self {
            Self::Ready(text) => Some(text.expose().clone()),
            Self::Wrap(weak) => weak.wrap(params, memory, &mut rng).ok()?.to_stored(),
            Self::Hash(text) => password::hash(text.expose(), params, memory, &mut rng).ok(),
        }
    }
}
