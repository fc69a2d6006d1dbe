//! The queue of a stream: the signals after its position. It has no separate rows, and an end: a receiver that is too
//! far behind gets one event instead, "all before this time".

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use doorward_domain::model::SignalId;
use doorward_domain::model::signals::{
    NewSignal, Signal, SignalDetail, SignalEvent, SignalStream, SignalSubject, StreamStatus,
};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_services::context::{Context, Core};
use doorward_services::error::Result;
use doorward_store::{Conn, StoreError, repo};

use crate::token;

/// Maximum number of signals that wait for a receiver.
pub const LIMIT: u64 = 10_000;
const PAGE: u64 = 500;
/// Number of signals after the position of a stream among which its next one is looked for.
const LOOKED_AT: u64 = 100;
/// Maximum number of signed tokens that a server keeps in memory.
const KEPT: usize = 4_096;

/// The next tokens of a stream, in their order.
#[derive(Debug, Default)]
pub struct Batch {
    pub tokens: Vec<(Signal, Arc<str>)>,
    pub has_more: bool,
    /// Position up to which the receiver lacks nothing but these tokens.
    pub seen: i64,
}

/// Returns true if the receiver of a stream gets the token about a signal.
fn is_for(context: &Context, stream: &SignalStream, signal: &Signal) -> bool {
    stream.takes(signal) && !token::is_removed(&context.issuing.subject_key, stream, signal)
}

/// Returns up to `max` tokens after the position of a stream.
pub async fn next(context: &Context, stream: &SignalStream, max: usize) -> Result<Batch> {
    let mut batch = Batch {
        seen: stream.position,
        ..Batch::default()
    };
    loop {
        let page = repo::signals::list(context.core.db.read(), batch.seen, PAGE).await?;
        let is_last = (page.len() as u64) < PAGE;
        for signal in page {
            let position = signal.position;
            if is_for(context, stream, &signal) {
                if batch.tokens.len() == max {
                    batch.has_more = true;
                    return Ok(batch);
                }
                let signed = sign(context, stream, &signal).await?;
                batch.tokens.push((signal, signed));
            }
            batch.seen = position;
        }
        if is_last {
            return Ok(batch);
        }
    }
}

/// The signals that wait for a receiver.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Lag {
    /// Number of signals after the position, also of other events, up to one more than [`LIMIT`].
    pub signals: u64,
    /// Age of the oldest signal that the stream delivers, in seconds; 0 if none waits.
    pub seconds: i64,
}

/// Returns how late a stream is; `head` is the newest position. A disabled one waits for nothing.
pub async fn lag(
    conn: &Conn,
    stream: &SignalStream,
    head: i64,
    now: UnixSeconds,
) -> Result<Lag, StoreError> {
    if stream.position >= head || stream.settings.status == StreamStatus::Disabled {
        return Ok(Lag::default());
    }
    let signals = repo::signals::count_after(conn, stream.position, LIMIT + 1).await?;
    let next = repo::signals::list(conn, stream.position, LOOKED_AT).await?;
    let is_full = next.len() as u64 == LOOKED_AT;
    let oldest = next.iter().find(|signal| stream.takes(signal));
    // Beyond, the next signal of this stream is at least as late as the last one that was looked at.
    let oldest = oldest.or_else(|| next.last().filter(|_| is_full));
    let seconds = oldest.map_or(0, |signal| (now - signal.at).max(0));
    Ok(Lag { signals, seconds })
}

/// Returns the newest position; 0 if there is none.
pub async fn head(conn: &Conn) -> Result<i64, StoreError> {
    let head = repo::signals::head(conn).await?;
    Ok(head.map_or(0, |(position, _)| position))
}

/// The last signed tokens: those of one client are the same in all of its streams.
#[derive(Default)]
struct Signed(Mutex<HashMap<String, Arc<str>>>);

/// Returns the token about a signal.
async fn sign(context: &Context, stream: &SignalStream, signal: &Signal) -> Result<Arc<str>> {
    let core = &context.core;
    let issuer = core.issuer();
    let kept = context.parts.get::<Signed>();
    let name = format!(
        "{} {} {issuer}",
        token::token_id(signal),
        stream.client_id.as_str()
    );
    if let Some(signed) = lock(&kept).get(&name) {
        return Ok(Arc::clone(signed));
    }
    let key = &context.issuing.subject_key;
    let claims = token::claims(issuer, key, stream, signal, core.now());
    // CAEP Interoperability Profile 1.0 §2.6: RS256.
    let signed = context
        .issuing
        .sign(core, SigningAlg::Rs256, |signer| {
            signer.sign_security_event(&claims)
        })
        .await?;
    let signed: Arc<str> = signed.into();
    let mut kept = lock(&kept);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(name, Arc::clone(&signed));
    Ok(signed)
}

fn lock(kept: &Signed) -> std::sync::MutexGuard<'_, HashMap<String, Arc<str>>> {
    kept.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Moves a stream behind the tokens that its receiver has taken, up to the first one that it has not. Errors of the
/// receiver, by the ID of the token, take it too: the next attempt would have the same result.
pub async fn acknowledge(
    context: &Context,
    stream: &mut SignalStream,
    taken: &BTreeMap<String, Option<String>>,
) -> Result<()> {
    let now = context.core.now();
    let mut left = taken.len();
    let (mut reached, mut after) = (stream.position, stream.position);
    'pages: while left > 0 {
        let page = repo::signals::list(context.core.db.read(), after, PAGE).await?;
        let is_last = (page.len() as u64) < PAGE;
        for signal in page {
            after = signal.position;
            if is_for(context, stream, &signal) {
                let Some(problem) = taken.get(&token::token_id(&signal)) else {
                    break 'pages;
                };
                left -= 1;
                if let Some(problem) = problem {
                    log_rejection(stream, &signal, problem);
                }
            }
            reached = after;
            if left == 0 {
                break 'pages;
            }
        }
        if is_last {
            break;
        }
    }
    move_to(&context.core, stream, reached, now).await
}

/// Logs that a receiver does not take a token, which it does not get again.
pub fn log_rejection(stream: &SignalStream, signal: &Signal, problem: &str) {
    let (client, jti) = (stream.client_id.as_str(), token::token_id(signal));
    let stream = &*stream.id;
    tracing::warn!(client, stream, jti, problem, "receiver rejects a signal");
}

/// Age of the last stored use after which a use is stored, in seconds.
const USE: i64 = 60;

/// Returns true if a use of the stream now has to be stored.
pub fn is_use_due(stream: &SignalStream, now: UnixSeconds) -> bool {
    now - stream.used_at >= USE
}

/// Stores the position that a stream has reached, and its use. Does nothing if both are known.
pub async fn move_to(
    core: &Core,
    stream: &mut SignalStream,
    position: i64,
    now: UnixSeconds,
) -> Result<()> {
    if position == stream.position && !is_use_due(stream, now) {
        return Ok(());
    }
    let tx = core.db.begin_write().await?;
    let is_moved = repo::signal_streams::advance(&tx, stream, position, now).await?;
    tx.commit().await?;
    if is_moved {
        stream.position = position;
        stream.used_at = now;
        stream.failures = 0;
    }
    Ok(())
}

/// Empties the queue of a stream that is too far behind: the receiver gets one event about every token.
pub async fn limit(core: &Core, stream: &mut SignalStream) -> Result<()> {
    let read = core.db.read();
    let Some((head, _)) = repo::signals::head(read).await? else {
        return Ok(());
    };
    let oldest = repo::signals::oldest(read).await?;
    let is_lost = oldest.is_some_and(|(oldest, _)| stream.position < oldest - 1);
    let is_far = head - stream.position > i64::try_from(LIMIT).unwrap_or(i64::MAX);
    let is_full = is_lost
        || (is_far && {
            repo::signals::count_after(read, stream.position, LIMIT + 1).await? > LIMIT
        });
    if !is_full {
        return Ok(());
    }
    let tx = core.db.begin_write().await?;
    if repo::signal_streams::advance(&tx, stream, head, core.now()).await? {
        let overflow = NewSignal {
            id: SignalId::generate(core.now(), &mut core.rng()),
            event: SignalEvent::SessionRevoked,
            subject: SignalSubject::Overflow(stream.id.clone()),
            detail: SignalDetail::default(),
        };
        repo::signals::insert_all(&tx, &[overflow]).await?;
        stream.position = head;
        let (client, stream) = (stream.client_id.as_str(), &*stream.id);
        tracing::warn!(
            client,
            stream,
            "a receiver is too far behind: one event replaces its queue"
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Returns the position at which a new stream begins: before the signals of the last life of a token.
pub async fn begin(core: &Core) -> Result<i64> {
    let since = core.now() - core.config.tokens.lifetimes().longest_access();
    let read = core.db.read();
    if let Some(position) = repo::signals::position_before(read, since).await? {
        return Ok(position);
    }
    let oldest = repo::signals::oldest(read).await?;
    Ok(oldest.map_or(0, |(oldest, _)| oldest - 1))
}
