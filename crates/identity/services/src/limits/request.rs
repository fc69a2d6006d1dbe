//! Limits on requests and forms, on fetches that third parties cause, and on registrations of clients.

use std::collections::BTreeSet;

use doorward_domain::boxed;
use doorward_domain::model::{Client, ClientKind, SessionId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::limits::rate_limit::{
    self as rule, ADDRESS, BACKCHANNEL, BACKCHANNEL_CLIENT, BACKCHANNEL_DAY, BACKCHANNEL_UNKNOWN,
    DEVICE, DOCUMENT, DOCUMENT_ALL, DOCUMENT_HOST, EXPORT, FETCH_HOST, FOREIGN_SECRET, INTERACTION,
    Limit, LimitSubject, MAIL, PUSH, PUSH_UNPROVED, REGISTRATION_REJECTED, REGISTRATION_UPDATE,
    REGISTRATION_UPDATE_ADDRESS, SCIM, SUPPORT_CODE, UNKNOWN_KEY, USER_CODE, USER_CODE_ADDRESS,
};

use super::counter::{Admission, CountedFailure, RateLimiter};
use crate::caller::Caller;

/// The authenticated sender of a request to the JSON API.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiCaller {
    Anonymous,
    /// A token in the body, which is checked later.
    PresentsToken,
    Account(UserId),
    /// A client that acts for itself, by its access token.
    Client(String),
}

impl RateLimiter {
    /// Counts a form with a password or a new account from this address.
    #[boxed]
    pub async fn admit_form(&self, caller: &Caller) -> Admission {
        self.count_address(ADDRESS, caller).await
    }

    /// Counts a form that causes a mail from this address.
    #[boxed]
    pub async fn admit_mail(&self, caller: &Caller) -> Admission {
        self.count_address(MAIL, caller).await
    }

    /// Counts an authorization request from this address that a user must answer.
    #[boxed]
    pub async fn admit_interaction(&self, caller: &Caller) -> Admission {
        self.count_address(INTERACTION, caller).await
    }

    /// Counts a device authorization request from this address.
    #[boxed]
    pub async fn admit_device(&self, caller: &Caller) -> Admission {
        self.count_address(DEVICE, caller).await
    }

    /// Counts an export of the personal data of this account.
    #[boxed]
    pub async fn admit_export(&self, user: UserId) -> Admission {
        self.count(EXPORT, &[&user.to_string()]).await
    }

    /// Counts a backchannel authentication request of this client, as one whose hint names no user
    /// until [`Self::admit_backchannel_user`] takes that back.
    #[boxed]
    pub async fn admit_backchannel(
        &self,
        client: &Client,
        now: UnixSeconds,
    ) -> Admission<CountedFailure> {
        let id = client.id.as_str();
        self.count(BACKCHANNEL_CLIENT, &[id]).await?;
        self.admit_failing(BACKCHANNEL_UNKNOWN, id, now).await
    }

    /// Counts a backchannel authentication request of this client for this user, which sends a mail.
    #[boxed]
    pub async fn admit_backchannel_user(
        &self,
        pass: &CountedFailure,
        client: &Client,
        user: UserId,
    ) -> Admission {
        self.forgive_failure(pass).await;
        let user = user.to_string();
        let subject = [client.id.as_str(), &user];
        self.count(BACKCHANNEL_DAY, &subject).await?;
        self.count(BACKCHANNEL, &subject).await
    }

    /// Counts a fetch of an unknown client's metadata document: per requesting address, per fetched
    /// host, and in total.
    #[boxed]
    pub async fn admit_document(&self, host: &str, caller: &Caller) -> Admission {
        self.count_address(DOCUMENT, caller).await?;
        self.count(DOCUMENT_HOST, &[host]).await?;
        self.count(DOCUMENT_ALL, &["all"]).await
    }

    /// Counts an anonymous client registration.
    #[boxed]
    pub async fn admit_client(&self, per_hour: u64, caller: &Caller) -> Admission {
        let limit = Limit::new("client-registration", per_hour, 60 * 60);
        self.count_address(limit, caller).await
    }

    /// Counts a typed user code before it is looked up, for the session and the address.
    #[boxed]
    pub async fn admit_user_code(
        &self,
        session: SessionId,
        caller: &Caller,
        now: UnixSeconds,
    ) -> Admission<CountedFailure> {
        self.count_address(USER_CODE_ADDRESS, caller).await?;
        self.admit_failing(USER_CODE, &session.to_string(), now)
            .await
    }

    /// Counts a support code as wrong before it is looked up, for the administrator.
    #[boxed]
    pub async fn admit_support_code(
        &self,
        administrator: &str,
        now: UnixSeconds,
    ) -> Admission<CountedFailure> {
        self.admit_failing(SUPPORT_CODE, administrator, now).await
    }

    /// Counts an authorization request that a client pushes from this address (RFC 9126 §2.3).
    #[boxed]
    pub async fn admit_push(&self, client: &Client, caller: &Caller) -> Admission {
        let limit = match client.kind {
            ClientKind::Confidential => PUSH,
            ClientKind::Public | ClientKind::Saml => PUSH_UNPROVED,
        };
        let address = rule::address_key(caller.ip);
        let subject = [client.id.as_str(), &address];
        self.count(limit, &subject).await
    }

    /// Counts a request of a source of SCIM.
    #[boxed]
    pub async fn admit_scim(&self, source: &str) -> Admission {
        self.count(SCIM, &[source]).await
    }

    /// Counts a check of an imported client secret, which is slow, by client and address.
    #[boxed]
    pub async fn admit_secret(&self, client: &Client, caller: &Caller) -> Admission {
        let address = rule::address_key(caller.ip);
        self.count(FOREIGN_SECRET, &[client.id.as_str(), &address])
            .await
    }

    /// Returns true if the limits of the JSON API depend on the account's roles.
    pub fn depends_on_roles(&self) -> bool {
        !self.hourly.roles.is_empty()
    }

    /// Counts a request to the JSON API in this hour: by address, by account or by client. `roles`
    /// are those of the account, if they matter ([`Self::depends_on_roles`]).
    #[boxed]
    pub async fn admit_request(
        &self,
        asking: ApiCaller,
        roles: &BTreeSet<String>,
        caller: &Caller,
    ) -> Admission {
        let (requester, subject) = match asking {
            ApiCaller::Anonymous => (LimitSubject::Anonymous, rule::address_key(caller.ip)),
            ApiCaller::PresentsToken => (LimitSubject::Token, rule::address_key(caller.ip)),
            ApiCaller::Client(id) => (LimitSubject::Client, id),
            ApiCaller::Account(user) => (LimitSubject::Account(roles), user.to_string()),
        };
        self.count(self.hourly.limit_for(requester), &[&subject])
            .await
    }

    /// Counts a fetch of a URL that a third party or a client named, for its host.
    pub(crate) async fn admit_fetch(&self, url: &str) -> Admission {
        let url = url::Url::parse(url).ok();
        let host = url.as_ref().and_then(url::Url::host_str);
        self.count(FETCH_HOST, &[host.unwrap_or_default()]).await
    }

    /// Counts a fetch of the key set at `url` because of an unknown key.
    pub(crate) async fn admit_unknown_key(&self, url: &str) -> Admission {
        self.count(UNKNOWN_KEY, &[url]).await
    }

    /// Counts a registration with an initial access token as rejected before it is attempted.
    #[boxed]
    pub async fn admit_registration(
        &self,
        token: &str,
        now: UnixSeconds,
    ) -> Admission<CountedFailure> {
        self.admit_failing(REGISTRATION_REJECTED, token, now).await
    }

    /// Counts an update of a registration from this address, before its token is checked.
    #[boxed]
    pub async fn admit_update_from(&self, caller: &Caller) -> Admission {
        self.count_address(REGISTRATION_UPDATE_ADDRESS, caller)
            .await
    }

    /// Counts an update of this client's registration, once its token was accepted.
    #[boxed]
    pub async fn admit_update_of(&self, client_id: &str) -> Admission {
        self.count(REGISTRATION_UPDATE, &[client_id]).await
    }
}
