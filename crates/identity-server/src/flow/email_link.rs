//! Links that are mailed: made, looked at, used up. One use is one statement; what a link is good
//! for is said by [`doorward_domain::rules::email_link`].

use doorward_domain::model::{EmailPurpose, EmailToken, User};
use doorward_domain::rules::email_link::{self, HOURLY};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_store::{WriteTx, repo};

use super::caller::Caller;
use crate::fault::{Fault, FlowError};
use crate::i18n::Lang;
use crate::jobs::{self, Task};
use crate::mail::letter::{Asked, Content, Letter};
use crate::state::State;

/// The link is of no use: over, used, overtaken, or for something else. People are told one thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkOver;

/// Makes a link to `email` for the account. None when too many were mailed within the hour.
pub(crate) async fn issue(
    state: &State,
    tx: &WriteTx,
    user: &User,
    purpose: EmailPurpose,
    email: &str,
) -> Result<Option<OpaqueToken>, Fault> {
    let now = state.now();
    let mailed = repo::email_tokens::count_since(tx, user.id, purpose, now - 3600).await?;
    if mailed >= hourly(state) {
        return Ok(None);
    }
    if email_link::is_overtaken(purpose) {
        repo::email_tokens::revoke_for_user(tx, user.id, &[purpose], now).await?;
    }
    let token = OpaqueToken::generate(&mut rand::rng());
    let link = EmailToken {
        hash: token.hash(),
        user_id: user.id,
        purpose,
        email: email.to_owned(),
        created_at: now,
        expires_at: now + email_link::life(purpose),
        used_at: None,
    };
    repo::email_tokens::insert(tx, &link).await?;
    Ok(Some(token))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small positive numbers; a huge factor saturates"
)]
pub(crate) fn hourly(state: &State) -> u64 {
    (HOURLY as f64 * state.config.limits.multiplier).max(1.0) as u64
}

/// Looks at a link without using it.
pub async fn look(
    state: &State,
    text: &str,
    purpose: EmailPurpose,
) -> Result<(EmailToken, User), FlowError<LinkOver>> {
    let refused = || Err(FlowError::Refused(LinkOver));
    if OpaqueToken::parse(text).is_none() {
        return refused();
    }
    let hash = TokenHash::of(text);
    let Some(link) = repo::email_tokens::find(state.db.read(), &hash).await? else {
        return refused();
    };
    let user = repo::users::find_by_id(state.db.read(), link.user_id).await?;
    if email_link::check(&link, purpose, user.as_ref(), state.now()).is_err() {
        return refused();
    }
    match user {
        Some(user) => Ok((link, user)),
        None => refused(),
    }
}

/// Uses a link up, in the transaction of what it is used for: of any number of parallel callers
/// exactly one gets through.
pub(crate) async fn spend(
    state: &State,
    tx: &WriteTx,
    text: &str,
    purpose: EmailPurpose,
) -> Result<(EmailToken, User), FlowError<LinkOver>> {
    let refused = || Err(FlowError::Refused(LinkOver));
    if OpaqueToken::parse(text).is_none() {
        return refused();
    }
    let (hash, now) = (TokenHash::of(text), state.now());
    let Some(link) = repo::email_tokens::find(tx, &hash).await? else {
        return refused();
    };
    let user = repo::users::find_by_id(tx, link.user_id).await?;
    if email_link::check(&link, purpose, user.as_ref(), now).is_err() {
        return refused();
    }
    match user {
        // The verdict: of what was read before, another transaction may know more.
        Some(user) if repo::email_tokens::claim(tx, &hash, now).await? => Ok((link, user)),
        _ => refused(),
    }
}

/// Promises a letter to `to`, in the person's own language where they have said which.
pub(crate) async fn post(
    state: &State,
    tx: &WriteTx,
    user: &User,
    to: &str,
    content: Content,
    caller: &Caller,
) -> Result<(), Fault> {
    if !state.config.can_mail() {
        return Ok(());
    }
    let own = user.profile.locale.as_deref().and_then(Lang::from_tag);
    let lang = own.unwrap_or(caller.lang);
    let letter = Letter {
        to: to.to_owned(),
        lang: lang.code().to_owned(),
        name: user.display_name(),
        asked: Asked {
            user_agent: caller.user_agent.clone(),
            ip: caller.ip_text(),
            place: caller.ip.and_then(|ip| state.geoip.locate(ip, lang)),
            at: state.now(),
        },
        content,
    };
    jobs::promise(state, tx, &Task::Mail(Box::new(letter))).await
}
