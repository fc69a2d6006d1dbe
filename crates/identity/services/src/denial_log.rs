//! The log of requests that the JSON API and the OAuth endpoints deny. Denials are stored so that
//! their decision ids can be explained (`decisions::explain` in `doorward-admin`).

use std::sync::Mutex;

use doorward_domain::model::{DenialId, DenialRecord};
use doorward_rules::limits::PeriodQuota;
use doorward_store::Db;

use crate::caller::Caller;
use crate::error::Result;
use crate::prelude::*;

/// The retention of denials, in seconds.
pub const RETENTION: i64 = 30 * 24 * 60 * 60;
/// Maximum number of stored denials.
pub const MAX_RECORDS: u64 = 100_000;
/// Maximum number of denials of unknown callers that one process stores per minute, so that
/// anonymous requests cannot fill the table. All of them are logged.
const UNKNOWN_PER_MINUTE: u32 = 100;
/// Maximum length of a text from a request, in characters.
const MAX_TEXT: usize = 200;

/// The reason for denying access to an organization that the user does not belong to.
pub const NOT_MEMBER: &str = "the user does not belong to the organization";

/// The log of denials, with the number of those of unknown callers in the current minute.
#[derive(Debug, Default)]
pub struct DenialLog {
    unknown: Mutex<PeriodQuota>,
}

impl DenialLog {
    fn admits_unknown(&self, now: UnixSeconds) -> bool {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.admits(now / 60, UNKNOWN_PER_MINUTE)
    }

    /// Stores a denial before the response is sent, within the limit for unknown callers. If the
    /// store is unavailable, only the explanation is lost.
    #[boxed]
    pub async fn record(
        &self,
        db: &Db,
        now: UnixSeconds,
        denied: &DeniedRequest<'_>,
        caller: &Caller,
    ) -> DenialId {
        let id = DenialId::generate(now, &mut caller.random.rng());
        let details = &denied.details;
        if details.actor.is_none() && !self.admits_unknown(now) {
            return id;
        }
        let kept = DenialRecord {
            id,
            at: now,
            rule: denied.rule.to_owned(),
            actor: details.actor.clone(),
            client_id: details.client_id.clone(),
            detail: detail(denied, caller),
        };
        if let Err(error) = insert(db, &kept).await {
            tracing::warn!(fault = %error, decision_id = %id, "denial cannot be stored");
        }
        id
    }

    /// Stores a rejected OAuth request under a decision id unless its cause is only the user or a
    /// limit.
    #[boxed]
    pub async fn reject(
        &self,
        db: &Db,
        now: UnixSeconds,
        denied: &DeniedRequest<'_>,
        rejection: &Rejection,
        caller: &Caller,
    ) -> Option<DenialId> {
        let is_redirect = denied.status < 400;
        if denied.status == 429 || (is_redirect && Rejection::is_about_user(rejection.code)) {
            return None;
        }
        Some(self.record(db, now, denied, caller).await)
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DenialDetails {
    /// The cause, for administrators.
    pub because: Option<String>,
    /// The user, or the client that acts for itself.
    pub actor: Option<String>,
    pub client_id: Option<String>,
    pub org: Option<String>,
    pub missing: Vec<String>,
    /// The kind and name of an object that is out of reach.
    pub hidden: Option<(&'static str, String)>,
    pub rejection: Option<Rejection>,
}

impl DenialDetails {
    /// Returns these details, completed by `others`.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        let either = |own: Option<String>, other: &Option<String>| own.or_else(|| other.clone());
        Self {
            because: either(self.because, &others.because),
            actor: either(self.actor, &others.actor),
            client_id: either(self.client_id, &others.client_id),
            org: either(self.org, &others.org),
            missing: self.missing,
            hidden: self.hidden,
            rejection: self.rejection,
        }
    }
}

#[derive(Debug)]
pub struct DeniedRequest<'a> {
    /// The rule that decided, as in the problem response.
    pub rule: &'a str,
    pub status: u16,
    /// The denied action: the method and the path pattern.
    pub attempt: &'a str,
    pub details: DenialDetails,
}

async fn insert(db: &Db, record: &DenialRecord) -> Result<()> {
    let tx = db.begin_write().await?;
    repo::denials::insert(&tx, record).await?;
    tx.commit().await?;
    Ok(())
}

fn detail(denied: &DeniedRequest<'_>, caller: &Caller) -> Map<String, Value> {
    let details = &denied.details;
    let mut detail = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            detail.insert(name.to_owned(), value);
        }
    };
    let text = |text: &str| Value::from(text.chars().take(MAX_TEXT).collect::<String>());
    put("attempt", text(denied.attempt));
    put("status", denied.status.into());
    put("because", details.because.as_deref().map(text).into());
    put("org", details.org.as_deref().map(text).into());
    put("ip", caller.ip.map(|ip| ip.to_string()).into());
    put("request_id", caller.request_id.as_str().into());
    if !details.missing.is_empty() {
        put("missing", details.missing.clone().into());
    }
    if let Some(rejection) = &details.rejection {
        put("error", rejection.code.as_str().into());
        let reason = rejection
            .reason
            .map(doorward_protocol::error::Reason::as_str);
        put("reason", reason.into());
        put("expected", rejection.expected.clone().into());
        put("received", rejection.received.clone().into());
        put("differs_at", rejection.differs_at().into());
    }
    if let Some((kind, name)) = &details.hidden {
        put("what", (*kind).into());
        put("name", text(name));
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anonymous_callers_fill_no_table() {
        let log = DenialLog::default();
        let kept = (0..500).filter(|_| log.admits_unknown(6000)).count();
        assert_eq!(kept, 100);
        assert!(log.admits_unknown(6060));
    }

    #[test]
    fn explicit_denial_reason_is_listed_first() {
        let own = DenialDetails {
            actor: Some("alice".to_owned()),
            ..DenialDetails::default()
        };
        let noted = DenialDetails {
            actor: Some("bob".to_owned()),
            client_id: Some("app".to_owned()),
            ..DenialDetails::default()
        };
        let both = own.or(&noted);
        assert_eq!(both.actor.as_deref(), Some("alice"));
        assert_eq!(both.client_id.as_deref(), Some("app"));
    }
}
