//! Limits on fetches that third parties cause, and on dynamic client registration.

use doorward_domain::time::UnixSeconds;
use doorward_rules::rate_limit::{
    FETCH_HOST, REGISTRATION_REJECTED, REGISTRATION_UPDATE, REGISTRATION_UPDATE_ADDRESS,
    UNKNOWN_KEY,
};

use super::counter::{CountedFailure, LimitStatus, RateLimiter};
use crate::caller::Caller;

impl RateLimiter {
    /// Counts a fetch of a URL that a third party or a client named, for its host.
    pub(crate) async fn admit_fetch(&self, url: &str) -> Result<LimitStatus, LimitStatus> {
        let url = url::Url::parse(url).ok();
        let host = url.as_ref().and_then(url::Url::host_str);
        self.count(FETCH_HOST, &[host.unwrap_or_default()]).await
    }

    /// Counts a fetch of the key set at `url` because of an unknown key.
    pub(crate) async fn admit_unknown_key(&self, url: &str) -> Result<LimitStatus, LimitStatus> {
        self.count(UNKNOWN_KEY, &[url]).await
    }

    /// Counts a registration with an initial access token as rejected before it is attempted.
    pub async fn admit_registration(
        &self,
        token: &str,
        now: UnixSeconds,
    ) -> Result<CountedFailure, LimitStatus> {
        let admitted = self.admit_failing(REGISTRATION_REJECTED, token, now);
        admitted.await.map(|(failure, _)| failure)
    }

    /// Counts an update of a registration from this address, before its token is checked.
    pub async fn admit_update_from(&self, caller: &Caller) -> Result<LimitStatus, LimitStatus> {
        self.count_address(REGISTRATION_UPDATE_ADDRESS, caller)
            .await
    }

    /// Counts an update of this client's registration, once its token was accepted.
    pub async fn admit_update_of(&self, client_id: &str) -> Result<LimitStatus, LimitStatus> {
        self.count(REGISTRATION_UPDATE, &[client_id]).await
    }
}
