//! The remote end of a request, as described by its connection and headers.

use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, BrandOwners};

use crate::known_device::KnownDevice;
use crate::prelude::*;

/// The remote end of a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The client address. Forwarded headers count only from trusted proxies.
    pub ip: Option<IpAddr>,
    /// `User-Agent`, cut to 255 bytes.
    pub user_agent: String,
    /// The request id in the response and the log.
    pub request_id: String,
    /// The language of the caller's pages, and so of mails that the request causes.
    pub lang: Lang,
    /// The browser's known-device cookie, which names accounts that signed in there.
    pub device: Option<KnownDevice>,
    /// The hashes of the browser's trusted-device cookies, for any account.
    pub trusted: Vec<TokenHash>,
    /// The first-party client that sent the request; `None` for pages of this server.
    pub client: Option<String>,
    /// The client and the organization of the authorization request that the request continues, or the
    /// organization whose look the page has: mails that it causes have their brands.
    pub owners: Option<BrandOwners>,
    /// The source of randomness for the ids of audit events.
    pub random: Random,
}

impl Caller {
    /// Creates the caller of work that no request causes.
    pub fn of_server(random: &Random) -> Self {
        Self {
            random: random.clone(),
            ..Self::default()
        }
    }

    /// Returns true if a sign-in of this caller ends with its session. A first-party client needs tokens
    /// too, and may get none.
    pub const fn ends_with_session(&self) -> bool {
        self.client.is_none()
    }

    /// Builds an audit event about an action of this caller.
    pub fn event(&self, kind: AuditKind, success: bool, now: UnixSeconds) -> AuditEvent {
        AuditEvent {
            id: AuditId::generate(now, &mut self.random.rng()),
            at: now,
            kind,
            actor: None,
            subject: None,
            client_id: self.client.clone(),
            ip: self.ip,
            user_agent: (!self.user_agent.is_empty()).then(|| self.user_agent.clone()),
            success,
            detail: Map::new(),
            request_id: (!self.request_id.is_empty()).then(|| self.request_id.clone()),
        }
    }

    /// Builds an audit event about a successful action of a user on their own account.
    pub fn own_event(&self, kind: AuditKind, user: UserId, now: UnixSeconds) -> AuditEvent {
        self.event(kind, true, now).by(user).about(user)
    }

    /// Returns the IP address as stored in a session.
    pub fn ip_text(&self) -> String {
        self.ip.map(|ip| ip.to_string()).unwrap_or_default()
    }
}

pub trait AuditEventExt: Sized {
    #[must_use]
    fn by(self, actor: impl ToString) -> Self;
    #[must_use]
    fn about(self, subject: impl ToString) -> Self;
    #[must_use]
    fn about_optional(self, subject: Option<impl ToString>) -> Self {
        match subject {
            Some(subject) => self.about(subject),
            None => self,
        }
    }
    #[must_use]
    fn through(self, client: impl ToString) -> Self;
    /// Adds a detail, which must not be a secret.
    #[must_use]
    fn with(self, name: &str, value: impl Into<Value>) -> Self;
    #[must_use]
    fn with_optional(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl AuditEventExt for AuditEvent {
    fn by(mut self, actor: impl ToString) -> Self {
        self.actor = Some(actor.to_string());
        self
    }

    fn about(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    fn through(mut self, client: impl ToString) -> Self {
        self.client_id = Some(client.to_string());
        self
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}
