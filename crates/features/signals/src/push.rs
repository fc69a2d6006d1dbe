//! Push delivery (RFC 8935): one token in a request, in their order, by one server at a time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_domain::model::Client;
use doorward_domain::model::signals::{SignalStream, StreamStatus};
use doorward_domain::secret::seal;
use doorward_domain::time::UnixSeconds;
use doorward_egress::outgoing::EgressError;
use doorward_rules::audit_stream::retry_wait;
use doorward_rules::url_source::UrlSource;
use doorward_services::context::{Context, Core};
use doorward_services::error::{Result, ServerError};
use doorward_services::names::SIGNAL_SCOPES;
use doorward_store::repo;
use doorward_store::repo::leases;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, StatusCode};
use tokio::task::JoinSet;

use crate::queue;

/// Maximum number of streams to which a server pushes at the same time.
const PARALLEL: usize = 16;
const PAGE: u64 = 100;
/// Number of tokens that are read at once.
const BATCH: usize = 100;
/// Time after which a turn begins no further token.
const TURN: Duration = Duration::from_secs(20);
/// Lease of a turn, in seconds: longer than a turn with its last request.
const LEASE: i64 = 60;
/// Maximum number of bytes that are read of a response.
const MAX_REPLY: usize = 8 * 1024;

/// Starts a turn of each stream that is behind the newest position, and has waited long enough. Returns the number of streams that push.
pub async fn begin(
    context: &Arc<Context>,
    head: i64,
    running: &mut JoinSet<String>,
    busy: &mut HashSet<String>,
) -> Result<usize> {
    let core = &context.core;
    // The receivers are those of the original.
    if core.state.is_copy() {
        return Ok(0);
    }
    let (mut found, mut last) = (0, None);
    loop {
        let read = core.db.read();
        let page = repo::signal_streams::pushing(read, last.as_deref(), PAGE).await?;
        let is_last = (page.len() as u64) < PAGE;
        found += page.len();
        last = page.last().map(|stream| stream.id.clone());
        for stream in page {
            let is_behind = head > stream.position;
            let is_due =
                stream.settings.status != StreamStatus::Paused && !must_wait(&stream, core.now());
            if is_behind && is_due && running.len() < PARALLEL && !busy.contains(&stream.id) {
                busy.insert(stream.id.clone());
                let context = Arc::clone(context);
                running.spawn_local(async move {
                    let id = stream.id.clone();
                    if let Err(error) = turn(&context, stream).await {
                        tracing::warn!(%error, stream = id, "signals not pushed");
                    }
                    id
                });
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// Returns true before the next attempt after a failed one. A time that is far ahead comes from a clock that was.
fn must_wait(stream: &SignalStream, now: UnixSeconds) -> bool {
    let next = stream.retry_at;
    next.is_some_and(|at| now < at && at <= now + retry_wait(u32::MAX))
}

async fn turn(context: &Context, stream: SignalStream) -> Result<()> {
    let core = &context.core;
    let name = format!("signals {}", stream.id);
    let tx = core.db.begin_write().await?;
    let lease = leases::acquire(&tx, &name, core.now(), LEASE).await?;
    tx.commit().await?;
    let Some(lease) = lease else { return Ok(()) };
    let sent = send_all(context, &stream.id).await;
    let tx = core.db.begin_write().await?;
    leases::release(&tx, &lease).await?;
    tx.commit().await?;
    sent
}

/// Sends tokens until none is left, one fails, or the turn ends.
async fn send_all(context: &Context, id: &str) -> Result<()> {
    let core = &context.core;
    let began = Instant::now();
    while let Some(mut stream) = repo::signal_streams::find(core.db.read(), id).await? {
        let client = context.client(stream.client_id.as_str()).await?;
        // An administrator may have taken the scopes from the client meanwhile.
        let may_receive = client.is_some_and(|client| may_receive(&client));
        match stream.settings.status {
            StreamStatus::Enabled if may_receive => {}
            StreamStatus::Paused => return Ok(()),
            // SSF 1.0 §8.1.2: the signals are dropped.
            _ => return drop_all(core, stream).await,
        }
        queue::limit(core, &mut stream).await?;
        let batch = queue::next(context, &stream, BATCH).await?;
        for (signal, set) in batch.tokens {
            if began.elapsed() >= TURN {
                return Ok(());
            }
            match send(context, &stream, &set).await? {
                Ok(()) => {}
                Err(Problem::Rejected(problem)) => {
                    queue::log_rejection(&stream, &signal, &problem);
                }
                Err(Problem::Failed(problem)) => return fail(core, &stream, &problem).await,
            }
            queue::move_to(core, &mut stream, signal.position, core.now()).await?;
        }
        if !batch.has_more {
            return queue::move_to(core, &mut stream, batch.seen, core.now()).await;
        }
    }
    Ok(())
}

fn may_receive(client: &Client) -> bool {
    let mut scopes = SIGNAL_SCOPES.iter();
    client.is_active() && scopes.any(|(scope, _)| client.scopes.contains(scope))
}

async fn drop_all(core: &Core, mut stream: SignalStream) -> Result<()> {
    let head = repo::signals::head(core.db.read()).await?;
    let head = head.map_or(stream.position, |(head, _)| head);
    queue::move_to(core, &mut stream, head, core.now()).await
}

async fn fail(core: &Core, stream: &SignalStream, problem: &str) -> Result<()> {
    if stream.failures == 0 {
        let client = stream.client_id.as_str();
        tracing::warn!(client, stream = stream.id, problem, "signals not pushed");
    }
    let retry_at = core.now() + retry_wait(stream.failures.saturating_add(1));
    let tx = core.db.begin_write().await?;
    repo::signal_streams::fail(&tx, stream, problem, retry_at).await?;
    tx.commit().await?;
    Ok(())
}

enum Problem {
    /// The receiver does not take this token (RFC 8935 §2.3).
    Rejected(String),
    /// A later attempt may succeed.
    Failed(String),
}

async fn send(context: &Context, stream: &SignalStream, set: &str) -> Result<Result<(), Problem>> {
    let url = stream.settings.push_url.as_deref().unwrap_or_default();
    let mut request = Request::post(url)
        .header(CONTENT_TYPE, "application/secevent+jwt")
        .header(ACCEPT, "application/json")
        .body(set.as_bytes().to_vec())
        .map_err(ServerError::internal)?;
    if let Some(value) = authorization(context, stream) {
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    let http = &context.directory.http;
    let answer = http.exchange(request, UrlSource::ThirdParty, MAX_REPLY);
    Ok(match answer.await {
        // RFC 8935 §2.2: 202.
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) if answer.status() == StatusCode::BAD_REQUEST => {
            let problem = String::from_utf8_lossy(answer.body());
            Err(Problem::Rejected(problem.chars().take(200).collect()))
        }
        Ok(answer) => Err(Problem::Failed(format!(
            "the answer has status {}",
            answer.status().as_u16()
        ))),
        Err(EgressError::TooLarge) => Err(Problem::Failed("the answer is too large".to_owned())),
        Err(error) => Err(Problem::Failed(error.to_string())),
    })
}

/// Returns the header of a stream for storage.
pub fn seal_authorization(context: &Context, stream: &str, header: &str) -> Vec<u8> {
    let key = context.issuing.signals_key.expose();
    let mut rng = context.core.rng();
    seal(key, header.as_bytes(), stream.as_bytes(), &mut rng)
}

fn authorization(context: &Context, stream: &SignalStream) -> Option<HeaderValue> {
    let sealed = stream.authorization_sealed.as_ref()?;
    let key = &context.issuing.signals_key;
    let plain = key.open(sealed, stream.id.as_bytes()).ok()?;
    let mut value = HeaderValue::from_bytes(&plain).ok()?;
    value.set_sensitive(true);
    Some(value)
}
