//! Tests of commands that change a user, and of what a user leaves behind.

use serde_json::{Value, json};

use super::program::Place;

fn place(users: &[&str]) -> Place {
    let place = Place::configured();
    for name in users {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", "--email", &email, name])
            .succeeded();
    }
    place
}

/// Runs a command whose words have no spaces.
fn run(place: &Place, command: &str) -> Value {
    let words: Vec<_> = command.split(' ').chain(["--json"]).collect();
    place.json(&words)
}

/// Returns the audit events with this change; those of one second have no order.
fn events(place: &Place, change: &str) -> Vec<Value> {
    let log = place.run(&["audit", "tail", "--limit", "1000", "--json"]);
    let lines = log.succeeded().stdout;
    let all = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    all.filter(|event: &Value| event["detail"]["change"] == change)
        .collect()
}

#[test]
fn user_is_updated() {
    let place = place(&["alice", "bob"]);
    place
        .run(&["user", "update", "alice"])
        .failed(2, "nothing to change");
    let command = "user update alice --email al@new.example --given-name Al --family-name Ice \
                   --locale de --time-zone Europe/Berlin --staff --reason Moved";
    let changed = run(&place, command);
    let names = [
        "email",
        "email_verified",
        "name",
        "first_name",
        "locale",
        "zoneinfo",
        "is_staff",
    ];
    let expected = json!([
        "al@new.example",
        false,
        "Al Ice",
        "Al",
        "de",
        "Europe/Berlin",
        true
    ]);
    assert_eq!(
        json!(names.map(|name| &changed[name])),
        expected,
        "{changed}"
    );

    let email = [
        "--email",
        "al@newer.example",
        "--verified",
        "--notify=false",
    ];
    let args = [&["user", "update", "alice", "--locale="][..], &email].concat();
    let text = place.run(&args).succeeded().stderr;
    let expected = "The e-mail address al@newer.example is verified. No mail reports it.";
    assert!(text.contains(expected), "{text}");
    let found = events(&place, "changed");
    assert_eq!(found.len(), 2, "{found:#?}");
    for event in &found {
        let detail = &event["detail"];
        let is_first = detail["reason"] == "Moved";
        assert_eq!(detail["notified"].is_null(), is_first, "{event:#}");
        assert!(detail["operator"].is_string(), "{event:#}");
    }
    for (args, code, expected) in [
        ("--email bob@example.org", 5, "already"),
        ("--username bob", 5, "already"),
        ("--locale Deutsch", 1, "language tag"),
        ("--time-zone Berlin/Mitte", 1, "time zone"),
        ("--field size=3", 1, "size"),
        ("--verified=maybe", 2, "--verified"),
    ] {
        let args: Vec<_> = args.split(' ').collect();
        let args = [&["user", "update", "alice"], &args[..]].concat();
        place.run(&args).failed(code, expected);
    }
}

#[test]
fn ended_access_is_stated() {
    let place = place(&["alice", "bob"]);
    let none = json!({ "sessions": 0, "grants": 0, "api_keys": 0, "trusted_devices": 0 });
    run(
        &place,
        "client create --id web --redirect-uri https://web.example/callback Web",
    );
    let disable = ["client", "update", "--disabled", "web"];
    let said = place.run(&disable).succeeded().stderr;
    assert!(
        said.contains("Grants that give nothing until the client is enabled: 0."),
        "{said}"
    );
    for command in [
        "user disable alice",
        "user delete alice",
        "client delete web",
    ] {
        assert_eq!(run(&place, command)["ended"], none, "{command}");
    }
    let ended = run(&place, "session end-all --user bob");
    let names = ["ended", "grants", "trusted_devices", "complete"];
    assert_eq!(
        json!(names.map(|name| &ended[name])),
        json!([0, 0, 0, true])
    );
    let text = place.run(&["user", "disable", "bob"]).succeeded().stderr;
    let expected = "Ended sessions: 0, grants: 0, API keys: 0, trusted devices: 0.";
    assert!(text.contains(expected), "{text}");
    let mut disabled = events(&place, "disabled");
    disabled.retain(|event| event["kind"] == "user.changed");
    let deleted = events(&place, "deleted");
    assert_eq!((disabled.len(), deleted.len()), (2, 2));
    for event in disabled.iter().chain(&deleted) {
        assert_eq!(event["detail"]["ended"], none, "{event:#}");
    }
}

#[test]
fn successor_takes_over() {
    let place = place(&["alice", "bob"]);
    for command in [
        "org create --name Acme --owner alice acme",
        "org create --name Zeta --owner bob zeta",
        "org add-member --user alice zeta",
        "group create /sales --manager alice",
        "group create /team --org zeta --manager alice",
        "role create --permission tasks:read helper",
        "role assign --user alice --role helper",
        "profile-field create boss --label Boss --type user",
        "user update bob --field boss=alice",
    ] {
        run(&place, command);
    }
    // A third user, who is no member of the second organization.
    run(&place, "user create --email carol@example.org carol");
    let offboard = "user offboard alice --successor carol";
    let plan = place.run(&[
        "user",
        "offboard",
        "alice",
        "--successor",
        "carol",
        "--dry-run",
        "--json",
    ]);
    assert_eq!(plan.code, 1, "{plan:?}");
    let plan = plan.json();
    assert_eq!(plan["dry_run"], true);
    assert_eq!(run(&place, "user show alice")["disabled_at"], Value::Null);
    let kinds = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|item| item["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds(&plan["moved"]), ["organization", "group"]);
    assert_eq!(kinds(&plan["left"]), ["group", "role", "profile_field"]);

    let words: Vec<_> = offboard.split(' ').chain(["--reason", "Left"]).collect();
    let done = place.run(&words);
    assert_eq!(done.code, 1, "{done:?}");
    for expected in [
        "moved",
        "doorward org add-member --user carol zeta, then repeat",
        "doorward role assign --user carol --role helper",
        "boss=carol",
    ] {
        assert!(done.stdout.contains(expected), "{expected}: {done:?}");
    }
    assert!(done.stderr.contains("alice is disabled."), "{done:?}");
    run(&place, "org add-member --user carol zeta");
    let again = run(&place, offboard);
    assert_eq!(kinds(&again["moved"]), ["group"], "{again:#}");
    assert_eq!(again["was_active"], false);
    for event in events(&place, "member set") {
        assert!(event["detail"]["operator"].is_string(), "{event:#}");
    }

    let alone = run(&place, "user offboard carol");
    let left = &alone["left"];
    assert_eq!(kinds(left), ["organization", "group", "group"]);
    assert_eq!(left[0]["result"], "no_successor");
    assert_eq!(
        left[0]["to_do"],
        "doorward org add-member --owner --user USER acme"
    );
    place
        .run(&["user", "offboard", "bob", "--successor", "alice"])
        .failed(1, "successor");
}

#[test]
fn named_administrator_is_actor() {
    let place = place(&["alice", "bob"]);
    let root = run(
        &place,
        "user create --email root@example.org --role admin root",
    );
    place
        .run(&["user", "disable", "bob", "--as", "alice"])
        .failed(1, "does not hold the role admin");
    run(&place, "user disable bob --as root");
    run(
        &place,
        "role create --as root --permission tasks:read helper",
    );
    run(&place, "role assign --as root --user alice --role helper");
    for change in ["disabled", "created"] {
        let found = events(&place, change).into_iter();
        let found: Vec<_> = found.filter(|event| event["actor"] == root["id"]).collect();
        assert_eq!(found.len(), 1, "{change}: {found:#?}");
        assert!(found[0]["detail"]["operator"].is_string(), "{found:#?}");
    }
    place.write(
        "users.csv",
        "id,username,email\n1,carol,carol@example.org\n",
    );
    let import = ["import", "csv", "users.csv", "--as", "root"];
    place.run(&import).succeeded();
    run(
        &place,
        "user create --email boss@example.org --role admin boss",
    );
    let recover = ["recover", "boss", "--json", "--as"];
    place
        .run(&[&recover[..], &["alice"]].concat())
        .failed(1, "does not hold the role admin");
    place.run(&[&recover[..], &["root"]].concat()).succeeded();
    for change in ["imported", "recovered"] {
        let found = events(&place, change);
        assert_eq!(found.len(), 1, "{change}: {found:#?}");
        assert_eq!(found[0]["actor"], root["id"], "{found:#?}");
    }
    run(&place, "user disable root");
    place
        .run(&["user", "enable", "bob", "--as", "root"])
        .failed(1, "administrator");
}
