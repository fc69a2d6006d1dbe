//! Name resolution: no name server answers, while connections to the database and Redis break.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::relay::Relay;
use doorward_testkit::trial::Trial;
use doorward_testkit::{Backend, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::super::binary;
use super::super::dependency::{SETTINGS, apps, assert_sessions_remain};
use super::super::ledger::{Working, verify};
use super::{Watch, outage, until_linked, until_whole};

const NAMES: &str = "127.0.0.1 localhost db.r38.test redis.r38.test mail.r38.test\n";
/// A name server that does not exist.
const RESOLVER: &str = "nameserver 127.0.0.253\noptions timeout:1 attempts:1\n";

#[test]
fn r38_service_recovers_from_failed_name_resolution() {
    stack::block_on(exhausted());
}

/// Writes a script that runs the program with another `/etc`, which is returned, and with names instead of
/// the addresses of its dependencies.
fn with_names(place: &Path, storage: &Storage) -> (PathBuf, PathBuf) {
    let (script, etc) = (place.join("doorward"), place.join("etc"));
    let named = |url: &str, name: &str| url.replacen("127.0.0.1", name, 1);
    let redis = storage.redis.as_deref().expect("a Redis");
    let text = format!(
        "#!/bin/sh\nset -e\nexport etc='{etc}'\n\
         export DOORWARD_DATABASE_URL='{database}' DOORWARD_REDIS_URL='{redis}'\n\
         exec unshare --map-root-user --mount -- sh -ec '\n\
         mount --bind \"$etc\" /etc\nexec {binary} \"$@\"' doorward \"$@\"\n",
        etc = etc.display(),
        database = named(&storage.identity, "db.r38.test"),
        redis = named(redis, "redis.r38.test"),
        binary = binary().display(),
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    std::fs::create_dir(&etc).unwrap();
    for name in ["passwd", "group", "localtime"] {
        let _ = std::fs::copy(Path::new("/etc").join(name), etc.join(name));
    }
    std::fs::write(etc.join("nsswitch.conf"), "hosts: files dns\n").unwrap();
    std::fs::write(etc.join("resolv.conf"), RESOLVER).unwrap();
    std::fs::write(etc.join("hosts"), NAMES).unwrap();
    (script, etc)
}

async fn exhausted() {
    let trial = Trial::new("R38", "postgres");
    let mut storage = Storage::create(Backend::PostgresRedis).await;
    let mut relays = Vec::new();
    let redis = storage.redis.as_mut().expect("a Redis");
    for url in [&mut storage.identity, redis] {
        let relay = Relay::before(url).await;
        url.clone_from(&relay.url);
        relays.push(relay);
    }
    let place = tempfile::tempdir().unwrap();
    let (script, etc) = with_names(place.path(), &storage);
    let mut settings = SETTINGS.to_vec();
    settings.push(("DOORWARD_SMTP_URL", "smtp://mail.r38.test:1"));
    let program = Program::start_with_storage(&script, storage, &settings).await;
    let apps = apps(&program).await;
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (working, watch) = (
        Working::begin(&program, &apps, &mut chance),
        Watch::begin(program.at("/readyz")),
    );
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::write(etc.join("hosts"), "127.0.0.1 localhost\n").unwrap();
    let began = Instant::now();
    relays.iter().for_each(Relay::reset);
    // The last good look-up is reused for five seconds.
    tokio::time::sleep(outage(&trial) + Duration::from_secs(5)).await;
    std::fs::write(etc.join("hosts"), NAMES).unwrap();
    let ended = Instant::now();
    let whole = until_whole(&trial, &program, ended).await;
    let known = working.end().await;
    let expected = ("name_resolution", "unavailable", 503);
    let named = watch.named((began, ended), expected).await;
    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    assert_sessions_remain(&seen, "names");
    for (app, known) in apps.iter().zip(known) {
        verify(app, &program.issuer, &known, "names").await;
    }
    until_linked(&program).await;
    assert!(
        !program.output().contains("panicked"),
        "{}",
        program.output()
    );
    trial.done(json!({
        "exhausted": "name resolution", "named_ms": named.as_millis(), "whole_ms": whole.as_millis(),
    }));
}
