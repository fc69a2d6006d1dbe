//! Denials, kept so that they can be explained: a decision id is the id of its audit line.

use std::collections::BTreeSet;

use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, AuditKind};
use doorward_domain::rules::grants::Denial;
use doorward_store::repo;
use serde_json::{Value, json};

use super::{AdminError, Operator};
use crate::flow::caller::Describe as _;

/// A denial as it is kept, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its line in the audit log.
    pub event: AuditEvent,
    /// The rule that decided.
    pub rule: String,
    /// What the rule looked at.
    pub inputs: Value,
    /// Permissions or roles that were missing.
    pub missing: Vec<String>,
    /// Roles that would give what was missing.
    pub granted_by_roles: Vec<String>,
    /// Who may give those roles.
    pub ask: Vec<String>,
}

/// Keeps a denial and gives its decision id; `attempt` says what was tried, such as the method and
/// the path of a request.
///
/// # Errors
/// When the store cannot be written.
pub async fn deny(
    op: &Operator<'_>,
    denial: &Denial,
    attempt: &str,
) -> Result<AuditId, AdminError> {
    let authority = op.authority.as_ref();
    let inputs = json!({
        "attempt": attempt,
        "actor": op.actor,
        "org": authority.and_then(|own| own.org.clone()),
        "is_owner": authority.is_some_and(|own| own.is_owner),
        "roles": authority.map(|own| own.held.roles.clone()),
    });
    let missing: Vec<Value> = denial
        .missing
        .iter()
        .map(|one| one.as_str().into())
        .collect();
    let mut event = op
        .caller
        .event(AuditKind::AccessDenied, false, op.now())
        .about(attempt)
        .with("rule", denial.rule.as_str())
        .with("missing", missing)
        .with("inputs", inputs);
    if let Some(actor) = &op.actor {
        event = event.by(actor);
    }
    let tx = op.db.begin_write().await?;
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    tracing::info!(decision = %event.id, rule = denial.rule.as_str(), attempt, "denied");
    Ok(event.id)
}

/// Explains a decision: its rule, what the rule looked at, what was missing, and who can give that.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Denied`] without `audit:read` over the whole
/// installation.
pub async fn explain(op: &Operator<'_>, id: &str) -> Result<Decision, AdminError> {
    op.need_everywhere("audit:read")?;
    let not_found = || AdminError::not_found("decision", id);
    let known = AuditId::parse(id).ok_or_else(not_found)?;
    let event = repo::audit::find(op.db.read(), known).await?;
    let event = event
        .filter(|event| event.kind == AuditKind::AccessDenied)
        .ok_or_else(not_found)?;
    let text = |name: &str| event.detail.get(name).and_then(Value::as_str);
    let rule = text("rule").unwrap_or("unknown").to_owned();
    let missing: Vec<String> = event
        .detail
        .get("missing")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect();
    let roles = repo::roles::list(op.db.read()).await?;
    let gives = |wanted: &str| {
        roles
            .iter()
            .filter(|role| {
                role.active && (role.permissions.contains(wanted) || role.name == wanted)
            })
            .map(|role| role.name.clone())
            .collect::<BTreeSet<_>>()
    };
    // A role that gives all of it; where several things are missing, no single one may.
    let granted_by_roles = missing
        .iter()
        .map(|one| gives(one))
        .reduce(|a, b| a.intersection(&b).cloned().collect())
        .unwrap_or_default();
    Ok(Decision {
        rule,
        inputs: event.detail.get("inputs").cloned().unwrap_or_default(),
        ask: may_assign(op).await?,
        missing,
        granted_by_roles: granted_by_roles.into_iter().collect(),
        event,
    })
}

/// At most `limit` lines of the audit log, the newest first, before this one.
///
/// # Errors
/// [`AdminError::Denied`] without `audit:read` over the whole installation.
pub async fn log(
    op: &Operator<'_>,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, AdminError> {
    op.need_everywhere("audit:read")?;
    Ok(repo::audit::list(op.db.read(), before, limit).await?)
}

/// User names of some who may give roles everywhere.
async fn may_assign(op: &Operator<'_>) -> Result<Vec<String>, AdminError> {
    let holders = repo::roles::holders_of_permission(op.db.read(), "roles:assign", op.now(), 10);
    let mut names = Vec::new();
    for id in holders.await? {
        if let Some(user) = repo::users::find_by_id(op.db.read(), id).await?
            && user.is_active()
        {
            names.push(user.username);
        }
    }
    names.sort();
    Ok(names)
}
