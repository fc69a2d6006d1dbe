//! The first start of a deployment: the one-time address that creates the first administrator, and
//! the steps after it.

use doorward_accounts::setup_token;
use doorward_config::Config;
use doorward_store::repo::audit::AuditFilter;

use crate::prelude::*;
use crate::system::{BACKUP_WRITTEN, TEST_MAIL_SENT};

/// The latest test mail and backup are looked for in so many events about the server.
const EVENTS: u64 = 100;

#[boxed(?Send)]
pub async fn is_needed(context: &AdminContext<'_>) -> Result<bool> {
    Ok(setup_token::is_needed(context.db.read()).await?)
}

/// Creates a new token for `/setup?token=…` with a lifetime of `ttl` seconds; an earlier one stops
/// working.
#[boxed(?Send)]
pub async fn issue_token(context: &AdminContext<'_>, ttl: i64) -> Result<OpaqueToken> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let expires_at = context.now() + ttl;
    let token = setup_token::issue(&tx, expires_at, context.rng()).await?;
    let event = context.event(AuditKind::SystemChanged, "setup", "setup link created");
    context
        .commit_with(tx, &event.with("expires_at", expires_at))
        .await?;
    Ok(token)
}

/// Steps after the first administrator, derived from the configuration and the data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetupProgress {
    pub is_https: bool,
    pub can_mail: bool,
    pub test_mail_at: Option<UnixSeconds>,
    pub has_client: bool,
    pub backup_at: Option<UnixSeconds>,
}

#[boxed(?Send)]
pub async fn progress(context: &AdminContext<'_>, config: &Config) -> Result<SetupProgress> {
    context.require_global("system:read")?;
    let read = context.db.read();
    let filter = AuditFilter {
        kinds: vec![AuditKind::SystemChanged],
        ..AuditFilter::default()
    };
    let events = repo::audit::newest(read, &filter, None, EVENTS).await?;
    let latest = |change: &str| {
        let is_change = |event: &&AuditEvent| {
            let text = event.detail.get("change");
            text.is_some_and(|text| text == change)
        };
        events.iter().find(is_change).map(|event| event.at)
    };
    Ok(SetupProgress {
        is_https: config.issuer.starts_with("https://"),
        can_mail: config.can_mail(),
        test_mail_at: latest(TEST_MAIL_SENT),
        has_client: !repo::clients::list(read, None, 1).await?.is_empty(),
        backup_at: latest(BACKUP_WRITTEN),
    })
}
