//! Mail links: created, read and consumed. One statement consumes a link;
//! [`doorward_rules::email_link`] defines its validity.

use doorward_domain::boxed;
use doorward_domain::model::mail::{MailContent, MailMessage};
use doorward_domain::model::{EmailPurpose, EmailToken, InteractionId, User};
use doorward_domain::random::Generator;
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::UnixSeconds;
use doorward_rules::email_link::{self, MAILS};
use doorward_rules::limits::rate_limit::Limit;
use doorward_store::{Conn, StoreError, WriteTx, repo};
use url::Url;

use crate::caller::Caller;
use crate::context::{Context, Core};
use crate::error::{FlowError, FlowResult, Result, ServerError};
use crate::limits::LimitStatus;

/// The time after which a message counts as delayed, in seconds.
const DELAY: i64 = 60;

/// The error for a link that is expired, used, replaced, or made for another purpose. Users see one
/// message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidLink;

/// Creates a link to `email` for the account; returns the exhausted limit if too many were mailed
/// within the hour.
#[boxed]
pub async fn issue(
    core: &Core,
    tx: &WriteTx,
    user: &User,
    purpose: EmailPurpose,
    email: &str,
) -> Result<Result<OpaqueToken, LimitStatus>> {
    let (now, limit) = (core.now(), hourly(core));
    let since = now - window(limit);
    let mailed = repo::email_tokens::times_since(tx, user.id, purpose, since, limit.quota).await?;
    // Ordered from newest to oldest: when the last entry leaves the window, one more mail is
    // allowed.
    if mailed.len() as u64 >= limit.quota
        && let Some(oldest) = mailed.last()
    {
        return Ok(Err(LimitStatus::exhausted(limit, oldest - since)));
    }
    Ok(Ok(create(tx, user, purpose, email, now, core.rng()).await?))
}

/// Creates a link to the address of the account at the request of an anonymous user, within the
/// limit of the browser if it is a known device, otherwise within the hourly limit. Returns `None` if
/// too many were mailed.
#[boxed]
pub async fn issue_anonymous(
    context: &Context,
    tx: &WriteTx,
    user: &User,
    purpose: EmailPurpose,
    caller: &Caller,
) -> Result<Option<OpaqueToken>> {
    let (core, limiter) = (&context.core, &context.limits.rate_limiter);
    let known = limiter.admit_known_mail(MAILS, purpose.as_str(), user, caller);
    Ok(match known.await {
        Some(false) => None,
        Some(true) => {
            let now = core.now();
            Some(create(tx, user, purpose, &user.email, now, core.rng()).await?)
        }
        None => issue(core, tx, user, purpose, &user.email).await?.ok(),
    })
}

/// Creates a link without an hourly limit.
#[boxed]
pub async fn create<'a>(
    tx: &'a WriteTx,
    user: &User,
    purpose: EmailPurpose,
    email: &str,
    now: UnixSeconds,
    rng: Generator<'a>,
) -> Result<OpaqueToken, StoreError> {
    let ttl = email_link::ttl(purpose);
    create_with_ttl(tx, user, purpose, email, now, ttl, rng).await
}

/// Creates a link with this lifetime, without an hourly limit.
#[boxed]
pub async fn create_with_ttl<'a>(
    tx: &'a WriteTx,
    user: &User,
    purpose: EmailPurpose,
    email: &str,
    now: UnixSeconds,
    ttl: i64,
    mut rng: Generator<'a>,
) -> Result<OpaqueToken, StoreError> {
    if email_link::is_overtaken(purpose) {
        repo::email_tokens::revoke_for_user(tx, user.id, &[purpose], now).await?;
    }
    let token = OpaqueToken::generate(&mut rng);
    let link = EmailToken {
        hash: token.hash(),
        user_id: user.id,
        purpose,
        email: email.to_owned(),
        created_at: now,
        expires_at: now + ttl,
        used_at: None,
    };
    repo::email_tokens::insert(tx, &link).await?;
    Ok(token)
}

/// Makes the link of a delayed message valid from now on: before its delivery no user knows it. Returns
/// false if it was used, or replaced by a newer one, so that the message is useless.
#[boxed]
pub async fn renew(core: &Core, message: &MailMessage) -> Result<bool> {
    let now = core.now();
    let Some((url, ttl)) = email_link::of_message(&message.content) else {
        return Ok(true);
    };
    let url = Url::parse(url).map_err(ServerError::internal)?;
    let token = url.query_pairs().find(|(name, _)| name == "token");
    let Some((_, token)) = token.filter(|_| message.asked.at + DELAY < now) else {
        return Ok(true);
    };
    let tx = core.db.begin_write().await?;
    let hash = TokenHash::digest(&token);
    let is_open = repo::email_tokens::extend(&tx, &hash, now + ttl).await?;
    tx.commit().await?;
    Ok(is_open)
}

/// Returns the URL of a mailed link with the interaction that it continues. Other browsers than the one
/// that began it follow the link without the interaction.
pub fn within(mut url: String, flow: Option<&InteractionId>) -> String {
    if let Some(flow) = flow {
        url.push_str("&flow=");
        url.push_str(flow.as_str());
    }
    url
}

fn window(limit: Limit) -> i64 {
    i64::try_from(limit.window).unwrap_or(i64::MAX)
}

/// Returns the hourly limit of links of one purpose to one account.
pub fn hourly(core: &Core) -> Limit {
    MAILS.scaled(core.config.limits.multiplier)
}

/// Reads a link without consuming it.
#[boxed]
pub async fn peek(
    core: &Core,
    text: &str,
    purpose: EmailPurpose,
) -> FlowResult<(EmailToken, User), InvalidLink> {
    read(core, core.db.read(), text, purpose).await
}

async fn read(
    core: &Core,
    conn: &Conn,
    text: &str,
    purpose: EmailPurpose,
) -> FlowResult<(EmailToken, User), InvalidLink> {
    let invalid = FlowError::Rejected(InvalidLink);
    if OpaqueToken::parse(text).is_none() {
        return Err(invalid);
    }
    let Some(link) = repo::email_tokens::find(conn, &TokenHash::digest(text)).await? else {
        return Err(invalid);
    };
    let user = repo::users::find_by_id(conn, link.user_id).await?;
    if email_link::check(&link, purpose, user.as_ref(), core.now()).is_err() {
        return Err(invalid);
    }
    Ok((link, user.ok_or(invalid)?))
}

/// Consumes a link, in the transaction of its effect: of any number of concurrent requests exactly
/// one succeeds.
#[boxed]
pub async fn consume(
    core: &Core,
    tx: &WriteTx,
    text: &str,
    purpose: EmailPurpose,
) -> FlowResult<(EmailToken, User), InvalidLink> {
    let (link, user) = read(core, tx, text, purpose).await?;
    // This statement decides: another transaction may have consumed the link since it was read.
    if !repo::email_tokens::consume(tx, &link.hash, core.now()).await? {
        return Err(FlowError::Rejected(InvalidLink));
    }
    Ok((link, user))
}

/// Enqueues a message to the user's own address.
#[boxed]
pub async fn mail_user(
    context: &Context,
    tx: &WriteTx,
    user: &User,
    content: MailContent,
    caller: &Caller,
) -> Result<()> {
    enqueue_mail(context, tx, user, &user.email, content, caller).await
}

/// Enqueues a message to `to`, in the user's preferred language if they chose one.
#[boxed]
pub async fn enqueue_mail(
    context: &Context,
    tx: &WriteTx,
    user: &User,
    to: &str,
    content: MailContent,
    caller: &Caller,
) -> Result<()> {
    let Context { core, delivery, .. } = context;
    let outbox = delivery.outbox(core);
    outbox
        .enqueue(tx, user, to, content, caller, core.now())
        .await
}
