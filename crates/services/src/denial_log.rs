//! What the JSON API and the OAuth endpoints refuse, logged, and kept so that its decision id can be explained
//! ([`admin::decisions::explain`](super::admin::decisions::explain)).

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use doorward_domain::model::{DenialId, DenialRecord};
use doorward_domain::rules::rejection::{self, Rejection};
use doorward_domain::time::UnixSeconds;
use doorward_store::{Db, repo};
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::error::ServerError;
use crate::remediation::{self, Case};

/// For how long a refusal can be explained, in seconds.
pub const KEPT: i64 = 30 * 24 * 60 * 60;
/// Most refusals that are kept.
pub const MOST: u64 = 100_000;
/// Refusals of callers who are not known that one process keeps within a minute: nobody fills the
/// table from outside. The log has every one.
const UNKNOWN_PER_MINUTE: u32 = 100;
/// The most characters of a text that somebody else wrote.
const MAX_TEXT: usize = 200;

/// The target of the log line of a rejected OAuth request; `doorward dev` prints these lines.
pub const REJECTED: &str = "doorward::rejected";

/// Why nobody acts in the name of an organization that they do not belong to.
pub const NOT_MEMBER: &str = "the person does not belong to the organization";

/// What this process has kept lately.
#[derive(Debug, Default)]
pub struct Keeper {
    minute: AtomicI64,
    unknown: AtomicU32,
}

impl Keeper {
    /// Whether one more refusal of somebody unknown is kept.
    fn admits_unknown(&self, now: UnixSeconds) -> bool {
        if self.minute.swap(now / 60, Ordering::Relaxed) != now / 60 {
            self.unknown.store(0, Ordering::Relaxed);
        }
        self.unknown.fetch_add(1, Ordering::Relaxed) < UNKNOWN_PER_MINUTE
    }

    /// Names a refusal, writes it into the log, and keeps it before the answer goes out. A store that
    /// is away takes the explanation, never the answer.
    pub async fn keep(
        &self,
        db: &Db,
        now: UnixSeconds,
        refused: DeniedRequest<'_>,
        caller: &Caller,
    ) -> DenialId {
        let id = DenialId::generate(now, &mut rand::rng());
        let DeniedRequest {
            rule,
            status,
            attempt,
            facts,
        } = &refused;
        tracing::info!(
            decision_id = %id,
            rule,
            status,
            attempt,
            because = facts.because,
            actor = facts.actor,
            client_id = facts.client_id,
            "refused"
        );
        self.store(db, now, id, &refused, caller).await;
        id
    }

    /// Logs a rejected OAuth request in one line, and keeps it under a decision id, unless it tells only
    /// of the user or of a limit. The line has bounded, escaped values of the client, and no secret.
    pub async fn reject(
        &self,
        db: &Db,
        now: UnixSeconds,
        refused: &DeniedRequest<'_>,
        rejection: &Rejection,
        caller: &Caller,
    ) -> Option<DenialId> {
        let is_redirect = refused.status < 400;
        let is_kept =
            refused.status != 429 && !(is_redirect && Rejection::is_of_user(rejection.code));
        let id = is_kept.then(|| DenialId::generate(now, &mut rand::rng()));
        let endpoint = refused.attempt.split(' ').next_back().unwrap_or_default();
        let client_id = refused.facts.client_id.as_deref().map(rejection::escaped);
        let fix = remediation::of(&Case {
            rule: refused.rule,
            actor: None,
            client: client_id.as_deref(),
            org: refused.facts.org.as_deref(),
            missing: &refused.facts.missing,
            roles: &[],
            place: None,
            rejection: Some(rejection),
        });
        tracing::info!(
            target: REJECTED,
            decision_id = id.map(|id| id.to_string()),
            endpoint,
            client_id,
            error = rejection.code.as_str(),
            reason = refused.facts.because,
            expected = rejection.expected,
            received = rejection.received,
            differs_at = rejection.differs_at(),
            fix = fix.join("; "),
            request_id = caller.request_id,
            "rejected"
        );
        let id = id?;
        self.store(db, now, id, refused, caller).await;
        Some(id)
    }

    /// Keeps a refusal, as far as strangers may fill the table.
    async fn store(
        &self,
        db: &Db,
        now: UnixSeconds,
        id: DenialId,
        refused: &DeniedRequest<'_>,
        caller: &Caller,
    ) {
        let facts = &refused.facts;
        if facts.actor.is_none() && !self.admits_unknown(now) {
            return;
        }
        let kept = DenialRecord {
            id,
            at: now,
            rule: refused.rule.to_owned(),
            actor: facts.actor.clone(),
            client_id: facts.client_id.clone(),
            detail: detail(refused, caller),
        };
        if let Err(fault) = insert(db, &kept).await {
            tracing::warn!(%fault, decision_id = %id, "the refusal cannot be kept");
        }
    }
}

/// What is known of a refusal besides what the caller is told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DenialDetails {
    /// Why, for who may ask.
    pub because: Option<String>,
    /// The user, or the client that acts for itself.
    pub actor: Option<String>,
    /// The app.
    pub client_id: Option<String>,
    /// In whose name they act, or wanted to.
    pub org: Option<String>,
    /// Permissions or scopes that were missing.
    pub missing: Vec<String>,
    /// The kind of thing that is hidden, and its name.
    pub hidden: Option<(&'static str, String)>,
    /// The OAuth error with its reason.
    pub rejection: Option<Rejection>,
}

impl DenialDetails {
    /// These, and of the others what these do not say.
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

/// A refusal.
#[derive(Debug)]
pub struct DeniedRequest<'a> {
    /// The rule that decided: the word of the problem.
    pub rule: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// What was tried: the method and the pattern of the path.
    pub attempt: &'a str,
    /// What else is known.
    pub facts: DenialDetails,
}

async fn insert(db: &Db, refusal: &DenialRecord) -> Result<(), ServerError> {
    let tx = db.begin_write().await?;
    repo::denials::insert(&tx, refusal).await?;
    tx.commit().await?;
    Ok(())
}

fn detail(refused: &DeniedRequest<'_>, caller: &Caller) -> Map<String, Value> {
    let facts = &refused.facts;
    let mut detail = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            detail.insert(name.to_owned(), value);
        }
    };
    let text = |text: &str| Value::from(text.chars().take(MAX_TEXT).collect::<String>());
    put("attempt", refused.attempt.into());
    put("status", refused.status.into());
    put(
        "because",
        facts.because.as_deref().map_or(Value::Null, text),
    );
    put("org", facts.org.as_deref().map_or(Value::Null, text));
    put(
        "ip",
        caller.ip.map_or(Value::Null, |ip| ip.to_string().into()),
    );
    put("request_id", caller.request_id.as_str().into());
    if !facts.missing.is_empty() {
        put("missing", facts.missing.clone().into());
    }
    if let Some(rejection) = &facts.rejection {
        let value = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        put("error", rejection.code.as_str().into());
        put(
            "reason",
            rejection
                .reason
                .map_or(Value::Null, |one| one.as_str().into()),
        );
        put("expected", value(&rejection.expected));
        put("received", value(&rejection.received));
        put("differs_at", rejection.differs_at().into());
    }
    if let Some((what, name)) = &facts.hidden {
        put("what", (*what).into());
        put("name", text(name));
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_fill_no_table() {
        let keeper = Keeper::default();
        let kept = (0..500).filter(|_| keeper.admits_unknown(6000)).count();
        assert_eq!(kept, 100);
        assert!(keeper.admits_unknown(6060));
    }

    #[test]
    fn what_a_refusal_says_itself_comes_first() {
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
