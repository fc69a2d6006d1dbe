//! Tests of the development instance: creation, reuse, changed ports, deletion.

use doorward_config::key::{Key, Kind};
use doorward_config::table;
use doorward_domain::credentials::password::{HashMemory, verify};
use doorward_domain::model::ClientId;
use doorward_domain::secret::TokenHash;
use doorward_domain::time::SystemClock;
use doorward_store::{Db, OpenOptions, repo};

use super::*;

struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("doorward-dev-{}", uuid::Uuid::new_v4())))
    }

    fn options(&self) -> Options {
        Options {
            data_dir: self.0.clone(),
            port: 8400,
            tasks_port: 8401,
            fresh: false,
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn open(instance: &Instance) -> Db {
    let url = instance.config.database.url.expose();
    let db = Db::open(url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    seed::seed(instance, &db, &SystemClock).await.unwrap();
    db
}

#[test]
fn one_process_locks_instance() {
    let directory = Directory::new();
    assert!(lock(&directory.0).unwrap().is_none());
    prepare(&directory.options(), []).unwrap();
    let held = lock(&directory.0).unwrap();
    assert!(held.is_some());
    let second = lock(&directory.0);
    assert!(matches!(second, Err(DevError::Running(_))), "{second:?}");
    drop(held);
    assert!(lock(&directory.0).unwrap().is_some());
}

#[test]
fn second_start_keeps_data_and_fresh_start_deletes_data() {
    let directory = Directory::new();
    let first = prepare(&directory.options(), []).unwrap();
    assert!(first.is_new);
    // The first start did not get to its sample data.
    assert!(prepare(&directory.options(), []).unwrap().is_new);
    finish(&directory.0).unwrap();
    let second = prepare(&directory.options(), []).unwrap();
    assert!(!second.is_new);
    assert_eq!(first.password.expose(), second.password.expose());
    assert_eq!(first.web_secret.expose(), second.web_secret.expose());
    assert_eq!(first.config.secret_key, second.config.secret_key);
    let fresh = Options {
        fresh: true,
        ..directory.options()
    };
    let third = prepare(&fresh, []).unwrap();
    assert!(third.is_new);
    assert_ne!(first.password.expose(), third.password.expose());
    assert_ne!(first.config.secret_key, third.config.secret_key);
}

#[test]
fn serve_rejects_development_instance() {
    let directory = Directory::new();
    let instance = prepare(&directory.options(), []).unwrap();
    assert!(instance.config.is_dev());
    let refused = instance.config.check_serve();
    assert!(
        refused.iter().any(|finding| finding.key == "database.url"),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn files_are_readable_only_by_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = Directory::new();
    prepare(&directory.options(), []).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory.0), 0o700);
    for name in [SECRET_KEY, PASSWORD, WEB_SECRET] {
        assert_eq!(mode(&directory.0.join(name)), 0o600, "{name}");
    }
}

#[test]
fn directory_with_foreign_files_is_kept() {
    let directory = Directory::new();
    fs::create_dir(&directory.0).unwrap();
    fs::write(directory.0.join("thesis.txt"), "years of work").unwrap();
    for fresh in [false, true] {
        let options = Options {
            fresh,
            ..directory.options()
        };
        assert!(matches!(prepare(&options, []), Err(DevError::Foreign(_))));
    }
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
}

#[test]
fn fresh_deletes_only_files_of_dev() {
    let directory = Directory::new();
    prepare(&directory.options(), []).unwrap();
    fs::write(directory.0.join("notes.txt"), "mine").unwrap();
    prepare(
        &Options {
            fresh: true,
            ..directory.options()
        },
        [],
    )
    .unwrap();
    assert_eq!(
        fs::read_to_string(directory.0.join("notes.txt")).unwrap(),
        "mine"
    );
}

#[test]
fn environment_sets_only_keys_open_in_dev() {
    let directory = Directory::new();
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_DATABASE_URL", "postgres://db.example/door"),
        ("DOORWARD_SECRET_KEY_FILE", "/nonexistent"),
        ("DOORWARD__LIMITS__MULTIPLIER", "50"),
        ("DOORWARD__TOKENS__ACCESS_TTL", "7"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = prepare(&directory.options(), environment).unwrap().config;
    assert_eq!(config.issuer, "http://localhost:8400");
    assert!(config.database.url.expose().starts_with("sqlite://"));
    assert!((config.limits.multiplier - 50.0).abs() < f64::EPSILON);
    assert_eq!(config.tokens.access_ttl, 7);
    let wrong = [("DOORWARD__LIMITS__MULTIPLER".to_owned(), "50".to_owned())];
    assert!(matches!(
        prepare(&directory.options(), wrong),
        Err(DevError::Config(_))
    ));
}

/// Returns a value of the key that differs from the one that `dev` sets.
fn another_value(key: &Key) -> &'static str {
    match (key.path, key.kind) {
        ("tasks.time_zone", _) => "Europe/Berlin",
        ("tasks.limits.roles", _) => "admin=5",
        ("tasks.allowed_origins", _) => "https://app.example.org",
        ("tasks.mcp" | "tasks.signals.enabled", _) => "false",
        ("tasks.signals.when_cut", _) => "reject",
        ("tasks.audit_ttl", _) => "40d",
        (_, Kind::Boolean) => "true",
        (_, Kind::Duration { .. }) => "90s",
        (_, Kind::Number { .. }) => "7",
        (_, Kind::Socket) => "127.0.0.1:9",
        (_, Kind::OneOrMoreOf(values)) => values[0],
        (_, Kind::Url | Kind::Endpoint) => "https://other.example.org",
        (_, Kind::SecretUrl(_)) => "sqlite://other.sqlite",
        _ => "another",
    }
}

#[test]
fn dev_honors_or_rejects_every_tasks_key() {
    let directory = Directory::new();
    let usual = prepare(&directory.options(), []).unwrap().config.tasks;
    let usual = serde_json::to_value(&usual).unwrap();
    let keys = table::all().filter(|key| key.path.starts_with("tasks."));
    let (mut honored, mut rejected) = (0, 0);
    for key in keys {
        for name in key.env_names() {
            let variable = (name.clone(), another_value(key).to_owned());
            let decided = TASKS_KEYS.iter().any(|(path, _)| *path == key.path);
            match prepare(&directory.options(), [variable]) {
                Ok(instance) => {
                    assert!(!decided, "{name} was ignored");
                    let tasks = serde_json::to_value(&instance.config.tasks).unwrap();
                    let path = key.path.replace("tasks.", "/").replace('.', "/");
                    let (before, after) = (usual.pointer(&path), tasks.pointer(&path));
                    assert_ne!(before, after, "{name} had no effect");
                    honored += 1;
                }
                Err(error) => {
                    let error = error.to_string();
                    assert!(decided, "{name}: {error}");
                    assert!(error.contains(&name) && error.contains(key.path), "{error}");
                    rejected += 1;
                }
            }
        }
    }
    assert!(honored >= 10 && rejected >= 9, "{honored} {rejected}");
    let file = ("DOORWARD__TASKS__DATABASE_URL_FILE", "/nowhere");
    let file = (file.0.to_owned(), file.1.to_owned());
    let refused = prepare(&directory.options(), [file]);
    assert!(matches!(refused, Err(DevError::Decided { .. })));
}

#[test]
fn each_value_of_dev_names_its_source() {
    let directory = Directory::new();
    let name = "DOORWARD__LIMITS__MULTIPLIER".to_owned();
    let instance = prepare(&directory.options(), [(name, "50".to_owned())]).unwrap();
    let values = instance.config.effective();
    let source = |key: &str| {
        let value = values.iter().find(|value| value.key == key).unwrap();
        value.source()
    };
    for default in Config::defaults().unwrap().effective() {
        let value = values.iter().find(|value| value.key == default.key);
        let is_changed = value
            .is_some_and(|value| (value.is_set, &value.text) != (default.is_set, &default.text));
        assert!(
            !is_changed || source(default.key).is_some(),
            "{}",
            default.key
        );
    }
    for key in [
        "issuer",
        "listen",
        "database.url",
        "secret_key",
        "tasks.mcp",
    ] {
        assert_eq!(source(key).as_deref(), Some("doorward dev"), "{key}");
    }
    let variable = "environment DOORWARD__LIMITS__MULTIPLIER";
    assert_eq!(source("limits.multiplier").as_deref(), Some(variable));
    assert_eq!(source("tokens.access_ttl"), None);
}

#[test]
fn administration_opens_same_instance() {
    let directory = Directory::new();
    assert!(matches!(reopen(&directory.0), Err(DevError::Missing(_))));
    let options = Options {
        tasks_port: 9401,
        ..directory.options()
    };
    let instance = prepare(&options, []).unwrap();
    let config = reopen(&directory.0).unwrap();
    assert_eq!(config.database.url, instance.config.database.url);
    assert_eq!(config.secret_key, instance.config.secret_key);
    assert_eq!(config.tasks_audience(), "http://localhost:9401/api");
}

#[cfg(unix)]
#[test]
fn tasks_program_is_found_only_in_own_folder() {
    let directory = Directory::new();
    let place = directory.0.join("bin");
    fs::create_dir_all(&place).unwrap();
    let here = place.join("doorward");
    fs::write(&here, "").unwrap();
    fs::write(directory.0.join(tasks_program::PROGRAM), "").unwrap();
    assert_eq!(tasks_program::find(&here), None);
    let program = place.join(tasks_program::PROGRAM);
    fs::create_dir(&program).unwrap();
    assert_eq!(tasks_program::find(&here), None);
    fs::remove_dir(&program).unwrap();
    fs::write(&program, "").unwrap();
    let program = program.canonicalize().unwrap();
    assert_eq!(tasks_program::find(&here).as_ref(), Some(&program));
    let link = directory.0.join("doorward");
    std::os::unix::fs::symlink(&here, &link).unwrap();
    assert_eq!(tasks_program::find(&link), Some(program));
    assert_eq!(tasks_program::find(&place.join("missing")), None);
}

#[test]
fn settings_of_tasks_program_are_those_of_instance() {
    let directory = Directory::new();
    let config = prepare(&directory.options(), []).unwrap().config;
    let file = tasks_program::write_settings(&directory.0, &config).unwrap();
    let read = Config::load(Some(&file), []).unwrap();
    assert_eq!(read.issuer, config.issuer);
    assert_eq!(read.tasks.listen, config.tasks.listen);
    assert_eq!(read.tasks.public_url, config.tasks.public_url);
    assert_eq!(read.tasks.database_url, config.tasks.database_url);
    assert_eq!(read.tasks.web.client_id, config.tasks.web.client_id);
    assert_eq!(read.tasks.web.client_secret, config.tasks.web.client_secret);
    let secret = &config.tasks.introspection_client_secret;
    assert_eq!(read.tasks.introspection_client_secret, *secret);
    assert_eq!(read.tasks.mcp, config.tasks.mcp);
    assert_eq!(read.logging.level, config.logging.level);
    assert!(!read.metrics.enabled);
    // The tasks API needs no key of the identity server.
    let text = fs::read_to_string(&file).unwrap();
    let key = config.secret_key.as_ref().unwrap();
    assert!(!text.contains(key.expose()), "{text}");
}

#[test]
fn tasks_program_ignores_variables_of_decided_keys() {
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_SECRET_KEY_FILE", "/nonexistent"),
        ("DOORWARD__METRICS__ENABLED", "true"),
        ("DOORWARD__TASKS__TIME_ZONE", "Europe/Berlin"),
        ("HOME", "/home/ann"),
    ];
    let names = environment.map(|(name, _)| name);
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(tasks_program::ignored_variables(environment), names[..3]);
}

#[tokio::test]
async fn seed_creates_users_and_clients_for_tasks_api() {
    let directory = Directory::new();
    let instance = prepare(&directory.options(), []).unwrap();
    let db = open(&instance).await;
    for (username, role, all) in [
        ("admin", "admin", true),
        ("mona", "manager", true),
        ("alice", "developer", false),
    ] {
        let found = repo::users::find_by_identifier(db.read(), username)
            .await
            .unwrap();
        let user = found.unwrap();
        let phc = user.password_hash.unwrap();
        assert!(verify(&phc, instance.password.expose(), &mut HashMemory::new()).unwrap());
        let assigned = repo::roles::effective_for_user(db.read(), user.id, 0)
            .await
            .unwrap();
        assert!(assigned.roles.contains(role));
        let entitlements = assigned.entitlements(&["http://localhost:8401/api".to_owned()]);
        assert_eq!(entitlements.contains("tasks:read_all"), all, "{username}");
        // The sample MCP server is a separate resource, for users with permissions at the tasks
        // API.
        let by_tools = assigned.entitlements(&["http://localhost:8401/mcp".to_owned()]);
        let mcp = ["mcp:read", "mcp:write"].map(str::to_owned);
        assert_eq!(by_tools, mcp.into(), "{username}");
    }
    let id = ClientId::parse(WEB_CLIENT).unwrap();
    let web = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    assert_eq!(
        web.secret_hash,
        Some(TokenHash::digest(instance.web_secret.expose()))
    );
    assert_eq!(web.redirect_uris, ["http://localhost:8401/web/callback"]);
    assert!(!web.first_party);
    let id = ClientId::parse(TOKEN_CLIENT).unwrap();
    assert!(
        repo::clients::find(db.read(), &id)
            .await
            .unwrap()
            .unwrap()
            .first_party
    );
}

#[tokio::test]
async fn changed_ports_update_tasks_api_and_keep_users() {
    let directory = Directory::new();
    let first = open(&prepare(&directory.options(), []).unwrap()).await;
    let people = repo::users::list(first.read(), None, 10).await.unwrap();
    first.close().await.unwrap();
    let options = Options {
        port: 9400,
        tasks_port: 9401,
        ..directory.options()
    };
    let second = open(&prepare(&options, []).unwrap()).await;
    assert_eq!(
        repo::users::list(second.read(), None, 10).await.unwrap(),
        people
    );
    let (new, mcp) = ("http://localhost:9401/api", "http://localhost:9401/mcp");
    let resources = repo::resources::list_all(second.read()).await.unwrap();
    assert_eq!(
        resources
            .iter()
            .map(|one| one.identifier.as_str())
            .collect::<Vec<_>>(),
        [new, mcp]
    );
    let scopes = repo::scopes::list_all(second.read()).await.unwrap();
    for scope in scopes {
        let expected = match scope.name.split_once(':') {
            Some(("tasks", _)) => Some(new.to_owned()),
            Some(("mcp", _)) => Some(mcp.to_owned()),
            _ => None,
        };
        assert_eq!(scope.audience, expected, "{}", scope.name);
    }
    for permission in repo::roles::list_permissions(second.read()).await.unwrap() {
        let is_mcp = permission.codename.starts_with("mcp:");
        assert_eq!(
            permission.audience,
            if is_mcp { mcp } else { new },
            "{}",
            permission.codename
        );
    }
    let id = ClientId::parse(WEB_CLIENT).unwrap();
    let web = repo::clients::find(second.read(), &id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(web.redirect_uris, ["http://localhost:9401/web/callback"]);
}
