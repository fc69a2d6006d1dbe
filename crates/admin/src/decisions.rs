//! Denials, stored so that they can be explained. The decision id of a denied administrator is the
//! id of its audit event; that of every other denial is the id of its row in the table of denials.

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

/// The permission to assign roles.
const ASSIGN: &str = "roles:assign";
/// Maximum number of its holders that are examined.
const CANDIDATES: u64 = 50;
/// Maximum number of users that are named.
const NAMED: usize = 10;

/// The explanation of a denial.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The decision id of the response.
    pub id: String,
    /// The time of the denial.
    pub at: UnixSeconds,
    /// The denied user, or the denied client that acts for itself.
    pub actor: Option<String>,
    /// The client that was used.
    pub client_id: Option<String>,
    /// The rule that decided.
    pub rule: String,
    /// The values that the rule examined.
    pub inputs: Value,
    /// Permissions or roles that were missing.
    pub missing: Vec<String>,
    /// Roles that would give what was missing.
    pub granted_by_roles: Vec<String>,
    /// Remediation: changes that would allow the request, with their commands.
    pub grant: Vec<String>,
    /// Users that can assign one of those roles: each holds a role that gives it, and
    /// `roles:assign`.
    pub ask: Vec<String>,
}

/// Records a denial and returns its decision id. `attempt` names the denied action, such as the
/// method and path of a request.
///
/// # Errors
/// Fails if the store cannot be written.
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

/// Explains a decision: its rule, the values that the rule examined, what was missing, and which
/// users can give that.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown id, and [`AdminError::Denied`] without `audit:read` for
/// the whole deployment.
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

/// Reads the stored rejection of an OAuth request.
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

/// A denial from the audit log or from the table of denials.
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

/// Lists the roles that give all of `missing`. If several permissions are missing, there may be no
/// single such role.
///
/// # Errors
/// Fails if the store cannot be read.
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

/// Returns the actor in the form that the command line accepts.
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

/// Returns the current location of the thing that was out of reach.
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

/// Lists at most `limit` audit events, the newest first, before the event `before`.
///
/// # Errors
/// [`AdminError::Denied`] without `audit:read` for the whole deployment.
pub async fn log(
    op: &AdminContext<'_>,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, AdminError> {
    op.require_global("audit:read")?;
    Ok(repo::audit::list(op.db.read(), before, limit).await?)
}

/// Returns user names of users that can assign one of these roles in `org` to the denied user.
/// Applies the same rule as an assignment. The denied user is never among them.
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

/// Returns true if this user can assign one of these roles in `org`: by the roles that they hold
/// globally, or by those in that organization.
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
