//! Tests of `doorward export`, `plan`, `apply` and `drift`.

use std::fs;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::Instant;

use serde_json::json;

use super::program::Place;

fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap()
}

#[test]
fn files_are_exported_planned_and_applied() {
    let place = Place::configured();
    place
        .run(&["role", "create", "auditor", "--permission", "audit:read"])
        .succeeded();
    place.run(&["export", "conf"]).succeeded();
    let canonical =
        "name = \"auditor\"\nactive = true\ndescription = \"\"\npermissions = [\"audit:read\"]\n";
    assert_eq!(read(&place, "conf/roles/auditor.toml"), canonical);
    assert_eq!(read(&place, "conf/sites/.gitkeep"), "");
    assert_eq!(
        place.run(&["plan", "conf"]).succeeded().stdout,
        "Nothing to change.\n"
    );

    let commented =
        "# Reads the log.\nname = \"auditor\"\npermissions = [\"audit:read\"] # no more\n";
    place.write("conf/roles/auditor.toml", commented);
    let unchanged = place.run(&["export", "conf"]).succeeded();
    assert!(
        unchanged.stderr.contains("written: 0, removed: 0"),
        "{}",
        unchanged.stderr
    );
    place
        .run(&["role", "update", "auditor", "--permission", "users:read"])
        .succeeded();
    place.run(&["export", "conf"]).succeeded();
    let changed = commented.replace("audit:read", "users:read");
    assert_eq!(read(&place, "conf/roles/auditor.toml"), changed);

    place.write("conf/roles/helper.toml", "name = \"helper\"\n");
    let plan = place.run(&["plan", "conf"]);
    assert_eq!(plan.code, 7, "{plan:?}");
    assert!(
        plan.stdout.starts_with("+ roles/helper\n"),
        "{}",
        plan.stdout
    );
    let markdown = place.run(&["plan", "conf", "--markdown"]);
    assert!(
        markdown.stdout.contains("- create `roles/helper`"),
        "{}",
        markdown.stdout
    );
    let applied = place
        .run(&["apply", "conf", "--commit", "4f2c9e1"])
        .succeeded();
    assert!(
        applied.stdout.contains("Applied: 1 created"),
        "{}",
        applied.stdout
    );
    let events = place.json(&["audit", "list", "--json"]);
    // Events of one second have no order.
    let mut events = events.as_array().unwrap().iter();
    let source = events.find_map(|event| event["detail"]["source"].as_str());
    let source = source.unwrap();
    assert!(
        source.starts_with("plan ") && source.ends_with(" 4f2c9e1"),
        "{source}"
    );

    fs::remove_file(place.path("conf/roles/helper.toml")).unwrap();
    let plan = place.run(&["plan", "conf"]);
    assert!(
        plan.stdout.starts_with("- roles/helper\n"),
        "{}",
        plan.stdout
    );
    place.run(&["apply", "conf"]).succeeded();
    place.run(&["role", "show", "helper"]).failed(1, "helper");
}

#[test]
fn wrong_files_are_named() {
    let place = Place::configured();
    place
        .run(&["plan", "conf"])
        .failed(1, "conf is no directory");
    for (name, text, expected) in [
        ("conf/roles/a.toml", "name = ", "conf/roles/a.toml"),
        ("conf/rolls/a.toml", "name = \"a\"", "no kind of objects"),
        (
            "conf/providers/a.toml",
            "id = \"a\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = \"plain\"",
            "client_secret: write",
        ),
    ] {
        let path = place.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        place.write(name, text);
        place.run(&["plan", "conf"]).failed(1, expected);
        fs::remove_dir_all(place.path("conf")).unwrap();
    }
    fs::create_dir_all(place.path("conf/groups")).unwrap();
    place.write("conf/groups/b.toml", "path = \"/a/b\"\n");
    let plan = place.run(&["plan", "conf"]);
    assert_eq!(plan.code, 1, "{plan:?}");
    assert!(
        plan.stdout.contains("! groups/a/b: there is no group"),
        "{}",
        plan.stdout
    );
}

#[test]
fn secrets_have_places() {
    let place = Place::configured();
    fs::create_dir_all(place.path("conf/clients")).unwrap();
    let client =
        "id = \"wiki\"\nname = \"Wiki\"\nredirect_uris = [\"https://wiki.example.com/cb\"]\n";
    place.write("conf/clients/wiki.toml", client);
    let stopped = place.run(&["apply", "conf"]);
    assert_eq!(stopped.code, 1, "{stopped:?}");
    assert!(
        stopped.stderr.contains("clients/wiki"),
        "{}",
        stopped.stderr
    );
    place.run(&["client", "show", "wiki"]).failed(1, "wiki");
    place
        .run(&["apply", "conf", "--new-secrets", "new.toml"])
        .succeeded();
    let mode = fs::metadata(place.path("new.toml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(read(&place, "new.toml").starts_with("\"clients/wiki\" = \""));
    place
        .run(&["apply", "conf", "--new-secrets", "new.toml"])
        .failed(1, "new.toml");

    let own = [("WIKI", "0123456789abcdef0123456789abcdef")];
    place.write(
        "conf/clients/wiki.toml",
        &format!("{client}client_secret = {{ env = \"WIKI\" }}\n"),
    );
    assert_eq!(place.run_with(&["plan", "conf"], &own).code, 7);
    assert_eq!(place.run(&["plan", "conf"]).code, 0);
    place.run_with(&["apply", "conf"], &own).succeeded();
    assert_eq!(place.run_with(&["plan", "conf"], &own).code, 0);
    place.write("conf/clients/wiki.toml", client);

    fs::create_dir_all(place.path("conf/providers")).unwrap();
    let provider = "id = \"google\"\nkind = \"google\"\nclient_id = \"x\"\nclient_secret = { env = \"GOOGLE\" }\n";
    place.write("conf/providers/google.toml", provider);
    place
        .run(&["apply", "conf"])
        .failed(1, "no variable GOOGLE");
    let secret = [("GOOGLE", "s3cret")];
    place.run_with(&["apply", "conf"], &secret).succeeded();
    assert_eq!(place.run_with(&["plan", "conf"], &secret).code, 0);
    assert_eq!(place.run(&["plan", "conf"]).code, 0);
    assert_eq!(place.run(&["drift", "conf"]).code, 0);
    let other = place.run_with(&["plan", "conf", "--json"], &[("GOOGLE", "other")]);
    let members = &other.json()["changes"][0]["members"];
    let hidden = json!([{ "name": "client_secret", "before": "(secret)", "after": "(secret)" }]);
    assert_eq!(*members, hidden);
    assert!(!other.stdout.contains("other"), "{}", other.stdout);
}

#[test]
fn settings_that_file_leaves_out_are_removed() {
    let place = Place::configured();
    let resource = "https://bills.example/api";
    let create = ["resource", "create", resource, "--name", "Bills"];
    place.run(&create).succeeded();
    let create = ["scope", "create", "bills:read", "--description", "Reads"];
    place
        .run(&[&create[..], &["--resource", resource]].concat())
        .succeeded();
    let create = ["client", "create", "Wiki", "--id", "wiki", "--publisher"];
    let redirect = ["Acme", "--redirect-uri", "https://wiki.example.com/cb"];
    place
        .run(&[&create[..], &redirect[..]].concat())
        .succeeded();
    let kinds = ["--kind", "scopes", "--kind", "clients"];
    let export = [&["export", "conf"], &kinds[..]].concat();
    place.run(&export).succeeded();

    let scope = "conf/scopes/bills_read.toml";
    let text = read(&place, scope);
    place.write(
        scope,
        &text.replace(&format!("resource = \"{resource}\"\n"), ""),
    );
    let client = "conf/clients/wiki.toml";
    let text = read(&place, client);
    let text = text.split("\n[consent]").next().unwrap().to_owned();
    place.write(client, &text);
    let drift = place.run(&["drift", "conf"]);
    let command = "doorward scope update --resource='' bills:read";
    assert!(drift.stdout.contains(command), "{}", drift.stdout);
    place
        .run(&["scope", "update", "bills:read", "--resource="])
        .succeeded();
    place.run(&["apply", "conf"]).succeeded();
    assert_eq!(
        place.run(&["plan", "conf"]).succeeded().stdout,
        "Nothing to change.\n"
    );
    let scope = place.json(&["scope", "show", "bills:read", "--json"]);
    assert!(scope.get("resource").is_none(), "{scope}");
    let client = place.json(&["client", "show", "wiki", "--json"]);
    assert!(client["consent"].get("publisher").is_none(), "{client}");
}

#[test]
fn drift_names_change_and_command() {
    let place = Place::configured();
    place
        .run(&["role", "create", "auditor", "--description", "Reads"])
        .succeeded();
    place
        .run(&["export", "conf", "--kind", "roles"])
        .succeeded();
    assert!(!place.path("conf/clients").exists());
    assert_eq!(
        place.run(&["drift", "conf"]).succeeded().stdout,
        "Nothing differs.\n"
    );
    place
        .run(&["role", "update", "auditor", "--description", "Writes"])
        .succeeded();
    let drift = place.run(&["drift", "conf"]);
    assert_eq!(drift.code, 7, "{drift:?}");
    let command = "doorward role update --description=Reads auditor";
    assert!(drift.stdout.contains(command), "{}", drift.stdout);
    assert!(
        drift.stdout.contains("was changed by the command line ("),
        "{}",
        drift.stdout
    );
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    place.run(&words).succeeded();
    place.run(&["drift", "conf"]).succeeded();
}

#[test]
fn export_after_import_of_keycloak_plans_empty() {
    let place = Place::configured();
    let realm = include_str!("../../../identity/import/tests/fixtures/keycloak/realm-shop.json");
    place.write("realm.json", realm);
    let imported = place.run(&["import", "keycloak", "realm.json"]);
    assert!([0, 7].contains(&imported.code), "{imported:?}");
    place.run(&["export", "conf"]).succeeded();
    for file in [
        "clients/web.toml",
        "groups/it.toml",
        "providers/google.toml",
        "roles/boss.toml",
    ] {
        assert!(place.path("conf").join(file).exists(), "{file}");
    }
    let nothing = "Nothing to change.\n";
    assert_eq!(place.run(&["plan", "conf"]).succeeded().stdout, nothing);
    place.run(&["drift", "conf"]).succeeded();
    let applied = place.run(&["apply", "conf"]).succeeded();
    assert_eq!(applied.stdout, nothing);
}

/// Returns the number of applies to kill: 8, or that of a longer run.
fn kills() -> u32 {
    let set = std::env::var("DOORWARD_KILLS").ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[test]
fn killed_apply_leaves_former_or_new_state() {
    let place = Place::configured();
    let kinds = ["--kind", "roles", "--kind", "groups"];
    for directory in ["before", "after"] {
        let arguments = [&["export", directory], &kinds[..]].concat();
        place.run(&arguments).succeeded();
    }
    for number in 0..60 {
        let role = format!("name = \"role{number}\"\npermissions = [\"users:read\"]\n");
        place.write(&format!("after/roles/role{number}.toml"), &role);
        let group = format!("path = \"/group{number}\"\nroles = [\"role{number}\"]\n");
        place.write(&format!("after/groups/group{number}.toml"), &group);
    }
    let start = Instant::now();
    place.run(&["apply", "after"]).succeeded();
    let whole = start.elapsed();
    place.run(&["apply", "before"]).succeeded();
    let (mut former, mut new) = (0, 0);
    for _ in 0..kills() {
        let random = RandomState::new().build_hasher().finish() % 1_000;
        let moment = whole * u32::try_from(random).unwrap() / 1_000;
        let running = place.start(&["apply", "after"], &[]);
        thread::sleep(moment);
        drop(running);
        if place.run(&["plan", "before"]).code == 0 {
            former += 1;
            continue;
        }
        let plan = place.run(&["plan", "after"]);
        assert_eq!(plan.code, 0, "killed after {moment:?}: {}", plan.stdout);
        new += 1;
        place.run(&["apply", "before"]).succeeded();
    }
    println!("Killed within {whole:?}: {former} before, {new} after.");
    assert_eq!(former + new, kills());
}
