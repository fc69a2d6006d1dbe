//! Denials, kept so that they can be explained. The decision id of what an administrator may not do
//! is the id of its audit line; of every other refusal, of its row among the refusals.

use std::collections::BTreeSet;

use doorward_domain::model::{
    ADMIN_ROLE, AssignmentId, AuditEvent, AuditId, AuditKind, DenialId, GroupId, OrgScope, Role,
    UserId,
};
use doorward_domain::rules::delegation::{self, DelegationDenial};
use doorward_domain::rules::rejection::Rejection;
use doorward_domain::time::UnixSeconds;
use doorward_protocol::error::{ErrorCode, Reason};
use doorward_services::caller::AuditEventExt as _;
use doorward_services::remediation::{self, Actor, Case, ResourceLocation};
use doorward_store::repo;
use serde_json::{Value, json};

use super::operator::{AdminContext, AdminError};

/// The power to give roles.
const ASSIGN: &str = "roles:assign";
/// How many who hold it are looked at.
const CANDIDATES: u64 = 50;
/// How many are named.
const NAMED: usize = 10;

/// Why something was denied, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The decision id of the answer.
    pub id: String,
    /// When.
    pub at: UnixSeconds,
    /// Who was denied: a user, or a client that acts for itself.
    pub actor: Option<String>,
    /// Through which app.
    pub client_id: Option<String>,
    /// The rule that decided.
    pub rule: String,
    /// What the rule looked at.
    pub inputs: Value,
    /// Permissions or roles that were missing.
    pub missing: Vec<String>,
    /// Roles that would give what was missing.
    pub granted_by_roles: Vec<String>,
    /// What would lift it, with the commands for it.
    pub grant: Vec<String>,
    /// Some who can give one of those roles: each holds it, and the power to assign.
    pub ask: Vec<String>,
}

/// Keeps a denial and gives its decision id; `attempt` says what was tried, such as the method and
/// the path of a request.
///
/// # Errors
/// When the store cannot be written.
pub async fn deny(
    op: &AdminContext<'_>,
    denial: &DelegationDenial,
    attempt: &str,
) -> Result<AuditId, AdminError> {
    let authority = op.authority.as_ref();
    let inputs = json!({
        "attempt": attempt,
        "actor": op.actor,
        "client_id": authority.map(|own| own.client_id.clone()),
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
    if let Some(own) = authority {
        event = event.through(&own.client_id);
    }
    let tx = op.db.begin_write().await?;
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    tracing::info!(
        decision_id = %event.id,
        rule = denial.rule.as_str(),
        attempt,
        actor = op.actor,
        client_id = event.client_id,
        "denied"
    );
    Ok(event.id)
}

/// Explains a decision: its rule, what the rule looked at, what was missing, and who can give that.
///
/// # Errors
/// [`AdminError::NotFound`], and [`AdminError::Denied`] without `audit:read` over the whole
/// installation.
pub async fn explain(op: &AdminContext<'_>, id: &str) -> Result<Decision, AdminError> {
    op.require_global("audit:read")?;
    let kept = find(op, id).await?;
    let Kept { mut inputs, .. } = kept;
    let text = |name: &str| inputs.get(name).and_then(Value::as_str).map(str::to_owned);
    let (org, what, name) = (text("org"), text("what"), text("name"));
    let place = match (what, name) {
        (Some(what), Some(name)) => whereabouts(op, &what, &name).await?,
        _ => None,
    };
    let granted_by_roles = roles_with(op, &kept.missing).await?;
    let rejection = rejection(&inputs);
    let case = Case {
        rule: &kept.rule,
        actor: actor_named(op, kept.actor.as_deref()).await?,
        client: kept.client_id.as_deref(),
        org: org.as_deref(),
        missing: &kept.missing,
        roles: &granted_by_roles,
        place: place.as_ref(),
        rejection: rejection.as_ref(),
    };
    let grant = remediation::of(&case);
    let ask = if remediation::is_by_role(&kept.rule) {
        let refused = kept.actor.as_deref();
        can_give(op, &granted_by_roles, org.as_deref(), refused).await?
    } else {
        Vec::new()
    };
    if let (Some(place), Some(inputs)) = (place, inputs.as_object_mut()) {
        inputs.insert("now".to_owned(), place.to_json());
    }
    Ok(Decision {
        id: kept.id,
        at: kept.at,
        actor: kept.actor,
        client_id: kept.client_id,
        rule: kept.rule,
        inputs,
        missing: kept.missing,
        granted_by_roles,
        grant,
        ask,
    })
}

/// The rejection of an OAuth request, as it was kept.
fn rejection(inputs: &Value) -> Option<Rejection> {
    let text = |name: &str| inputs.get(name).and_then(Value::as_str);
    let own = |name: &str| text(name).map(str::to_owned);
    Some(Rejection {
        code: ErrorCode::parse(text("error")?)?,
        reason: text("reason").and_then(Reason::parse),
        because: own("because").unwrap_or_default(),
        expected: own("expected"),
        received: own("received"),
    })
}

/// A denial as the audit log or the table of refusals has it.
struct Kept {
    id: String,
    at: UnixSeconds,
    actor: Option<String>,
    client_id: Option<String>,
    rule: String,
    inputs: Value,
    missing: Vec<String>,
}

async fn find(op: &AdminContext<'_>, id: &str) -> Result<Kept, AdminError> {
    let not_found = || AdminError::not_found("decision", id);
    let (Some(line), Some(refusal)) = (AuditId::parse(id), DenialId::parse(id)) else {
        return Err(not_found());
    };
    let list = |value: Option<&Value>| {
        let texts = value.and_then(Value::as_array).into_iter().flatten();
        let texts = texts.filter_map(|one| one.as_str().map(str::to_owned));
        texts.collect::<Vec<_>>()
    };
    if let Some(event) = repo::audit::find(op.db.read(), line).await?
        && event.kind == AuditKind::AccessDenied
    {
        let rule = event.detail.get("rule").and_then(Value::as_str);
        return Ok(Kept {
            id: event.id.to_string(),
            at: event.at,
            rule: rule.unwrap_or("unknown").to_owned(),
            missing: list(event.detail.get("missing")),
            inputs: event.detail.get("inputs").cloned().unwrap_or_default(),
            actor: event.actor,
            client_id: event.client_id,
        });
    }
    let found = repo::denials::find(op.db.read(), refusal).await?;
    let found = found.ok_or_else(not_found)?;
    Ok(Kept {
        id: found.id.to_string(),
        at: found.at,
        rule: found.rule,
        missing: list(found.detail.get("missing")),
        actor: found.actor,
        client_id: found.client_id,
        inputs: Value::Object(found.detail),
    })
}

/// Roles that give all of it; where several things are missing, no single one may.
///
/// # Errors
/// When the store cannot be read.
pub async fn roles_with(
    op: &AdminContext<'_>,
    missing: &[String],
) -> Result<Vec<String>, AdminError> {
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
    let all = missing
        .iter()
        .map(|one| gives(one))
        .reduce(|a, b| a.intersection(&b).cloned().collect());
    Ok(all.unwrap_or_default().into_iter().collect())
}

/// The actor as a command line names them.
async fn actor_named(
    op: &AdminContext<'_>,
    actor: Option<&str>,
) -> Result<Option<Actor>, AdminError> {
    let Some(actor) = actor else {
        return Ok(None);
    };
    let user = match UserId::parse(actor) {
        Some(id) => repo::users::find_by_id(op.db.read(), id).await?,
        None => None,
    };
    Ok(Some(match user {
        Some(user) => Actor::Person(user.username),
        None => Actor::Client(actor.to_owned()),
    }))
}

/// Where the thing is now that was out of reach.
async fn whereabouts(
    op: &AdminContext<'_>,
    what: &str,
    name: &str,
) -> Result<Option<ResourceLocation>, AdminError> {
    let read = op.db.read();
    let found = match what {
        "user" | "member" => match UserId::parse(name) {
            Some(id) => repo::users::find_by_id(read, id).await?,
            None => repo::users::find_by_identifier(read, name).await?,
        }
        .map(|user| ResourceLocation::Person(user.username)),
        "organization" => repo::organizations::find(read, name)
            .await?
            .map(|one| ResourceLocation::In(Some(one.slug))),
        "group" => match GroupId::parse(name) {
            Some(id) => repo::groups::find(read, id).await?,
            None => None,
        }
        .map(|group| ResourceLocation::In(group.org)),
        "assignment" => match AssignmentId::parse(name) {
            Some(id) => repo::roles::find_assignment(read, id).await?,
            None => None,
        }
        .map(|assignment| ResourceLocation::In(assignment.org)),
        _ => return Ok(None),
    };
    Ok(Some(found.unwrap_or(ResourceLocation::Nowhere)))
}

/// At most `limit` lines of the audit log, the newest first, before this one.
///
/// # Errors
/// [`AdminError::Denied`] without `audit:read` over the whole installation.
pub async fn log(
    op: &AdminContext<'_>,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, AdminError> {
    op.require_global("audit:read")?;
    Ok(repo::audit::list(op.db.read(), before, limit).await?)
}

/// User names of some who can give one of these roles there, to who was refused: by the same rule
/// that is asked when they do. Nobody gives it to themselves.
async fn can_give(
    op: &AdminContext<'_>,
    roles: &[String],
    org: Option<&str>,
    refused: Option<&str>,
) -> Result<Vec<String>, AdminError> {
    let read = op.db.read();
    let mut given = repo::roles::list(read).await?;
    given.retain(|role| roles.contains(&role.name));
    let found = repo::roles::holders_of_permission(read, ASSIGN, org, op.now(), CANDIDATES);
    let mut candidates: BTreeSet<UserId> = found.await?.into_iter().collect();
    if let Some(org) = org {
        candidates.extend(repo::organizations::owners(read, org).await?);
    }
    let mut names = BTreeSet::new();
    for id in candidates {
        if names.len() == NAMED || refused == Some(id.to_string().as_str()) {
            continue;
        }
        let found = repo::users::find_by_id(read, id).await?;
        let found = found.filter(|user| user.is_active() && !user.is_deletion_pending());
        if let Some(user) = found
            && gives_one_of(op, id, &given, org).await?
        {
            names.insert(user.username);
        }
    }
    Ok(names.into_iter().collect())
}

/// Whether this person can give one of these roles there: with what they hold everywhere, or with
/// what they hold in that organization.
async fn gives_one_of(
    op: &AdminContext<'_>,
    user: UserId,
    roles: &[Role],
    org: Option<&str>,
) -> Result<bool, AdminError> {
    let (read, now) = (op.db.read(), op.now());
    for place in std::iter::once(None).chain(org.map(Some)) {
        let mut may_assign = false;
        if let Some(slug) = place {
            let Some(member) = repo::organizations::membership(read, slug, user).await? else {
                continue;
            };
            may_assign = member.is_owner;
        }
        let held = repo::roles::effective_for_user_in(read, user, OrgScope::of(place), now).await?;
        may_assign |= held.every_permission().contains(ASSIGN);
        let administers = place.is_none() && held.roles.contains(ADMIN_ROLE);
        let gives = |role: &Role| delegation::may_give_role(&held, role, administers).is_ok();
        if may_assign && roles.iter().any(gives) {
            return Ok(true);
        }
    }
    Ok(false)
}
