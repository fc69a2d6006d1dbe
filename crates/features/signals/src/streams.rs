//! The streams of a receiver (SSF 1.0 §8.1): configuration, status, subjects, verification.

use std::collections::BTreeSet;
use std::time::Duration;

use doorward_domain::model::ClientId;
use doorward_domain::model::SignalId;
use doorward_domain::model::signals::{
    NewSignal, SignalDetail, SignalEvent, SignalStream, SignalSubject, StreamSettings, StreamStatus,
};
use doorward_egress::outgoing::check_address;
use doorward_rules::identifier;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_store::{Conn, Key, StoreError, WriteTx, repo};
use serde_json::{Map, Value, json};

use crate::task::INACTIVITY;
use crate::{push, queue};

/// Path of polls, before the ID of the stream.
pub const POLL: &str = "/ssf/poll";

pub const PUSH_METHOD: &str = "urn:ietf:rfc:8935";
pub const POLL_METHOD: &str = "urn:ietf:rfc:8936";

/// Maximum number of streams of a client that it polls: each process of a guard has one.
const POLLED: u64 = 1_000;
/// Maximum number of streams of a client that push.
const PUSHED: u64 = 10;
/// Maximum number of subjects that a receiver removes from a stream.
const REMOVED: usize = 1_000;
/// Shortest time between two verifications of a stream, which share the table of signals with what happens.
const VERIFICATION: Duration = Duration::from_secs(10);
/// Maximum number of requested events, and of bytes of a text.
const EVENTS: usize = 100;
const TEXT: usize = 1_024;
const PAGE: u64 = 100;

/// The reason why a request is rejected.
#[derive(Debug)]
pub enum Refusal {
    Invalid(String),
    NotFound,
    /// The client has as many streams as it may have.
    TooMany,
    /// The last verification of the stream is too recent (§8.1.4.1).
    TooSoon(Duration),
    Server(ServerError),
}

impl From<ServerError> for Refusal {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Server(error.into())
    }
}

pub type Result<T> = std::result::Result<T, Refusal>;

fn invalid<T>(problem: impl Into<String>) -> Result<T> {
    Err(Refusal::Invalid(problem.into()))
}

/// Receiver and its request.
#[derive(Clone, Copy)]
pub struct Receiver<'a> {
    pub context: &'a Context,
    pub client: &'a ClientId,
}

/// Treatment of members that a change leaves out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Update,
    Replace,
}

impl Receiver<'_> {
    /// Returns a stream of this receiver. One of another receiver does not exist for it.
    pub async fn find(&self, id: &str) -> Result<SignalStream> {
        let found = repo::signal_streams::find(self.context.core.db.read(), id).await?;
        self.own(found)
    }

    pub async fn list(&self) -> Result<Vec<SignalStream>> {
        let (mut all, mut last) = (Vec::new(), None::<String>);
        loop {
            let read = self.context.core.db.read();
            let after = last.as_deref();
            let page = repo::signal_streams::of_client(read, self.client, after, PAGE).await?;
            let is_last = (page.len() as u64) < PAGE;
            last = page.last().map(|stream| stream.id.clone());
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    pub async fn create(&self, sent: &Map<String, Value>) -> Result<SignalStream> {
        let core = &self.context.core;
        let now = core.now();
        let mut stream = SignalStream {
            id: SignalId::generate(now, &mut core.rng()).to_string(),
            client_id: self.client.clone(),
            settings: StreamSettings::default(),
            authorization_sealed: None,
            position: queue::begin(core).await?,
            created_at: now,
            used_at: now,
            failures: 0,
            retry_at: None,
            last_error: None,
        };
        self.apply(&mut stream, sent, Change::Replace)?;
        let tx = core.db.begin_write().await?;
        let limit = if stream.is_push() { PUSHED } else { POLLED };
        let present =
            repo::signal_streams::count(&tx, self.client, stream.is_push(), limit).await?;
        if present >= limit {
            return Err(Refusal::TooMany);
        }
        repo::signal_streams::insert(&tx, &stream).await?;
        tx.commit().await?;
        Ok(stream)
    }

    pub async fn change(&self, sent: &Map<String, Value>, how: Change) -> Result<SignalStream> {
        let (tx, mut stream) = self.begin(sent).await?;
        self.apply(&mut stream, sent, how)?;
        store(tx, &stream).await?;
        Ok(stream)
    }

    /// Begins a change of the named stream. Another change of it waits, so none is lost.
    async fn begin(&self, sent: &Map<String, Value>) -> Result<(WriteTx, SignalStream)> {
        let id = name(sent)?;
        let tx = self.context.core.db.begin_write().await?;
        let found = repo::signal_streams::find_locked(&tx, id).await?;
        Ok((tx, self.own(found)?))
    }

    fn own(&self, found: Option<SignalStream>) -> Result<SignalStream> {
        let own = found.filter(|stream| stream.client_id == *self.client);
        own.ok_or(Refusal::NotFound)
    }

    /// Sets what a receiver supplies (§8.1.1).
    fn apply(
        &self,
        stream: &mut SignalStream,
        sent: &Map<String, Value>,
        how: Change,
    ) -> Result<()> {
        let shown = self.shown(stream);
        for name in ["iss", "aud", "events_supported"] {
            if sent.get(name).is_some_and(|value| *value != shown[name]) {
                return invalid(format!("{name} is not that of the stream"));
            }
        }
        match sent.get("events_requested") {
            Some(Value::Array(events)) if events.len() <= EVENTS => {
                let texts = events.iter().map(Value::as_str);
                let texts: Option<BTreeSet<String>> = texts
                    .map(|event| Some(event.filter(|event| event.len() <= TEXT)?.to_owned()))
                    .collect();
                let Some(requested) = texts else {
                    return invalid("events_requested is no list of texts");
                };
                stream.settings.requested = requested;
            }
            Some(Value::Null) | None if how == Change::Replace => {
                let all = SignalEvent::offered().map(|event| event.as_str().to_owned());
                stream.settings.requested = all.collect();
            }
            None => {}
            Some(_) => return invalid("events_requested is no list of at most 100 texts"),
        }
        match text(sent, "description")? {
            None if how == Change::Update => {}
            description => stream.settings.description = description.map(str::to_owned),
        }
        match sent.get("delivery") {
            None | Some(Value::Null) => Ok(()),
            Some(Value::Object(delivery)) => self.deliver(stream, delivery),
            Some(_) => invalid("delivery is no object"),
        }
    }

    fn deliver(&self, stream: &mut SignalStream, delivery: &Map<String, Value>) -> Result<()> {
        match text(delivery, "method")? {
            Some(POLL_METHOD) => {
                stream.settings.push_url = None;
                stream.authorization_sealed = None;
            }
            Some(PUSH_METHOD) => {
                let Some(url) = text(delivery, "endpoint_url")? else {
                    return invalid("delivery.endpoint_url is missing");
                };
                if let Err(problem) = check_address(url) {
                    return invalid(format!("delivery.endpoint_url: {problem}"));
                }
                let header = text(delivery, "authorization_header")?;
                if header
                    .is_some_and(|header| !header.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
                {
                    return invalid("delivery.authorization_header is no value of a header");
                }
                stream.settings.push_url = Some(url.to_owned());
                stream.authorization_sealed =
                    header.map(|header| push::seal_authorization(self.context, &stream.id, header));
            }
            _ => return invalid("delivery.method is neither RFC 8935 nor RFC 8936"),
        }
        Ok(())
    }

    /// Returns the configuration of a stream (§8.1.1).
    pub fn shown(&self, stream: &SignalStream) -> Value {
        let issuer = self.context.core.issuer();
        let events: Vec<_> = SignalEvent::offered().map(SignalEvent::as_str).collect();
        let delivered: Vec<_> = stream.delivered().map(SignalEvent::as_str).collect();
        let poll = || format!("{issuer}{POLL}/{}", stream.id);
        let (method, url) = stream
            .settings
            .push_url
            .as_ref()
            .map_or_else(|| (POLL_METHOD, poll()), |url| (PUSH_METHOD, url.clone()));
        let mut shown = json!({
            "stream_id": stream.id,
            "iss": issuer,
            "aud": stream.client_id.as_str(),
            "events_supported": events,
            "events_requested": stream.settings.requested,
            "events_delivered": delivered,
            "delivery": { "method": method, "endpoint_url": url },
            "min_verification_interval": VERIFICATION.as_secs(),
        });
        if let Some(description) = &stream.settings.description {
            shown["description"] = description.as_str().into();
        }
        if !stream.is_push() {
            shown["inactivity_timeout"] = INACTIVITY.into();
        }
        shown
    }

    pub async fn delete(&self, id: &str) -> Result<()> {
        let stream = self.find(id).await?;
        let tx = self.context.core.db.begin_write().await?;
        repo::signal_streams::delete(&tx, &stream.id).await?;
        tx.commit().await?;
        Ok(())
    }

    pub async fn set_status(&self, sent: &Map<String, Value>) -> Result<SignalStream> {
        let (tx, mut stream) = self.begin(sent).await?;
        let status = text(sent, "status")?.and_then(StreamStatus::parse);
        let Some(status) = status else {
            return invalid("status is neither enabled, paused nor disabled");
        };
        let reason = text(sent, "reason")?.map(str::to_owned);
        set_status(&tx, &mut stream, status, reason).await?;
        store(tx, &stream).await?;
        Ok(stream)
    }

    /// Adds a subject, or removes it. Streams have all subjects at first (§8.1.3).
    pub async fn set_subject(&self, sent: &Map<String, Value>, is_added: bool) -> Result<()> {
        self.find(name(sent)?).await?;
        let Some(Value::Object(subject)) = sent.get("subject") else {
            return invalid("subject is no object");
        };
        let Some(subject) = self.subject(subject).await? else {
            // A receiver does not learn who has an account here.
            return Ok(());
        };
        let (tx, mut stream) = self.begin(sent).await?;
        let removed = &mut stream.settings.removed;
        let is_changed = if is_added {
            removed.remove(&subject)
        } else {
            removed.insert(subject)
        };
        if removed.len() > REMOVED {
            return Err(Refusal::TooMany);
        }
        if is_changed {
            store(tx, &stream).await?;
        }
        Ok(())
    }

    /// Returns the subject in tokens; `None` if no user here has it.
    async fn subject(&self, subject: &Map<String, Value>) -> Result<Option<String>> {
        let core = &self.context.core;
        let required = |name| match text(subject, name) {
            Ok(Some(text)) => Ok(text),
            Ok(None) => invalid(format!("subject.{name} is missing")),
            Err(refusal) => Err(refusal),
        };
        match required("format")? {
            "iss_sub" => {
                let (iss, sub) = (required("iss")?, required("sub")?);
                Ok(core.is_own_issuer(iss).then(|| sub.to_owned()))
            }
            "email" => {
                let Some(key) = identifier::identifier_key(required("email")?) else {
                    return Ok(None);
                };
                let user = repo::users::find_by_identifier(core.db.read(), &key).await?;
                Ok(user.map(|user| user.id.to_string()))
            }
            _ => Ok(None),
        }
    }

    /// Queues an event by which the receiver checks the delivery (§8.1.4).
    pub async fn verify(&self, sent: &Map<String, Value>) -> Result<()> {
        let stream = self.find(name(sent)?).await?;
        let name = Key::new("signals-verified", &stream.id);
        let ephemeral = &self.context.core.ephemeral;
        let is_first = ephemeral.put_new(&name, b"1", VERIFICATION).await;
        // Without the ephemeral store, each is accepted.
        if !is_first.unwrap_or(true) {
            return Err(Refusal::TooSoon(VERIFICATION));
        }
        let mut members = Map::new();
        if let Some(state) = text(sent, "state")? {
            members.insert("state".to_owned(), state.into());
        }
        let core = &self.context.core;
        let signal = NewSignal {
            id: SignalId::generate(core.now(), &mut core.rng()),
            event: SignalEvent::Verification,
            subject: SignalSubject::Stream(stream.id),
            detail: SignalDetail { members, txn: None },
        };
        let tx = core.db.begin_write().await?;
        repo::signals::insert_all(&tx, &[signal]).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Sets the status of a stream. What happened while it was disabled is dropped.
pub async fn set_status(
    conn: &Conn,
    stream: &mut SignalStream,
    status: StreamStatus,
    reason: Option<String>,
) -> std::result::Result<(), StoreError> {
    if stream.settings.status == StreamStatus::Disabled && status != StreamStatus::Disabled {
        let head = repo::signals::head(conn).await?;
        stream.position = head.map_or(stream.position, |(head, _)| head);
    }
    stream.settings.status = status;
    stream.settings.reason = reason;
    Ok(())
}

async fn store(tx: WriteTx, stream: &SignalStream) -> Result<()> {
    repo::signal_streams::change(&tx, stream).await?;
    tx.commit().await?;
    Ok(())
}

/// Returns the ID of the stream that a request names.
fn name(sent: &Map<String, Value>) -> Result<&str> {
    match text(sent, "stream_id")? {
        Some(id) => Ok(id),
        None => invalid("stream_id is missing"),
    }
}

/// Returns a text; `None` if it is absent or null.
pub fn text<'a>(sent: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>> {
    match sent.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= TEXT => Ok(Some(text)),
        Some(_) => invalid(format!("{name} is no text of at most {TEXT} bytes")),
    }
}
