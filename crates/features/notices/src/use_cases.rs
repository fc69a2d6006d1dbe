//! The notice and the read-only period: what they may be, and their changes.

use std::collections::BTreeMap;

use doorward_admin::checked_value::check_line;
use doorward_admin::prelude::*;
use doorward_domain::model::{Notice, Period, ServerState};
use doorward_i18n::Lang;

/// Maximum number of characters of a text.
const MAX_CHARS: usize = 300;
/// Maximum length of a read-only period in seconds.
const MAX_READ_ONLY: i64 = 7 * 24 * 60 * 60;

/// The values of a notice, as an administrator enters them.
#[derive(Debug)]
pub(crate) struct NewNotice {
    pub text: String,
    /// Texts by the code of their language.
    pub translations: BTreeMap<String, String>,
    /// Start; `None`: now.
    pub from: Option<UnixSeconds>,
    pub until: UnixSeconds,
}

/// Returns the notice and the read-only period.
pub(crate) async fn state(context: &AdminContext<'_>) -> Result<ServerState> {
    context.require_global("system:read")?;
    Ok(repo::server_state::read(context.db.read()).await?)
}

/// Replaces the notice.
pub(crate) async fn set_notice(context: &AdminContext<'_>, new: NewNotice) -> Result<Notice> {
    context.require_global("system:write")?;
    let period = period(context.now(), new.from, new.until)?;
    let text = check_line("text", &new.text, MAX_CHARS)?;
    let mut translations = BTreeMap::new();
    for (code, text) in &new.translations {
        if !Lang::ALL.iter().any(|lang| lang.code() == code) {
            let problem = format!("{code} is no language of the pages");
            return Err(AdminError::invalid("languages", problem));
        }
        translations.insert(code.clone(), check_line("languages", text, MAX_CHARS)?);
    }
    let notice = Notice {
        text,
        translations,
        period,
    };
    let tx = context.begin().await?;
    repo::server_state::put_notice(&tx, Some(&notice)).await?;
    let event = context
        .event(AuditKind::SystemChanged, "notice", "notice set")
        .with("text", notice.text.clone())
        .with("from", period.from)
        .with("until", period.until);
    commit(context, tx, &event).await?;
    Ok(notice)
}

pub(crate) async fn remove_notice(context: &AdminContext<'_>) -> Result<()> {
    context.require_global("system:write")?;
    let tx = context.begin().await?;
    let before = repo::server_state::read(&tx).await?.notice;
    before.ok_or_else(|| AdminError::not_found("notice", "all pages"))?;
    repo::server_state::put_notice(&tx, None).await?;
    let event = context.event(AuditKind::SystemChanged, "notice", "notice removed");
    commit(context, tx, &event).await
}

/// Sets the period in which the server rejects changes. It replaces a former one.
pub(crate) async fn set_read_only(
    context: &AdminContext<'_>,
    from: Option<UnixSeconds>,
    until: UnixSeconds,
) -> Result<Period> {
    context.must_administer()?;
    let period = period(context.now(), from, until)?;
    if period.until - period.from > MAX_READ_ONLY {
        let problem = "must be at most 7 days after the start";
        return Err(AdminError::invalid("until", problem));
    }
    let tx = context.begin().await?;
    let before = repo::server_state::read(&tx).await?.read_only;
    repo::server_state::put_read_only(&tx, Some(period)).await?;
    let event = context
        .event(AuditKind::SystemChanged, "read_only", "read-only mode set")
        .with("former", before.map(|before| before.until))
        .with("from", period.from)
        .with("until", period.until);
    commit(context, tx, &event).await?;
    Ok(period)
}

pub(crate) async fn end_read_only(context: &AdminContext<'_>) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let before = repo::server_state::read(&tx).await?.read_only;
    before.ok_or_else(|| AdminError::not_found("period", "read-only"))?;
    repo::server_state::put_read_only(&tx, None).await?;
    let kind = AuditKind::SystemChanged;
    let event = context.event(kind, "read_only", "read-only mode ended");
    commit(context, tx, &event).await
}

/// Returns the period from a start, or from now, until an end in the future.
fn period(now: UnixSeconds, from: Option<UnixSeconds>, until: UnixSeconds) -> Result<Period> {
    let from = from.unwrap_or(now);
    if until <= now {
        return Err(AdminError::invalid("until", "is in the past"));
    }
    if until <= from {
        return Err(AdminError::invalid("until", "must be after the start"));
    }
    Ok(Period { from, until })
}

/// Commits a change, which this server applies at once. Other servers read it within seconds.
async fn commit(context: &AdminContext<'_>, tx: WriteTx, event: &AuditEvent) -> Result<()> {
    context.commit_with(tx, event).await?;
    if let Some(server) = context.deployment.server() {
        server.core.state.read(server.core.db.read()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
