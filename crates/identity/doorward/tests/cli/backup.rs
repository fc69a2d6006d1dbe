//! Tests of the rejections of `backup` and `restore`, and of the files that they leave unchanged.
//! `faults/backup.rs` checks under load that no data is lost.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use flate2::read::GzDecoder;
use rstest::rstest;

use super::program::{Done, Place};

const PASSPHRASE: &str = "N8Zr2hQ7vYw1kLmP5sTg9xCb3dEf6aUj\n";
/// A key pair of `age-keygen`, generated for this test.
const AGE_KEY: &str =
    "# a remark\nAGE-SECRET-KEY-19R6F9KDYZ85AGAP39LACMGEJ0QPFM2EL0QCRPV33UTNCZPET24HQLVC782\n";
const AGE_PUBLIC: &str = "age1t6uqt7hzr93jqr5nkt5vzf2l40t5j6wa84keazr7cmdt3mt7556s7xg7je";
const DATABASE: &str = "identity.sqlite";

/// Creates an instance with a database that contains a user.
fn filled() -> Place {
    let place = Place::configured();
    place.write("backup.key", PASSPHRASE);
    add(&place, "root");
    place
}

fn add(place: &Place, name: &str) {
    let mail = format!("{name}@example.com");
    let create = ["user", "create", name, "--email", &mail];
    place.run(&create).succeeded();
}

/// Returns the sorted user names: users of the same second are listed in any order.
fn user_names(place: &Place) -> Vec<String> {
    let list = place.json(&["user", "list", "--json"]);
    let users = list.as_array().unwrap().iter();
    let names = users.map(|user| user["username"].as_str().unwrap().to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn restore(place: &Place, more: &[&str]) -> Done {
    place.run(&[&["restore", "backup"][..], more].concat())
}

fn copy(from: &Path, to: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(from).unwrap();
    change(&mut bytes);
    std::fs::write(to, bytes).unwrap();
}

/// Flips a bit at `from` or later and returns its position. In an unencrypted archive, some bits do
/// not change the content, for example in compressed runs of zeros; these are skipped.
fn damage(bytes: &mut [u8], from: usize, encrypted: bool) -> usize {
    let unpacked = |bytes: &[u8]| {
        let mut content = Vec::new();
        GzDecoder::new(bytes)
            .read_to_end(&mut content)
            .map(|_| content)
            .ok()
    };
    let whole = unpacked(bytes);
    for at in from..bytes.len() {
        bytes[at] ^= 0x10;
        if encrypted || unpacked(bytes) != whole {
            return at;
        }
        bytes[at] ^= 0x10;
    }
    panic!("no bit after {from} changes the content");
}

#[test]
fn backup_is_private_and_never_overwritten() {
    let place = filled();
    let done = place.run(&["backup", "backup"]).succeeded();
    assert!(done.stderr.contains("not encrypted"), "{}", done.stderr);
    assert!(
        done.stderr.contains("does not contain the secret key"),
        "{}",
        done.stderr
    );
    let mode = std::fs::metadata(place.path("backup")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(place.path("backup")).unwrap();
    place.run(&["backup", "backup"]).failed(5, "exists already");
    assert!(std::fs::read(place.path("backup")).unwrap() == before);
    let left: Vec<_> = std::fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".doorward"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // A backup to standard output, for systems without a writable file.
    let out = place.command(&["backup", "-"]).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    std::fs::write(place.path("backup"), out.stdout).unwrap();
    let done = restore(&place, &["--dry-run"]).succeeded();
    assert!(done.stderr.contains("is whole"), "{}", done.stderr);
}

#[test]
fn backup_without_database_fails() {
    let place = Place::configured();
    place
        .run(&["backup", "backup"])
        .failed(1, "there is no identity.sqlite");
    assert!(!place.path("backup").exists() && !place.path(DATABASE).exists());
}

#[test]
fn restore_requires_confirmation() {
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    add(&place, "later");
    restore(&place, &[]).failed(5, "--yes");
    assert_eq!(user_names(&place), ["later", "root"]);
    let done = restore(&place, &["--dry-run", "--json"]).succeeded().json();
    assert_eq!(
        (&done["restored"], &done["secret_key_fits"]),
        (&false.into(), &serde_json::Value::Null)
    );
    assert_eq!(user_names(&place), ["later", "root"]);
    // The write-ahead log of a killed process is not applied to the restored file.
    copy(
        &place.path(DATABASE),
        &place.path("identity.sqlite-wal"),
        |_| {},
    );
    let dry = ["--dry-run", "--end-access"];
    restore(&place, &dry).failed(2, "--end-access");
    let options = ["--yes", "--end-access", "--json"];
    let done = restore(&place, &options).succeeded().json();
    let expected = serde_json::json!({
        "sessions": 0, "grants": 0, "api_keys": 0, "mail_links": 1, "trusted_devices": 0,
        "invitations": 0, "registration_tokens": 0,
    });
    assert_eq!(done["ended"], expected);
    assert!(!place.path("identity.sqlite-wal").exists());
    assert_eq!(user_names(&place), ["root"]);
    let mode = std::fs::metadata(place.path(DATABASE)).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    // A damaged database can be replaced.
    place.write(
        DATABASE,
        "what the disk has left of it, which is no database any more",
    );
    restore(&place, &[]).failed(5, "--yes");
    restore(&place, &["--yes"]).succeeded();
    assert_eq!(user_names(&place), ["root"]);
    place.run(&["audit", "verify"]).succeeded();
}

#[test]
fn restore_is_rejected_while_server_runs() {
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    let mut server = place.start(&["serve"], &[("DOORWARD__METRICS__ENABLED", "false")]);
    server.stderr_until("serving");
    add(&place, "later");
    restore(&place, &["--yes"]).failed(5, "stop the servers first");
    assert_eq!(user_names(&place), ["later", "root"]);
    assert_eq!(server.terminate(), 0);
    restore(&place, &["--yes"]).succeeded();
    assert_eq!(user_names(&place), ["root"]);
}

#[rstest]
#[case::passphrase(PASSPHRASE, PASSPHRASE)]
#[case::identity(AGE_KEY, AGE_KEY)]
#[case::recipient(AGE_PUBLIC, AGE_KEY)]
fn encrypted_backup_opens_only_with_own_key(#[case] seal: &str, #[case] open: &str) {
    let place = filled();
    place.write("seal.key", seal);
    place.write("open.key", open);
    place.write("other.key", "another passphrase of good length\n");
    place
        .run(&["backup", "--key-file", "seal.key", "backup"])
        .succeeded();
    std::fs::remove_file(place.path(DATABASE)).unwrap();
    restore(&place, &[]).failed(1, "encrypted; name its key");
    restore(&place, &["--key-file", "other.key"]).failed(1, "the key does not open");
    assert!(!place.path(DATABASE).exists());
    restore(&place, &["--key-file", "open.key"]).succeeded();
    assert_eq!(user_names(&place), ["root"]);
}

#[test]
fn rejects_invalid_backup_key() {
    let place = filled();
    for (text, error) in [
        ("short", "at least 20"),
        ("", "one key or passphrase"),
        (
            "one line of some length\nand another one of such",
            "one key",
        ),
        ("AGE-SECRET-KEY-1NONE", "backup.key"),
        ("age1none", "backup.key"),
    ] {
        place.write("backup.key", text);
        let command = ["backup", "--key-file", "backup.key", "backup"];
        place.run(&command).failed(1, error);
    }
    assert!(!place.path("backup").exists());
    // A file by an attacker is not accepted as an encrypted backup.
    place.write("backup.key", PASSPHRASE);
    place.run(&["backup", "backup"]).succeeded();
    restore(&place, &["--key-file", "backup.key"]).failed(1, "not encrypted");
}

#[rstest]
fn damaged_backup_is_rejected_without_changes(#[values(false, true)] encrypted: bool) {
    let place = filled();
    let (make, open): (&[&str], &[&str]) = if encrypted {
        (
            &["backup", "--key-file", "backup.key", "whole"],
            &["--key-file", "backup.key"],
        )
    } else {
        (&["backup", "whole"], &[])
    };
    place.run(make).succeeded();
    let (whole, broken) = (place.path("whole"), place.path("backup"));
    let before = std::fs::read(place.path(DATABASE)).unwrap();
    let length = std::fs::metadata(&whole).unwrap().len();
    let length = usize::try_from(length).unwrap();
    let with = [open, &["--yes"]].concat();
    for cut in [0, 1, 300, length / 2, length - 1] {
        copy(&whole, &broken, |bytes| bytes.truncate(cut));
        assert_eq!(restore(&place, &with).code, 1, "cut at {cut}");
    }
    for from in [length / 3, length / 2, length - 6] {
        let mut at = from;
        copy(&whole, &broken, |bytes| at = damage(bytes, from, encrypted));
        assert_eq!(restore(&place, &with).code, 1, "changed at {at}");
    }
    copy(Path::new("/proc/self/exe"), &broken, |_| {});
    assert_eq!(restore(&place, &with).code, 1);
    assert!(std::fs::read(place.path(DATABASE)).unwrap() == before);
    copy(&whole, &broken, |_| {});
    restore(&place, &with).succeeded();
}

#[tokio::test]
async fn rejects_backup_of_newer_release() {
    let place = filled();
    let url = format!("sqlite://{}", place.path(DATABASE).display());
    let newer =
        "INSERT INTO doorward_identity_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    doorward_testkit::rows::execute(&url, newer).await;
    place.run(&["backup", "backup"]).succeeded();
    restore(&place, &["--yes"]).failed(1, "m9999_later");
}

#[test]
fn restore_with_different_secret_key_requires_yes() {
    let place = filled();
    let mut server = place.start(&["serve"], &[("DOORWARD__METRICS__ENABLED", "false")]);
    // The server creates a signing key, encrypted under the secret key.
    server.stderr_until("serving");
    assert_eq!(server.terminate(), 0);
    place.run(&["backup", "backup"]).succeeded();
    std::fs::remove_file(place.path(DATABASE)).unwrap();
    let other = [(
        "DOORWARD_SECRET_KEY",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHn8=",
    )];
    std::fs::remove_file(place.path("secret.key")).unwrap();
    let toml = std::fs::read_to_string(place.path("doorward.toml")).unwrap();
    place.write(
        "doorward.toml",
        &toml.replace("secret_key_file = \"secret.key\"\n", ""),
    );
    place
        .run_with(&["restore", "backup"], &other)
        .failed(5, "secret_key is not the one");
    assert!(!place.path(DATABASE).exists());
    let done = place.run_with(&["restore", "--yes", "backup"], &other);
    assert!(done.succeeded().stderr.contains("Warning: secret_key"));
}

#[test]
fn backup_of_development_instance_has_both_databases() {
    let place = Place::new();
    let dev = ["dev", "--port", "0", "--tasks-port", "0"];
    let mut running = place.start(&dev, &[]);
    running.stdout_until("Stop with Ctrl-C");
    let beside = ["--data-dir", ".doorward"];
    let make = [&["backup", "backup", "--json"][..], &beside].concat();
    let received = place.run(&make).succeeded().json();
    assert_eq!(received["parts"][1]["name"], "tasks", "{received}");
    assert_eq!(running.terminate(), 0);
    for name in [DATABASE, "tasks.sqlite"] {
        std::fs::remove_file(place.path(".doorward").join(name)).unwrap();
    }
    restore(&place, &beside).succeeded();
    let mut running = place.start(&dev, &[]);
    let welcome = running.stdout_until("Stop with Ctrl-C");
    let issuer = welcome
        .lines()
        .find(|line| line.contains("Identity server"));
    let issuer = issuer.unwrap().split_whitespace().last().unwrap();
    place
        .run(&["token", "--user", "alice", "--url", issuer])
        .succeeded();
}

#[test]
fn postgresql_backup_requires_tools_and_empty_database() {
    let Ok(server) = std::env::var("DOORWARD_TEST_POSTGRES_URL") else {
        return;
    };
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    let secret = url::Url::parse(&server).map(|mut url| {
        url.set_password(Some("s3cret-word")).unwrap();
        url.to_string()
    });
    let there = secret.unwrap();
    let environment = [
        ("DOORWARD_DATABASE_URL", there.as_str()),
        ("PATH", "/nowhere"),
    ];
    let done = place.run_with(&["backup", "other"], &environment);
    let done = done.failed(6, "pg_dump is not on the PATH").stderr;
    for part in ["PGHOST=", "PGDATABASE=", "pg_dump --format=custom"] {
        assert!(done.contains(part), "{done}");
    }
    assert!(!done.contains("s3cret-word"), "{done}");
    assert!(!place.path("other").exists());
    place
        .run_with(&["restore", "--yes", "backup"], &environment)
        .failed(5, "another kind of database");
}

#[test]
fn restore_creates_new_instance_in_empty_directory() {
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    // The secret key of the backup, from the environment.
    let key = std::fs::read_to_string(place.path("secret.key")).unwrap();
    let environment = [("DOORWARD_SECRET_KEY", key.trim())];
    std::fs::create_dir(place.path("empty")).unwrap();
    for directory in ["new", "deep/new", "empty"] {
        let into = ["restore", "--data-dir", directory, "backup"];
        let tried = place.run_with(&[&into[..], &["--dry-run"]].concat(), &environment);
        tried.succeeded();
        let left = place.path(directory).exists();
        assert_eq!(left, directory == "empty", "a dry run writes no files");
        let done = place.run_with(&into, &environment).succeeded();
        assert!(!done.stderr.contains("Warning"), "{}", done.stderr);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        if directory != "empty" {
            assert_eq!(mode(&place.path(directory)), 0o700, "{directory}");
        }
        for name in [DATABASE, "secret.key"] {
            let file = place.path(directory).join(name);
            assert_eq!(mode(&file), 0o600, "{directory}/{name}");
        }
        let list = ["user", "list", "--json", "--data-dir", directory];
        assert_eq!(place.json(&list)[0]["username"], "root");
    }
}

#[test]
fn restore_into_new_instance_names_file_of_former_key() {
    let place = filled();
    let mut server = place.start(&["serve"], &[("DOORWARD__METRICS__ENABLED", "false")]);
    // The server creates a signing key, encrypted under the secret key.
    server.stderr_until("serving");
    assert_eq!(server.terminate(), 0);
    place.run(&["backup", "backup"]).succeeded();
    std::fs::remove_file(place.path("doorward.toml")).unwrap();
    let into = ["restore", "--data-dir", "new", "backup"];
    let done = place.run(&into).succeeded();
    assert!(
        done.stderr.contains("Warning: secret_key"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("new/secret.key"), "{}", done.stderr);
}

#[test]
fn restore_rejects_directory_with_other_files() {
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    std::fs::create_dir(place.path("other")).unwrap();
    place.write("other/notes.txt", "mine");
    let into = ["restore", "--data-dir", "other", "backup"];
    place.run(&into).failed(1, "not a development instance");
    // An unreadable backup leaves no files behind.
    place.write("broken", "no backup");
    let into = ["restore", "--data-dir", "new", "broken"];
    assert_ne!(place.run(&into).code, 0);
    assert!(!place.path("new").exists());
}

#[test]
fn restore_makes_directory_of_database() {
    let place = filled();
    place.run(&["backup", "backup"]).succeeded();
    let environment = [(
        "DOORWARD_DATABASE_URL",
        "sqlite://elsewhere/deep/identity.sqlite",
    )];
    let done = place.run_with(&["restore", "backup"], &environment);
    done.succeeded();
    assert!(place.path("elsewhere/deep/identity.sqlite").exists());
}

/// Checks that what a backup makes valid again ends with `--end-access`.
#[tokio::test]
async fn restore_ends_access_if_asked() {
    let place = filled();
    let client = ["client", "create", "Web", "--json", "--redirect-uri"];
    let client = place.json(&[&client[..], &["https://app.example.org/cb"]].concat());
    let client = client["id"].as_str().unwrap();
    let token = ["client", "registration-token", "create", "CI"];
    place.run(&token).succeeded();
    let url = format!("sqlite://{}", place.path(DATABASE).display());
    for insert in [
        "INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, idle_expires_at, \
         expires_at, auth_time, acr, amr, remember, user_agent, ip) \
         SELECT x'00000000000070008000000000000001', randomblob(32), id, 1, 1, 9999999999, 9999999999, 1, \
         'aal1', '[]', 0, '', '' FROM users",
        &format!(
            "INSERT INTO grants (id, user_id, client_id, session_id, scope, resources, claims, \
             auth_time, acr, amr, created_at, expires_at) \
             SELECT x'00000000000070008000000000000002', id, '{client}', \
             x'00000000000070008000000000000001', 'openid offline_access', '[]', '{{}}', 1, 'aal1', '[]', \
             1, 9999999999 FROM users"
        ),
        "INSERT INTO api_keys (id, hash, user_id, name, scopes, networks, created_at, expires_at) \
         SELECT '4fG7hJ9kLmNp', randomblob(32), id, 'CI', 'tasks:read', '[]', 1, 9999999999 FROM users",
    ] {
        doorward_testkit::rows::execute(&url, insert).await;
    }
    let valid = async || {
        let count = "SELECT (SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL) || ' ' || \
                     (SELECT COUNT(*) FROM grants WHERE revoked_at IS NULL) || ' ' || \
                     (SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL) AS text";
        doorward_testkit::rows::query_text(&url, count).await
    };
    place.run(&["backup", "backup"]).succeeded();
    restore(&place, &["--yes"]).succeeded();
    assert_eq!(valid().await, ["1 1 1"], "as in the backup");
    let done = restore(&place, &["--yes", "--end-access", "--json"]);
    let expected = serde_json::json!({
        "sessions": 1, "grants": 1, "api_keys": 1, "mail_links": 1, "trusted_devices": 0,
        "invitations": 0, "registration_tokens": 1,
    });
    assert_eq!(done.succeeded().json()["ended"], expected);
    assert_eq!(valid().await, ["0 0 0"]);
    place.run(&["audit", "verify"]).succeeded();
    let events = place.run(&["audit", "tail", "--json"]).succeeded().stdout;
    let all = events.lines().filter(|line| line.contains("all ended"));
    let by_operator = all.clone().filter(|line| line.contains("\"operator\":"));
    let by_operator = by_operator.count();
    assert!(by_operator > 0 && by_operator == all.count(), "{events}");
}
