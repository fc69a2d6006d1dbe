//! Denials, stored so that they can be explained. The decision id of a denied administrator is the
//! id of its audit event; that of every other denial is the id of its row in the table of denials.

use std::collections::BTreeSet;

use doorward_domain::model::{AssignmentId, AuditId, DenialId, OrgScope, Role};
use doorward_protocol::error::{ErrorCode, Reason};
use doorward_rules::delegation::{self, DelegationDenial};
use doorward_rules::rejection::Rejection;
use doorward_services::remediation::{self, Actor, Case, ResourceLocation};
use doorward_store::repo::audit::AuditFilter;

use crate::audit_log;
use crate::authority::READ_LOG;
use crate::prelude::*;

const ASSIGN: &str = "roles:assign";
const CANDIDATES: u64 = 50;
const NAMED: usize = 10;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    pub id: String,
    pub at: UnixSeconds,
    pub actor: Option<String>,
    pub client_id: Option<String>,
    pub rule: String,
    pub inputs: Value,
    pub missing: Vec<String>,
    pub granted_by_roles: Vec<String>,
    /// Remediation: changes that would allow the request, with their commands.
    pub grant: Vec<String>,
    /// Users that can assign one of those roles: each holds a role that gives it, and
    /// `roles:assign`.
    pub ask: Vec<String>,
}

/// Records a denial and returns its decision id. `attempt` names the denied action, such as the
/// method and path of a request.
#[boxed(?Send)]
pub async fn deny(
    context: &AdminContext<'_>,
    denial: &DelegationDenial,
    attempt: &str,
) -> Result<AuditId> {
    let authority = context.authority.as_ref();
    let inputs = json!({
        "attempt": attempt,
        "actor": context.actor,
        "client_id": authority.and_then(|own| own.client_id.clone()),
        "org": authority.and_then(|own| own.org.clone()),
        "is_owner": authority.is_some_and(|own| own.is_owner),
        "roles": authority.map(|own| own.held.roles.clone()),
    });
    let missing: Vec<Value> = denial
        .missing
        .iter()
        .map(|missing| missing.as_str().into())
        .collect();
    let mut event = context
        .caller
        .event(AuditKind::AccessDenied, false, context.now())
        .about(attempt)
        .with("rule", denial.rule.as_str())
        .with("missing", missing)
        .with("inputs", inputs);
    if let Some(actor) = &context.actor {
        event = event.by(actor);
    }
    if let Some(client) = authority.and_then(|own| own.client_id.as_ref()) {
        event = event.through(client);
    }
    let tx = context.db.begin_write().await?;
    context.commit_with(tx, &event).await?;
    tracing::info!(
        decision_id = %event.id,
        rule = denial.rule.as_str(),
        attempt,
        actor = context.actor,
        client_id = event.client_id,
        "denied"
    );
    Ok(event.id)
}

#[boxed(?Send)]
pub async fn explain(context: &AdminContext<'_>, id: &str) -> Result<Decision> {
    context.require_global("audit:read")?;
    let mut decision = find(context, id).await?;
    let text = |name: &str| Some(decision.inputs.get(name)?.as_str()?.to_owned());
    let (org, kind, name) = (text("org"), text("what"), text("name"));
    let place = match (kind, name) {
        (Some(kind), Some(name)) => whereabouts(context, &kind, &name).await?,
        _ => None,
    };
    decision.granted_by_roles = roles_with(context, &decision.missing).await?;
    let rejection = rejection(&decision.inputs);
    let case = Case {
        rule: &decision.rule,
        actor: actor_named(context, decision.actor.as_deref()).await?,
        client: decision.client_id.as_deref(),
        org: org.as_deref(),
        missing: &decision.missing,
        roles: &decision.granted_by_roles,
        place: place.as_ref(),
        rejection: rejection.as_ref(),
    };
    decision.grant = remediation::commands(&case);
    if remediation::is_by_role(&decision.rule) {
        let (roles, denied) = (&decision.granted_by_roles, decision.actor.as_deref());
        decision.ask = can_assign(context, roles, org.as_deref(), denied).await?;
    }
    if let (Some(place), Some(inputs)) = (place, decision.inputs.as_object_mut()) {
        inputs.insert("now".to_owned(), place.to_json());
    }
    Ok(decision)
}

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

async fn find(context: &AdminContext<'_>, id: &str) -> Result<Decision> {
    let not_found = || AdminError::not_found("decision", id);
    let (Some(line), Some(error)) = (AuditId::parse(id), DenialId::parse(id)) else {
        return Err(not_found());
    };
    let list = |value: Option<&Value>| {
        let texts = value.and_then(Value::as_array).into_iter().flatten();
        let texts = texts.filter_map(|text| text.as_str().map(str::to_owned));
        texts.collect::<Vec<_>>()
    };
    if let Some(event) = repo::audit::find(context.db.read(), line).await?
        && event.kind == AuditKind::AccessDenied
    {
        let rule = event.detail.get("rule").and_then(Value::as_str);
        return Ok(Decision {
            id: event.id.to_string(),
            at: event.at,
            rule: rule.unwrap_or("unknown").to_owned(),
            missing: list(event.detail.get("missing")),
            inputs: event.detail.get("inputs").cloned().unwrap_or_default(),
            actor: event.actor,
            client_id: event.client_id,
            ..Decision::default()
        });
    }
    let found = repo::denials::find(context.db.read(), error).await?;
    let found = found.ok_or_else(not_found)?;
    Ok(Decision {
        id: found.id.to_string(),
        at: found.at,
        rule: found.rule,
        missing: list(found.detail.get("missing")),
        actor: found.actor,
        client_id: found.client_id,
        inputs: Value::Object(found.detail),
        ..Decision::default()
    })
}

/// Lists the roles that give all of `missing`. If several permissions are missing, there may be no
/// single such role.
#[boxed(?Send)]
pub async fn roles_with(context: &AdminContext<'_>, missing: &[String]) -> Result<Vec<String>> {
    let roles = repo::roles::list(context.db.read()).await?;
    let gives = |requested: &str| {
        roles
            .iter()
            .filter(|role| {
                role.active && (role.permissions.contains(requested) || role.name == requested)
            })
            .map(|role| role.name.clone())
            .collect::<BTreeSet<_>>()
    };
    let all = missing
        .iter()
        .map(|missing| gives(missing))
        .reduce(|a, b| a.intersection(&b).cloned().collect());
    Ok(all.unwrap_or_default().into_iter().collect())
}

async fn actor_named(context: &AdminContext<'_>, actor: Option<&str>) -> Result<Option<Actor>> {
    let Some(actor) = actor else {
        return Ok(None);
    };
    let user = match UserId::parse(actor) {
        Some(id) => repo::users::find_by_id(context.db.read(), id).await?,
        None => None,
    };
    Ok(Some(match user {
        Some(user) => Actor::Person(user.login_identifier().to_owned()),
        None => Actor::Client(actor.to_owned()),
    }))
}

async fn whereabouts(
    context: &AdminContext<'_>,
    kind: &str,
    name: &str,
) -> Result<Option<ResourceLocation>> {
    let read = context.db.read();
    let found = match kind {
        "user" | "member" => match UserId::parse(name) {
            Some(id) => repo::users::find_by_id(read, id).await?,
            None => repo::users::find_by_identifier(read, name).await?,
        }
        .map(|user| ResourceLocation::Person(user.login_identifier().to_owned())),
        "organization" => repo::organizations::find(read, name)
            .await?
            .map(|find| ResourceLocation::In(Some(find.slug))),
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

pub async fn search(
    context: &AdminContext<'_>,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>> {
    context.need(READ_LOG)?;
    let (read, filter) = (context.db.read(), audit_log::in_reach(context, filter));
    let mut found = repo::audit::newest(read, &filter, before, limit).await?;
    audit_log::hide_devices(context, [], &mut found).await?;
    Ok(found)
}

/// Returns user names of users that can assign one of these roles in `org` to the denied user.
/// Applies the same rule as an assignment. The denied user is never among them.
async fn can_assign(
    context: &AdminContext<'_>,
    roles: &[String],
    org: Option<&str>,
    rejected: Option<&str>,
) -> Result<Vec<String>> {
    let read = context.db.read();
    let mut given = repo::roles::list(read).await?;
    given.retain(|role| roles.contains(&role.name));
    let found = repo::roles::holders_of_permission(read, ASSIGN, org, context.now(), CANDIDATES);
    let mut candidates: BTreeSet<UserId> = found.await?.into_iter().collect();
    if let Some(org) = org {
        candidates.extend(repo::organizations::owners(read, org).await?);
    }
    let mut names = BTreeSet::new();
    for id in candidates {
        if names.len() == NAMED || rejected == Some(id.to_string().as_str()) {
            continue;
        }
        let found = repo::users::find_by_id(read, id).await?;
        let found = found.filter(|user| user.is_active() && !user.is_deletion_pending());
        if let Some(user) = found
            && can_assign_any(context, id, &given, org).await?
        {
            names.insert(user.login_identifier().to_owned());
        }
    }
    Ok(names.into_iter().collect())
}

/// Returns true if this user can assign one of these roles in `org`: by the roles that they hold
/// globally, or by those in that organization.
async fn can_assign_any(
    context: &AdminContext<'_>,
    user: UserId,
    roles: &[Role],
    org: Option<&str>,
) -> Result<bool> {
    let (read, now) = (context.db.read(), context.now());
    for place in std::iter::once(None).chain(org.map(Some)) {
        let mut may_assign = false;
        if let Some(slug) = place {
            let Some(member) = repo::organizations::membership(read, slug, user).await? else {
                continue;
            };
            may_assign = member.is_owner;
        }
        let assigned =
            repo::roles::effective_for_user_in(read, user, OrgScope::from_org(place), now).await?;
        may_assign |= assigned.every_permission().contains(ASSIGN);
        let administers = place.is_none() && assigned.roles.contains(ADMIN_ROLE);
        let gives =
            |role: &Role| delegation::check_role_delegation(&assigned, role, administers).is_ok();
        if may_assign && roles.iter().any(gives) {
            return Ok(true);
        }
    }
    Ok(false)
}
