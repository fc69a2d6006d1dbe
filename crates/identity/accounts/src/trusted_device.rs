//! Trusted devices: in such a browser, a sign-in with a password skips an optional second factor.
//! The session only contains the authentication that took place (decision 62).

use doorward_domain::model::{TrustedDevice, TrustedDeviceId};
use doorward_rules::trusted_device::{
    MAX_DEVICES, MAX_PER_BROWSER, SignInContext, can_skip_factor,
};

use crate::change::Change;
use crate::prelude::*;

const SEPARATOR: char = '.';

/// The tokens in a browser's cookie, one for each account that trusts it. This server generates
/// each token, and a token has no effect for other accounts.
#[derive(Clone, Debug, Default)]
pub struct TrustCookie(Vec<OpaqueToken>);

impl TrustCookie {
    /// Parses a cookie; returns `None` if its form is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let tokens = text.split(SEPARATOR).take(MAX_PER_BROWSER + 1);
        let tokens: Vec<_> = tokens.map(OpaqueToken::parse).collect::<Option<_>>()?;
        (tokens.len() <= MAX_PER_BROWSER).then_some(Self(tokens))
    }

    pub fn to_cookie(&self) -> String {
        let texts: Vec<_> = self.0.iter().map(OpaqueToken::expose).collect();
        texts.join(&SEPARATOR.to_string())
    }

    pub fn hashes(&self) -> Vec<TokenHash> {
        self.0.iter().map(OpaqueToken::hash).collect()
    }

    /// Returns the cookie with another token, the latest first.
    #[must_use]
    pub fn with(mut self, token: OpaqueToken) -> Self {
        self.0.insert(0, token);
        self.0.truncate(MAX_PER_BROWSER);
        self
    }
}

/// Returns the number of days for which a browser may be trusted; `None` if that is disabled.
pub fn days(core: &Core) -> Option<i64> {
    let days = core.config.mfa.trust_devices_for / doorward_config::key::DAY;
    (days > 0).then_some(days)
}

/// Returns the trusted device that skips the second factor at this sign-in.
pub(crate) async fn sparing(
    change: Change<'_>,
    user: &User,
    interaction: Option<&Interaction>,
    before: Option<&SignedIn>,
) -> Result<Option<TrustedDeviceId>> {
    let Change {
        core, tx, caller, ..
    } = change;
    if days(core).is_none() || caller.trusted.is_empty() {
        return Ok(None);
    }
    let client_demands = match interaction {
        // A sign-in for a deleted client never skips the second factor.
        Some(item) => {
            let client = change.context.client(item.client_id.as_str()).await?;
            client.is_none_or(|client| client.factor_requirement() > FactorRequirement::OneFactor)
        }
        None => false,
    };
    let occasion = SignInContext {
        request: interaction.map(|interaction| &interaction.request),
        client_demands,
        role_demands: factors::is_required(core, tx, user.id).await?,
        proves_again: before.is_some_and(|signed_in| signed_in.user.id == user.id),
    };
    if !can_skip_factor(&occasion) {
        return Ok(None);
    }
    let now = core.now();
    Ok(repo::trusted_devices::record_use(tx, user.id, &caller.trusted, now).await?)
}

/// Makes this browser a trusted device, at the request of a user who has just used both factors.
/// Returns the token for its cookie; `None` if trust is disabled.
pub(crate) async fn trust(change: Change<'_>, user: &User) -> Result<Option<OpaqueToken>> {
    let Change {
        core, tx, caller, ..
    } = change;
    let Some(days) = days(core) else {
        return Ok(None);
    };
    let (now, token) = (core.now(), OpaqueToken::generate(&mut core.rng()));
    let device = TrustedDevice {
        id: TrustedDeviceId::generate(now, &mut core.rng()),
        user_id: user.id,
        token_hash: token.hash(),
        user_agent: caller.user_agent.clone(),
        ip: caller.ip_text(),
        created_at: now,
        last_used_at: None,
        expires_at: now + days * doorward_config::key::DAY,
    };
    // At most one device per browser, and a maximum number per account.
    let former = repo::trusted_devices::list(tx, user.id, now).await?;
    let here = |item: &&TrustedDevice| caller.trusted.contains(&item.token_hash);
    let too_many = former
        .iter()
        .filter(|item| !here(item))
        .skip(MAX_DEVICES - 1);
    for old in former.iter().filter(here).chain(too_many) {
        repo::trusted_devices::remove(tx, user.id, old.id).await?;
    }
    repo::trusted_devices::insert(tx, &device).await?;
    let event = change.own_event(AuditKind::DeviceTrusted, user.id);
    let event = event.with("device", device.id.to_string());
    let event = event.with("days", days);
    let notice = SecurityNotification::DeviceTrusted;
    change.report(user, &event, notice).await?;
    Ok(Some(token))
}

/// Lists a user's trusted devices, the newest first. Returns none without a query if trust is
/// disabled.
#[boxed(?Send)]
pub async fn list(core: &Core, user: UserId) -> Result<Vec<TrustedDevice>> {
    if core.config.mfa.trust_devices_for == 0 {
        return Ok(Vec::new());
    }
    Ok(repo::trusted_devices::list(core.db.read(), user, core.now()).await?)
}

/// Removes one trusted device, or all of them. That weakens nothing, so it requires no
/// reauthentication.
#[boxed(?Send)]
pub async fn distrust(
    core: &Core,
    signed_in: &SignedIn,
    item: Option<TrustedDeviceId>,
    caller: &Caller,
) -> Result<u64> {
    in_plain_transaction(&core.db, async |tx| {
        let (user, now) = (signed_in.user.id, core.now());
        let removed = match item {
            Some(id) => u64::from(repo::trusted_devices::remove(tx, user, id).await?),
            None => repo::trusted_devices::remove_all(tx, user).await?,
        };
        if removed > 0 {
            let event = caller
                .own_event(AuditKind::DeviceDistrusted, user, now)
                .with("devices", removed);
            repo::audit::insert(tx, &event).await?;
        }
        Ok(removed)
    })
    .await
}

#[cfg(test)]
mod tests;
