//! The resource of the tasks API's scopes, which follows the configuration.

use doorward_config::{Config, Origin};
use doorward_domain::model::Resource;

use crate::prelude::*;
use crate::resources::{check_identifier, record_change};

/// The name of the setting that stores the last configured audience of the tasks API.
const SETTING: &str = "tasks_audience";

/// Returns true if the configuration names the audience of the tasks API, or its address.
pub fn is_configured(config: &Config) -> bool {
    let is_named = |key| config.origin(key) != Origin::Default;
    is_named("tasks.audience") || is_named("tasks.public_url")
}

/// Returns the audience of the tasks API if the configuration names it or its address: then a new
/// database begins with its sample.
pub fn configured_audience(config: &Config) -> Option<String> {
    is_configured(config).then(|| config.tasks_audience())
}

/// The resource of the tasks API's scopes, compared with the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TasksResource {
    /// They belong to the configured audience.
    AsConfigured,
    /// There are none: the sample of the tasks API is not loaded.
    Missing,
    /// They have just been moved from this resource.
    Moved(String),
    /// They belong to another resource, set by a command.
    Elsewhere(String),
}

#[boxed(?Send)]
pub async fn find(context: &AdminContext<'_>, audience: &str) -> Result<TasksResource> {
    let known = repo::scopes::list_all(context.db.read()).await?;
    let is_standard = |name: &str| TASKS_PERMISSIONS.iter().any(|(own, _)| *own == name);
    let mut at = known
        .into_iter()
        .filter(|scope| is_standard(&scope.name))
        .filter_map(|scope| scope.audience);
    let Some(first) = at.next() else {
        return Ok(TasksResource::Missing);
    };
    if first == audience || at.any(|item| item == audience) {
        return Ok(TasksResource::AsConfigured);
    }
    Ok(TasksResource::Elsewhere(first))
}

/// Moves the resource of the tasks API to the configured audience: its scopes, permissions, clients
/// and grants, in one transaction. A resource that a command has set elsewhere is not moved.
#[boxed(?Send)]
pub async fn follow(context: &AdminContext<'_>, audience: &str) -> Result<TasksResource> {
    let stored = repo::settings::get(context.db.read(), SETTING).await?;
    let found = find(context, audience).await?;
    let moves = match &found {
        TasksResource::Elsewhere(former) => stored.as_ref() == Some(former),
        _ => false,
    };
    if matches!(found, TasksResource::Elsewhere(_)) && !moves {
        return Ok(found);
    }
    if !moves && stored.as_deref() == Some(audience) {
        return Ok(found);
    }
    let tx = context.begin().await?;
    // Another process may have moved the resource already.
    let former = match &found {
        TasksResource::Elsewhere(former) => repo::resources::find(&tx, former).await?,
        _ => None,
    };
    if let Some(before) = &former {
        move_to(context, &tx, before, audience).await?;
    }
    repo::settings::put(&tx, SETTING, audience).await?;
    tx.commit().await?;
    Ok(match (former, found) {
        (Some(former), _) => TasksResource::Moved(former.identifier),
        (None, TasksResource::Missing) => TasksResource::Missing,
        (None, _) => TasksResource::AsConfigured,
    })
}

/// Moves the resource to an audience given by a command; later starts do not move it.
#[boxed(?Send)]
pub async fn put_at(context: &AdminContext<'_>, audience: &str) -> Result<()> {
    context.must_administer()?;
    check_identifier("audience", audience)?;
    let tx = context.begin().await?;
    let stored = repo::settings::get(&tx, SETTING).await?;
    let Some(former) = stored.filter(|stored| stored != audience) else {
        return Ok(());
    };
    if let Some(before) = repo::resources::find(&tx, &former).await? {
        move_to(context, &tx, &before, audience).await?;
    }
    repo::settings::remove(&tx, SETTING).await?;
    context.commit(tx).await
}

async fn move_to(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &Resource,
    audience: &str,
) -> Result<()> {
    repo::resources::rename(tx, &before.identifier, audience).await?;
    let identifier = audience.to_owned();
    let after = Resource {
        identifier,
        ..before.clone()
    };
    record_change(context, tx, before, &after).await
}

/// The permissions of the tasks API, which are its scopes as well.
pub const TASKS_PERMISSIONS: &[(&str, &str)] = &[
    ("tasks:read", "See your tasks"),
    ("tasks:write", "Add and change your tasks"),
    ("tasks:delete", "Delete your tasks"),
    ("tasks:read_all", "See everybody's tasks"),
    ("tasks:write_all", "Change everybody's tasks"),
    ("tasks:delete_all", "Delete everybody's tasks"),
];
