//! Audit events about exports of lists with data of users.

use doorward_store::repo::attempts::AttemptFilter;
use doorward_store::repo::live_sessions::SessionFilter;
use doorward_store::repo::role_assignments::AssignmentFilter;

use crate::prelude::*;

#[boxed(?Send)]
pub async fn record_attempts(context: &AdminContext<'_>, filter: &AttemptFilter) -> Result<()> {
    context.require_global("audit:read")?;
    let (client, outcome) = (filter.client_id.as_deref(), filter.outcome);
    let has_text = filter.request_id.is_some() || filter.name_hash.is_some();
    let named = present([
        ("user", filter.user.map(|id| json!(id.to_string()))),
        ("client", client.map(|id| json!(id))),
        ("outcome", outcome.map(|outcome| json!(outcome.as_str()))),
    ]);
    record(context, "sign-ins", named, has_text).await
}

#[boxed(?Send)]
pub async fn record_sessions(context: &AdminContext<'_>, filter: &SessionFilter) -> Result<()> {
    context.require_global("sessions:read")?;
    let client = filter.client.as_ref();
    let named = present([
        ("user", filter.user.map(|id| json!(id.to_string()))),
        ("client", client.map(|id| json!(id.to_string()))),
    ]);
    record(context, "sessions", named, false).await
}

#[boxed(?Send)]
pub async fn record_assignments(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
) -> Result<()> {
    context.need("roles:read")?;
    let holder = filter.holder.as_ref();
    let named = present([
        ("holder_kind", holder.map(|(kind, _)| json!(kind.as_str()))),
        ("holder", holder.map(|(_, id)| json!(id))),
        ("role", filter.role.as_ref().map(|role| json!(role))),
        ("organization", filter.org.as_ref().map(|slug| json!(slug))),
        ("expires_from", filter.expires_from.map(|at| json!(at))),
        ("expires_before", filter.expires_before.map(|at| json!(at))),
    ]);
    record(context, "grants", named, false).await
}

/// Records an export of all users to a file of the operator.
#[boxed(?Send)]
pub async fn record_users(context: &AdminContext<'_>, with_credentials: bool) -> Result<()> {
    context.must_administer()?;
    let filter = present([("with_credentials", Some(json!(with_credentials)))]);
    record(context, "people", filter, false).await
}

fn present<const N: usize>(values: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let given = values.into_iter();
    let given = given.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

/// Records an export of a list. The event has no searched text, which may be personal data.
pub(crate) async fn record(
    context: &AdminContext<'_>,
    list: &str,
    filter: Map<String, Value>,
    has_text: bool,
) -> Result<()> {
    let own = context.actor.as_deref().unwrap_or_default();
    let event = context
        .event(AuditKind::UsersExported, own, "exported")
        .with("list", list)
        .with("filter", filter)
        .with("has_text", has_text)
        .with("org", context.confined_to());
    let tx = context.db.begin_write().await?;
    context.commit_with(tx, &event).await
}
