//! Browsers that a person trusts: at their sign-in with a password there, the second step that only they
//! want is spared. What the session says is what was proved (`rules::trusted_device`, decision 62).

use doorward_domain::model::{
    AuditKind, Interaction, TrustedDevice, TrustedDeviceId, User, UserId,
};
use doorward_domain::rules::trusted_device::{IN_ONE_BROWSER, MOST, SignInContext, may_spare};
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_email::security_notification::SecurityNotification;
use doorward_store::{WriteTx, repo};

use super::notification;
use super::second_factor::factors;
use super::signed_in::SignedIn;
use super::transaction::in_transaction;
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{FlowError, ServerError};
use crate::state::State;

const SEPARATOR: char = '.';

/// The values in a browser's cookie, one for each account that trusts it. Each is made here: one that
/// somebody else put there opens nothing that its own account does not.
#[derive(Clone, Debug, Default)]
pub struct TrustCookie(Vec<OpaqueToken>);

impl TrustCookie {
    /// Reads a cookie; none if it is not one of ours by its form.
    pub fn parse(text: &str) -> Option<Self> {
        let tokens = text.split(SEPARATOR).take(IN_ONE_BROWSER + 1);
        let tokens: Vec<_> = tokens.map(OpaqueToken::parse).collect::<Option<_>>()?;
        (tokens.len() <= IN_ONE_BROWSER).then_some(Self(tokens))
    }

    /// The value of the cookie.
    pub fn to_cookie(&self) -> String {
        let texts: Vec<_> = self.0.iter().map(OpaqueToken::expose).collect();
        texts.join(&SEPARATOR.to_string())
    }

    /// What the store knows the values by.
    pub fn hashes(&self) -> Vec<TokenHash> {
        self.0.iter().map(OpaqueToken::hash).collect()
    }

    /// With one more, the latest first.
    #[must_use]
    pub fn with(mut self, token: OpaqueToken) -> Self {
        self.0.insert(0, token);
        self.0.truncate(IN_ONE_BROWSER);
        self
    }
}

/// For how many whole days a browser may be trusted here; none where that is off.
pub fn days(state: &State) -> Option<i64> {
    let days = state.config.mfa.trust_devices_for / doorward_config::key::DAY;
    (days > 0).then_some(days)
}

/// The trust that spares this person the second step at this sign-in.
pub(crate) async fn sparing(
    state: &State,
    tx: &WriteTx,
    user: &User,
    (interaction, before): (Option<&Interaction>, Option<&SignedIn>),
    caller: &Caller,
) -> Result<Option<TrustedDeviceId>, ServerError> {
    if days(state).is_none() || caller.trusted.is_empty() {
        return Ok(None);
    }
    let client_demands = match interaction {
        // One that is gone demands nothing, and gets nothing.
        Some(one) => match state.client(one.client_id.as_str()).await? {
            Some(client) => client.require_mfa,
            None => true,
        },
        None => false,
    };
    let occasion = SignInContext {
        request: interaction.map(|one| &one.request),
        client_demands,
        role_demands: factors::is_required(state, tx, user.id).await?,
        proves_again: before.is_some_and(|who| who.user.id == user.id),
    };
    if !may_spare(&occasion) {
        return Ok(None);
    }
    let now = state.now();
    Ok(repo::trusted_devices::note_use(tx, user.id, &caller.trusted, now).await?)
}

/// Trusts this browser from now on, by the wish of who has just proved both steps; the value for its
/// cookie.
pub(crate) async fn trust(
    state: &State,
    tx: &WriteTx,
    user: &User,
    caller: &Caller,
) -> Result<Option<OpaqueToken>, ServerError> {
    let Some(days) = days(state) else {
        return Ok(None);
    };
    let (now, token) = (state.now(), OpaqueToken::generate(&mut rand::rng()));
    let device = TrustedDevice {
        id: TrustedDeviceId::generate(now, &mut rand::rng()),
        user_id: user.id,
        token_hash: token.hash(),
        user_agent: caller.user_agent.clone(),
        ip: caller.ip_text(),
        created_at: now,
        last_used_at: None,
        expires_at: now + days * doorward_config::key::DAY,
    };
    // One for each browser, and no more than so many.
    let former = repo::trusted_devices::list(tx, user.id, now).await?;
    let here = |one: &&TrustedDevice| caller.trusted.contains(&one.token_hash);
    let too_many = former.iter().filter(|one| !here(one)).skip(MOST - 1);
    for old in former.iter().filter(here).chain(too_many) {
        repo::trusted_devices::remove(tx, user.id, old.id).await?;
    }
    repo::trusted_devices::insert(tx, &device).await?;
    let event = caller.event(AuditKind::DeviceTrusted, true, now);
    let event = event.by(user.id).about(user.id);
    let event = event.with("device", device.id.to_string());
    repo::audit::insert(tx, &event.with("days", days)).await?;
    notification::enqueue(state, tx, user, SecurityNotification::DeviceTrusted, caller).await?;
    Ok(Some(token))
}

/// The browsers that a person trusts, the newest first. None where nothing is spared: they are not even
/// read then.
pub async fn list(state: &State, user: UserId) -> Result<Vec<TrustedDevice>, ServerError> {
    if state.config.mfa.trust_devices_for == 0 {
        return Ok(Vec::new());
    }
    Ok(repo::trusted_devices::list(state.db.read(), user, state.now()).await?)
}

/// Takes trust back: in one browser, or in all of them. It makes nothing weaker, so it asks for no
/// fresh proof.
pub async fn distrust(
    state: &State,
    who: &SignedIn,
    one: Option<TrustedDeviceId>,
    caller: &Caller,
) -> Result<u64, ServerError> {
    let done: Result<u64, FlowError> = in_transaction(&state.db, async |tx| {
        let (user, now) = (who.user.id, state.now());
        let removed = match one {
            Some(id) => u64::from(repo::trusted_devices::remove(tx, user, id).await?),
            None => repo::trusted_devices::remove_all(tx, user).await?,
        };
        if removed > 0 {
            let event = caller.event(AuditKind::DeviceDistrusted, true, now);
            let event = event.by(user).about(user).with("devices", removed);
            repo::audit::insert(tx, &event).await?;
        }
        Ok(removed)
    })
    .await;
    done.map_err(FlowError::into_fault)
}

#[cfg(test)]
mod tests;
