//! The users, roles and clients of a development instance.

use doorward_admin::operator::{AdminContext, AdminError, Result};
use doorward_admin::passwords;
use doorward_admin::standard::OWN_SCOPES;
use doorward_admin::tasks_resource::TASKS_PERMISSIONS;
use doorward_admin::tasks_sample;
use doorward_admin::users::{self, NewUser};
use doorward_domain::boxed;
use doorward_domain::model::{
    ADMIN_ROLE, AskedClaims, Client, ClientChange, ClientId, ClientKind, Permission, Profile,
    Resource, ScopeEntry,
};
use doorward_domain::secret::{Secret, TokenHash};
use doorward_domain::time::Clock;
use doorward_oauth::clients::build::build;
use doorward_oauth::clients::input::NewClient;
use doorward_oauth::dev_token::TOKEN_CLIENT;
use doorward_protocol::token::GrantType;
use doorward_services::names::SIGNAL_SCOPES;
use doorward_store::{Db, WriteTx, repo};

use super::instance::{API_CLIENT, DEVICE_CLIENT, Instance, MCP_READ, MCP_WRITE, WEB_CLIENT};

/// Name of the row in `settings` that records the seed.
const SETTING: &str = "dev_seed";

/// The demo accounts: user name, given name, family name, role.
pub const USERS: &[(&str, &str, &str, &str)] = &[
    ("admin", "Ada", "Admin", "admin"),
    ("mona", "Mona", "Manager", "manager"),
    ("alice", "Alice", "Adams", "developer"),
    ("bob", "Bob", "Brown", "developer"),
];

/// Inserts missing seed data into a migrated database. A second start only follows changed ports
/// and hashes no password.
#[boxed(?Send)]
pub async fn seed(instance: &Instance, db: &Db, clock: &dyn Clock) -> Result<()> {
    let context = AdminContext::command_line(db, clock);
    let audience = instance.config.tasks_audience();
    match repo::settings::get(db.read(), SETTING).await? {
        Some(stored) if stored == audience => {}
        Some(stored) => follow(instance, &context, &stored, &audience).await?,
        None => seed_all(instance, &context, &audience).await?,
    }
    ensure_mcp(instance, &context).await?;
    ensure_api_client(instance, &context).await
}

/// Ensures that the sample MCP server is a separate resource with scopes and permissions, for users
/// with the same permissions at the tasks API. Also updates the URL.
async fn ensure_mcp(instance: &Instance, context: &AdminContext<'_>) -> Result<()> {
    let resource = format!("{}/mcp", instance.config.tasks.public_url);
    let words = [
        (MCP_READ, "tasks:read", "Let it see your tasks"),
        (MCP_WRITE, "tasks:write", "Let it add tasks for you"),
    ];
    let known = repo::scopes::list_all(context.db.read()).await?;
    let is_there = |name: &str| {
        let same =
            |item: &ScopeEntry| item.name == name && item.audience.as_ref() == Some(&resource);
        known.iter().any(same)
    };
    if words.iter().all(|(name, ..)| is_there(name)) {
        return Ok(());
    }
    let (tx, now) = (context.db.begin_write().await?, context.clock.now());
    for item in known.iter().filter(|item| item.name == MCP_READ) {
        if let Some(former) = &item.audience {
            repo::resources::delete(&tx, former).await?;
        }
    }
    let mut row = Resource::new(resource.clone(), "Tasks for AI tools".to_owned(), now);
    row.token_claims = AskedClaims::ALL;
    repo::resources::upsert(&tx, &row).await?;
    for (name, like, description) in words {
        let scope = ScopeEntry {
            name: name.to_owned(),
            description: description.to_owned(),
            audience: Some(resource.clone()),
            created_at: now,
        };
        repo::scopes::upsert(&tx, &scope).await?;
        let permission = Permission {
            codename: name.to_owned(),
            description: description.to_owned(),
            audience: resource.clone(),
        };
        repo::roles::upsert_permission(&tx, &permission).await?;
        for mut role in repo::roles::list(&tx).await? {
            if role.permissions.contains(like) && role.permissions.insert(name.to_owned()) {
                repo::roles::upsert(&tx, &role).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Ensures that the tasks API's client exists with the current audience.
async fn ensure_api_client(instance: &Instance, context: &AdminContext<'_>) -> Result<()> {
    let requested = api_client(instance, context);
    let stored = repo::clients::find(context.db.read(), &requested.id).await?;
    if stored.is_some_and(|stored| {
        stored.serves == requested.serves && stored.secret_hash == requested.secret_hash
    }) {
        return Ok(());
    }
    let tx = context.db.begin_write().await?;
    if !repo::clients::update(&tx, &requested).await? {
        repo::clients::insert(&tx, &requested).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn seed_all(instance: &Instance, context: &AdminContext<'_>, audience: &str) -> Result<()> {
    // One hash for all accounts: they share a password, and each hash delays the start.
    let settings = instance.config.passwords.clone();
    let password = Secret::new(instance.password.expose().clone());
    let random = context.random.clone();
    let hash = tokio::task::spawn_blocking(move || passwords::hash(&settings, &password, &random));
    let hash = hash
        .await
        .map_err(|error| AdminError::Hash(error.to_string()))??;
    let tx = context.db.begin_write().await?;
    tasks_sample::load_in(context, &tx, audience).await?;
    for (username, given_name, family_name, role) in USERS {
        let new = NewUser {
            username: (*username).to_owned(),
            email: format!("{username}@example.com"),
            email_verified: true,
            password_hash: Some(hash.clone()),
            profile: Profile {
                given_name: Some((*given_name).to_owned()),
                family_name: Some((*family_name).to_owned()),
                ..Profile::default()
            },
            is_staff: *role == ADMIN_ROLE,
            roles: vec![(*role).to_owned()],
        };
        users::create_in(context, &tx, new).await?;
    }
    for client in [
        web_client(instance, context),
        token_client(context),
        device_client(context),
    ] {
        repo::clients::insert(&tx, &client).await?;
    }
    repo::settings::put(&tx, SETTING, audience).await?;
    tx.commit().await?;
    Ok(())
}

/// Moves the tasks API's resource and clients to the changed ports.
async fn follow(
    instance: &Instance,
    context: &AdminContext<'_>,
    old: &str,
    new: &str,
) -> Result<()> {
    let tx = context.db.begin_write().await?;
    for mut resource in repo::resources::list_all(&tx).await? {
        if resource.identifier == old {
            new.clone_into(&mut resource.identifier);
            repo::resources::upsert(&tx, &resource).await?;
            repo::resources::delete(&tx, old).await?;
        }
    }
    for mut scope in repo::scopes::list_all(&tx).await? {
        if scope.audience.as_deref() == Some(old) {
            scope.audience = Some(new.to_owned());
            repo::scopes::upsert(&tx, &scope).await?;
        }
    }
    for mut permission in repo::roles::list_permissions(&tx).await? {
        if permission.audience == old {
            new.clone_into(&mut permission.audience);
            repo::roles::upsert_permission(&tx, &permission).await?;
        }
    }
    follow_web_client(instance, context, &tx).await?;
    repo::settings::put(&tx, SETTING, new).await?;
    tx.commit().await?;
    Ok(())
}

async fn follow_web_client(
    instance: &Instance,
    context: &AdminContext<'_>,
    tx: &WriteTx,
) -> Result<()> {
    let requested = web_client(instance, context);
    let Some(mut client) = repo::clients::find(tx, &requested.id).await? else {
        return Ok(());
    };
    client.redirect_uris = requested.redirect_uris;
    client.post_logout_redirect_uris = requested.post_logout_redirect_uris;
    client.updated_at = requested.updated_at;
    repo::clients::update(tx, &client).await?;
    Ok(())
}

fn client(
    context: &AdminContext<'_>,
    id: &str,
    name: &str,
    kind: ClientKind,
    settings: ClientChange,
) -> Client {
    let new = NewClient {
        id: ClientId::parse(id),
        settings,
        ..NewClient::named(name, kind)
    };
    let (pkce, now) = (context.settings.pkce, context.clock.now());
    build(new, pkce, now, context.random.rng()).0
}

/// Returns the web client of the tasks API: a third-party client, so that consent is required.
fn web_client(instance: &Instance, context: &AdminContext<'_>) -> Client {
    let public_url = &instance.config.tasks.public_url;
    let scopes = &instance.config.tasks.web.scopes;
    let settings = ClientChange {
        redirect_uris: Some(vec![format!("{public_url}/web/callback")]),
        post_logout_redirect_uris: Some(vec![format!("{public_url}/web/")]),
        scopes: Some(scopes.iter().map(String::as_str).collect()),
        ..ClientChange::default()
    };
    let kind = ClientKind::Confidential;
    Client {
        secret_hash: Some(TokenHash::digest(instance.web_secret.expose())),
        ..client(context, WEB_CLIENT, "Tasks", kind, settings)
    }
}

/// Returns the client with which the tasks API and its sample MCP server introspect API keys, opaque
/// tokens, and tokens that could not carry every group, and receive signals.
fn api_client(instance: &Instance, context: &AdminContext<'_>) -> Client {
    let mcp = format!("{}/mcp", instance.config.tasks.public_url);
    let settings = ClientChange {
        serves: Some(vec![instance.config.tasks_audience(), mcp]),
        // It receives signals.
        grant_types: Some(vec![GrantType::ClientCredentials]),
        scopes: Some(SIGNAL_SCOPES.iter().map(|(name, _)| *name).collect()),
        ..ClientChange::default()
    };
    let kind = ClientKind::Confidential;
    Client {
        secret_hash: Some(TokenHash::digest(instance.api_secret.expose())),
        ..client(context, API_CLIENT, "Tasks API", kind, settings)
    }
}

/// Returns the client of `doorward token` and for experiments with native applications: a public
/// client on loopback with any port (RFC 8252 §7.3).
fn token_client(context: &AdminContext<'_>) -> Client {
    let all = OWN_SCOPES.iter().chain(TASKS_PERMISSIONS);
    let settings = ClientChange {
        redirect_uris: Some(vec!["http://127.0.0.1/callback".to_owned()]),
        scopes: Some(all.map(|(name, _)| *name).collect()),
        first_party: Some(true),
        ..ClientChange::default()
    };
    let kind = ClientKind::Public;
    client(context, TOKEN_CLIENT, "Development", kind, settings)
}

/// Returns a television client for the device authorization grant (RFC 8628): a public third-party
/// client.
fn device_client(context: &AdminContext<'_>) -> Client {
    let settings = ClientChange {
        grant_types: Some(vec![GrantType::DeviceCode, GrantType::RefreshToken]),
        scopes: Some(["openid", "profile", "tasks:read"].into_iter().collect()),
        ..ClientChange::default()
    };
    let kind = ClientKind::Public;
    client(context, DEVICE_CLIENT, "Living-room TV", kind, settings)
}
