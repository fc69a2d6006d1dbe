//! The settings that all HTTP clients share, and how long one is kept.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::error::EgressError;

const CONNECT: Duration = Duration::from_secs(2);
/// The timeout of the whole request.
pub(super) const TOTAL: Duration = Duration::from_secs(5);

pub(super) fn build(client: ClientBuilder) -> Result<Client, EgressError> {
    client
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .user_agent(concat!("doorward/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| EgressError::Unreachable(error.to_string()))
}

/// An HTTP client that is built on first use, because it holds all root certificates. It is kept once a
/// server has answered it. Until then a failure discards it: TLS libraries ignore that the root
/// certificates cannot be read, and a client that was built while the process had no free descriptor would
/// trust no server until a restart.
#[derive(Debug, Default)]
pub(super) struct KeptClient {
    client: Mutex<Option<Client>>,
    is_proven: AtomicBool,
}

impl KeptClient {
    /// Returns the client, or builds one.
    pub(super) fn get(
        &self,
        build: impl FnOnce() -> Result<Client, EgressError>,
    ) -> Result<Client, EgressError> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        Ok(slot.insert(build()?).clone())
    }

    /// Notes whether a server has answered.
    pub(super) fn note<T>(&self, outcome: &Result<T, EgressError>) {
        match outcome {
            Ok(_) => self.is_proven.store(true, Ordering::Relaxed),
            Err(_) if self.is_proven.load(Ordering::Relaxed) => {}
            Err(_) => *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_client_with_answer_outlives_failures() {
        let (kept, built) = (KeptClient::default(), std::cell::Cell::new(0));
        let get = || {
            kept.get(|| {
                built.set(built.get() + 1);
                super::build(Client::builder())
            })
        };
        let failed = || Err::<(), _>(EgressError::Unreachable("no certificates".to_owned()));
        // The first two were built without root certificates.
        for expected in [1, 2, 3] {
            get().unwrap();
            assert_eq!(built.get(), expected);
            if expected < 3 {
                kept.note(&failed());
            }
        }
        kept.note(&Ok(()));
        kept.note(&failed());
        get().unwrap();
        assert_eq!(built.get(), 3);
        // A client that cannot be built is no client.
        let kept = KeptClient::default();
        kept.get(|| Err(EgressError::Unreachable("no descriptor".to_owned())))
            .unwrap_err();
        kept.get(|| super::build(Client::builder())).unwrap();
    }
}
