//! Targets: the applications that get users, with their addresses and tokens.

use doorward_admin::prelude::*;
use doorward_console_ui::feature::ProvisioningRun;
use doorward_domain::model::scim::ScimTarget;
use doorward_domain::secret::{Secret, seal};
use doorward_egress::outgoing::check_address;
use http::HeaderValue;

use super::audience::Audience;
use super::run::key;

/// Maximum number of targets.
const MAX_TARGETS: u64 = 200;
/// Maximum number of characters of a token.
const MAX_TOKEN: usize = 4096;

/// The settings of a target; `None` leaves one unchanged.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub url: Option<String>,
    pub token: Option<Secret<String>>,
    pub users: Option<String>,
    pub groups: Option<bool>,
    pub paused: Option<bool>,
}

impl Settings {
    /// Checks the settings, and puts them into a target.
    async fn apply(
        &self,
        context: &AdminContext<'_>,
        conn: &Conn,
        target: &mut ScimTarget,
    ) -> Result<()> {
        if let Some(url) = &self.url {
            let checked =
                check_address(url).map_err(|problem| AdminError::invalid("url", problem))?;
            if checked.query().is_some() {
                return Err(AdminError::invalid("url", "leave out the query"));
            }
            checked
                .as_str()
                .trim_end_matches('/')
                .clone_into(&mut target.url);
            target.is_operator_url = context.authority.is_none();
        }
        if let Some(token) = &self.token {
            let token = token.expose().trim();
            let is_text = HeaderValue::from_str(token).is_ok() && token.is_ascii();
            if token.is_empty() || token.len() > MAX_TOKEN || !is_text {
                let problem = "write 1 to 4096 characters of ASCII without line breaks";
                return Err(AdminError::invalid("token", problem));
            }
            let place = target.client_id.as_str().as_bytes();
            let mut rng = context.rng();
            target.token_sealed = seal(key(context)?.expose(), token.as_bytes(), place, &mut rng);
        }
        if let Some(users) = &self.users {
            let audience = Audience::parse(users).ok_or_else(|| {
                let problem = "write all, role:NAME or organization:SLUG";
                AdminError::invalid("users", problem)
            })?;
            match &audience {
                Audience::All => {}
                Audience::Role(name) => {
                    let found = repo::roles::find(conn, name).await?;
                    found.ok_or_else(|| AdminError::not_found("role", name))?;
                }
                Audience::Organization(slug) => {
                    let found = repo::organizations::find(conn, slug).await?;
                    found.ok_or_else(|| AdminError::not_found("organization", slug))?;
                }
            }
            target.users = audience.to_string();
        }
        target.has_groups = self.groups.unwrap_or(target.has_groups);
        target.is_paused = self.paused.unwrap_or(target.is_paused);
        Ok(())
    }
}

/// Returns what the audit log shows of a target.
fn audit_details(target: &ScimTarget) -> Value {
    json!({ "url": target.url, "users": target.users, "groups": target.has_groups, "paused": target.is_paused })
}

/// Creates the target of a client, whose users the next run compares.
pub(super) async fn create(
    context: &AdminContext<'_>,
    client: &str,
    settings: &Settings,
) -> Result<ScimTarget> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let id = ClientId::parse(client);
    let found = match &id {
        Some(id) => repo::clients::find(&tx, id).await?,
        None => None,
    };
    let found = found.ok_or_else(|| AdminError::not_found("client", client))?;
    if repo::scim_targets::find(&tx, &found.id).await?.is_some() {
        return Err(AdminError::conflict("target", client));
    }
    let present = repo::scim_targets::list(&tx, None, MAX_TARGETS).await?;
    if present.len() as u64 >= MAX_TARGETS {
        let problem = format!("there are {MAX_TARGETS} targets already");
        return Err(AdminError::invalid("client", problem));
    }
    let mut target = ScimTarget {
        client_id: found.id,
        url: String::new(),
        is_operator_url: false,
        token_sealed: Vec::new(),
        users: Audience::All.to_string(),
        has_groups: false,
        is_paused: false,
        position: 0,
        is_full_due: true,
        full_at: None,
        ran_at: None,
        report: "{}".to_owned(),
        failures: 0,
        retry_at: None,
        last_error: None,
        created_by: context.actor.clone(),
        created_at: context.now(),
    };
    settings.apply(context, &tx, &mut target).await?;
    repo::scim_targets::insert(&tx, &target).await?;
    let event = context.event(AuditKind::ScimTargetChanged, client, "created");
    let event = difference(event, &Value::Null, &audit_details(&target));
    context.commit_created(tx, &event, client, None).await?;
    Ok(target)
}

pub(super) async fn get(context: &AdminContext<'_>, client: &str) -> Result<ScimTarget> {
    context.must_administer()?;
    find(context.db.read(), client).await
}

async fn find(conn: &Conn, client: &str) -> Result<ScimTarget> {
    let found = match ClientId::parse(client) {
        Some(id) => repo::scim_targets::find(conn, &id).await?,
        None => None,
    };
    found.ok_or_else(|| AdminError::not_found("target", client))
}

pub(super) async fn page(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<ScimTarget>> {
    context.must_administer()?;
    Ok(repo::scim_targets::list(context.db.read(), after, limit).await?)
}

/// Changes settings of a target. Its next run compares all users.
pub(super) async fn update(
    context: &AdminContext<'_>,
    client: &str,
    settings: &Settings,
) -> Result<ScimTarget> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let before = find(&tx, client).await?;
    let mut target = before.clone();
    settings.apply(context, &tx, &mut target).await?;
    repo::scim_targets::change(&tx, &target).await?;
    let event = context.event(AuditKind::ScimTargetChanged, client, "changed");
    let mut event = difference(event, &audit_details(&before), &audit_details(&target));
    if settings.token.is_some() {
        event = event.with("token", "replaced");
    }
    context.commit_with(tx, &event).await?;
    target.is_full_due = true;
    Ok(target)
}

/// Deletes a target, and returns it as it was. The users of the application remain.
pub(super) async fn delete(context: &AdminContext<'_>, client: &str) -> Result<ScimTarget> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let target = find(&tx, client).await?;
    repo::scim_targets::delete(&tx, &target.client_id).await?;
    let event = context.event(AuditKind::ScimTargetChanged, client, "deleted");
    let event = difference(event, &audit_details(&target), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(target)
}

/// Returns the last runs for the page of all systems that give or get users.
pub(crate) async fn provisioning(context: &AdminContext<'_>) -> Result<Vec<ProvisioningRun>> {
    let targets = page(context, None, MAX_TARGETS).await?;
    let runs = targets.into_iter().map(|target| ProvisioningRun {
        kind: "console-provisioning-scim-target",
        name: target.client_id.to_string(),
        last_run: target.ran_at,
        failure: target.last_error,
    });
    Ok(runs.collect())
}
