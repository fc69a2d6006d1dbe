//! Who is at the other end of the wire, as far as the wire tells.

use std::net::IpAddr;

use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_i18n::Lang;
use serde_json::{Map, Value};

use crate::known_device::KnownDevice;

/// The remote end of a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The client address, forwarded headers believed only from trusted proxies.
    pub ip: Option<IpAddr>,
    /// `User-Agent`, cut to 255 bytes.
    pub user_agent: String,
    /// The id that the answer carries and the log shows.
    pub request_id: String,
    /// The language of its pages, and so of mails that it causes.
    pub lang: Lang,
    /// What the browser says about the accounts that were signed in to there.
    pub device: Option<KnownDevice>,
    /// What the browser is trusted by, for any account.
    pub trusted: Vec<TokenHash>,
    /// The operator's own app that asks, where it is no page of ours.
    pub client: Option<String>,
}

impl Caller {
    /// A line of the audit log about what this caller did.
    pub fn event(&self, kind: AuditKind, success: bool, now: UnixSeconds) -> AuditEvent {
        AuditEvent {
            id: AuditId::generate(now, &mut rand::rng()),
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

    /// The address as kept in a session row.
    pub fn ip_text(&self) -> String {
        self.ip.map(|ip| ip.to_string()).unwrap_or_default()
    }
}

/// Small additions to an audit line.
pub trait AuditEventExt: Sized {
    /// Who did it.
    #[must_use]
    fn by(self, actor: impl ToString) -> Self;
    /// To whom.
    #[must_use]
    fn about(self, subject: impl ToString) -> Self;
    /// Through which client.
    #[must_use]
    fn through(self, client: impl ToString) -> Self;
    /// One more fact; never a secret.
    #[must_use]
    fn with(self, name: &str, value: impl Into<Value>) -> Self;
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
