//! Tests of administration commands beside a running server: clients, users, roles, keys,
//! migrations.

use serde_json::json;

use super::program::Place;

const PASSWORD: &str = "quiet harbour lantern 93\n";

/// Creates an instance whose database has the standard roles and scopes.
fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    place
}

#[test]
fn clients_are_managed() {
    let place = ready();
    let created = place.json(&[
        "client",
        "create",
        "Web",
        "--redirect-uri",
        "https://app.example.org/cb",
        "--post-logout-redirect-uri",
        "https://app.example.org/",
        "--scope",
        "openid tasks:read",
        "--json",
    ]);
    let id = created["id"].as_str().unwrap();
    let secret = created["client_secret"].as_str().unwrap();
    assert_eq!(secret.len(), 43);
    let shown = place.json(&["client", "show", id, "--json"]);
    assert_eq!(
        shown["redirect_uris"],
        json!(["https://app.example.org/cb"])
    );
    assert_eq!(shown["scope"], "openid tasks:read");
    assert_eq!(
        shown["grant_types"],
        json!(["authorization_code", "refresh_token"])
    );
    assert!(
        !shown.to_string().contains(secret),
        "a secret is shown once"
    );
    let changed = place.json(&[
        "client",
        "update",
        id,
        "--name",
        "New",
        "--disabled",
        "--json",
    ]);
    assert_eq!(changed["name"], "New");
    assert_eq!(changed["disabled"], true);
    let listed = place.json(&["client", "list", "--json"]);
    assert_eq!(listed[0]["id"], id);
    for (filter, is_listed) in [
        (["--state", "disabled"], true),
        (["--state", "active"], false),
        (["--search", "ne"], true),
        (["--kind", "confidential"], true),
        (["--kind", "public"], false),
        (["--registered-by", "administrator"], true),
        (["--registered-by", "dynamic"], false),
    ] {
        let found = place.json(&[&["client", "list", "--json"][..], &filter].concat());
        let mut found = found.as_array().unwrap().iter();
        let is_found = found.any(|client| client["id"] == id);
        assert_eq!(is_found, is_listed, "{filter:?}");
    }
    let rotated = place.json(&["client", "rotate-secret", id, "--json"]);
    assert_ne!(rotated["client_secret"], secret);
    let deleted = place.run(&["client", "delete", id]).succeeded();
    assert_eq!(deleted.stdout, "");
    place
        .run(&["client", "show", id])
        .failed(1, "there is no client");
}

#[test]
fn sorted_list_is_cut_after_sorting() {
    let place = ready();
    for (id, name) in [("a", "Zebra"), ("b", "Ant")] {
        let create = ["client", "create", name, "--id", id];
        let uri = ["--redirect-uri", "https://app.example.org/cb"];
        place.run(&[&create[..], &uri].concat()).succeeded();
    }
    let listed = place.json(&["client", "list", "--limit", "1", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["name"], "Ant");
}

#[test]
fn client_has_origins_and_may_demand_second_factor() {
    let place = ready();
    let create = |more: &[&str]| {
        let mut args = vec!["client", "create", "App", "--json"];
        args.extend([
            "--kind=public",
            "--redirect-uri",
            "https://app.example.org/cb",
        ]);
        args.extend(more);
        let created = place.json(&args);
        created["id"].as_str().unwrap().to_owned()
    };
    let show = |id: &str| place.json(&["client", "show", id, "--json"]);
    let plain = show(&create(&[]));
    assert_eq!(plain["allowed_origins"], json!([]));
    assert_eq!(plain["require_mfa"], false);

    let id = create(&["--origin", "http://localhost:3000", "--require-mfa"]);
    let shown = show(&id);
    assert_eq!(shown["allowed_origins"], json!(["http://localhost:3000"]));
    assert_eq!(shown["require_mfa"], true);
    let text = place.run(&["client", "show", &id]).succeeded().stdout;
    assert!(text.contains("http://localhost:3000"), "{text}");

    let update = |more: &[&str]| {
        let mut args = vec!["client", "update", id.as_str(), "--json"];
        args.extend(more);
        place.json(&args)
    };
    let two = ["https://a.example", "https://b.example:8443"];
    let changed = update(&["--origin", two[0], "--origin", two[1]]);
    assert_eq!(changed["allowed_origins"], json!(two));
    let changed = update(&["--origin=", "--require-mfa=false"]);
    assert_eq!(changed["allowed_origins"], json!([]));
    assert_eq!(changed["require_mfa"], false);
    assert_eq!(update(&["--require-mfa"])["require_mfa"], true);
    for wrong in [
        "*",
        "null",
        "https://*.example.org",
        "http://app.example.org",
        "https://app.example.org/",
        "https://app.example.org:443",
        "javascript:alert(1)",
    ] {
        place
            .run(&["client", "update", &id, "--origin", wrong])
            .failed(1, "origin");
    }
    assert_eq!(show(&id)["allowed_origins"], json!([]));
}

#[test]
fn public_client_has_no_secret() {
    let place = ready();
    let created = place.json(&[
        "client",
        "create",
        "App",
        "--kind=public",
        "--redirect-uri",
        "com.example.app:/cb",
        "--json",
    ]);
    assert!(created.get("client_secret").is_none());
    let id = created["id"].as_str().unwrap();
    place
        .run(&["client", "rotate-secret", id])
        .failed(1, "has no secret");
}

#[test]
fn unsafe_client_is_rejected_with_reason() {
    let place = ready();
    let create = |uri| place.run(&["client", "create", "X", "--redirect-uri", uri]);
    create("http://app.example.org/cb").failed(1, "redirect-uri");
    create("https://app.example.org/cb#x").failed(1, "redirect-uri");
    place
        .run(&["client", "create", "X", "--kind=public"])
        .failed(1, "needs a redirect URI");
    place
        .run(&["client", "create", "X", "--scope", "nonsense"])
        .failed(1, "is not registered");
    place
        .run(&["client", "create", "X", "--grant", "password"])
        .failed(1, "is not supported");
    place
        .run(&["client", "create", "X", "--auth-method", "magic"])
        .failed(2, "client_secret_basic");
}

#[test]
fn users_are_managed() {
    let place = ready();
    let create = [
        "user",
        "create",
        "alice",
        "--email",
        "alice@example.com",
        "--verified",
        "--role",
        "developer",
        "--given-name",
        "Alice",
        "--password-file=-",
        "--json",
    ];
    let created = place.run_typing(&create, PASSWORD).succeeded().json();
    assert_eq!(created["roles"], json!(["developer"]));
    assert_eq!(created["email_verified"], true);
    assert_eq!(created["has_password"], true);
    place
        .run_typing(&create, PASSWORD)
        .failed(5, "there already is a user");
    let id = created["id"].as_str().unwrap();
    for name in ["alice", "ALICE@example.com", id] {
        assert_eq!(place.json(&["user", "show", name, "--json"])["id"], id);
    }
    let off = place.run(&["user", "disable", "alice"]).succeeded();
    assert!(off.stderr.contains("No e-mail notification"), "{off:?}");
    assert!(place.json(&["user", "show", id, "--json"])["disabled_at"].is_string());
    place.run(&["user", "enable", "alice"]).succeeded();
    assert!(place.json(&["user", "show", id, "--json"])["disabled_at"].is_null());
    place
        .run(&["user", "reset-mfa", "alice"])
        .failed(1, "there is no second factor of \"alice\"");
    place.run(&["user", "delete", "alice"]).succeeded();
    assert_eq!(place.json(&["user", "list", "--json"]), json!([]));
    place
        .run(&["user", "delete", "alice"])
        .failed(1, "there is no user \"alice\"");
}

#[test]
fn password_is_read_from_stdin_or_file_and_checked() {
    let place = ready();
    place
        .run(&["user", "create", "bob", "--email", "bob@example.com"])
        .succeeded();
    place
        .run(&["user", "set-password", "bob"])
        .failed(2, "--password-file");
    let set = ["user", "set-password", "bob", "--password-file=-"];
    place.run_typing(&set, "short\n").failed(1, "password");
    place
        .run_typing(&set, "bob@example.com bob\n")
        .failed(1, "password");
    place.run_typing(&set, "").failed(1, "empty");
    place.run_typing(&set, PASSWORD).succeeded();
    place.write("password.txt", PASSWORD);
    let done = place.run(&[
        "user",
        "set-password",
        "bob",
        "--password-file",
        "password.txt",
    ]);
    done.succeeded();
    // What an editor or `PowerShell` adds is no part of it.
    let file = format!("\u{feff}{}\r\n\r\n", PASSWORD.trim_end());
    let units = file.encode_utf16().flat_map(u16::to_le_bytes);
    std::fs::write(place.path("password.txt"), units.collect::<Vec<_>>()).unwrap();
    let set = [
        "user",
        "set-password",
        "bob",
        "--password-file",
        "password.txt",
    ];
    place.run(&set).succeeded();
    place.write("password.txt", "correct horse\nbattery staple\n");
    place.run(&set).failed(1, "more than one line");
    assert_eq!(
        place.json(&["user", "show", "bob", "--json"])["has_password"],
        true
    );
}

#[test]
fn address_is_verified_by_operator() {
    let place = ready();
    place
        .run(&["user", "create", "eve", "--email", "eve@example.com"])
        .succeeded();
    assert_eq!(
        place.json(&["user", "show", "eve", "--json"])["email_verified"],
        false
    );
    place.run(&["user", "verify-email", "eve"]).succeeded();
    assert_eq!(
        place.json(&["user", "show", "eve", "--json"])["email_verified"],
        true
    );
}

#[test]
fn roles_are_given_and_taken() {
    let place = ready();
    let names = |list: serde_json::Value| -> Vec<String> {
        let list = list.as_array().unwrap().clone();
        list.iter()
            .map(|role| role["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let standard = names(place.json(&["role", "list", "--json"]));
    for role in ["admin", "manager", "developer", "viewer", "24x7_access"] {
        assert!(standard.contains(&role.to_owned()), "{role}");
    }
    let again = place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    assert!(
        again.stderr.contains("0 roles, 0 permissions and 0 scopes"),
        "{}",
        again.stderr
    );
    place
        .run(&[
            "role",
            "create",
            "auditor",
            "--permission",
            "tasks:read_all",
        ])
        .succeeded();
    place
        .run(&["user", "create", "mo", "--email", "mo@example.com"])
        .succeeded();
    let assign = ["role", "assign", "--user", "mo", "--role", "auditor"];
    place
        .run(&[&assign[..], &["--expires", "2099-01-01"]].concat())
        .succeeded();
    assert_eq!(
        place.json(&["user", "show", "mo", "--json"])["roles"],
        json!(["auditor"])
    );
    place
        .run(&["role", "revoke", "--user", "mo", "--role", "auditor"])
        .succeeded();
    assert_eq!(
        place.json(&["user", "show", "mo", "--json"])["roles"],
        json!([])
    );
    let revoke = ["role", "revoke", "--user", "mo", "--role", "auditor"];
    place
        .run(&revoke)
        .failed(1, "there is no holder of the role");
    place
        .run(&["role", "assign", "--user", "mo", "--role", "king"])
        .failed(1, "no role \"king\"");
    place
        .run(&["role", "assign", "--client", "x", "--role", "admin"])
        .failed(1, "no client \"x\"");
}

#[test]
fn client_is_assigned_role() {
    let place = ready();
    let created = place.json(&["client", "create", "Job", "--scope", "tasks:read", "--json"]);
    let id = created["id"].as_str().unwrap();
    place
        .run(&["role", "assign", "--client", id, "--role", "viewer"])
        .succeeded();
    place
        .run(&["role", "revoke", "--client", id, "--role", "viewer"])
        .succeeded();
}

#[test]
fn keys_are_rotated_and_retired() {
    let place = Place::configured();
    assert_eq!(place.json(&["key", "list", "--json"]), json!([]));
    let first = place.json(&["key", "rotate", "--json"])["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    let second = place.json(&["key", "rotate", "--json"])["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    let states = |place: &Place| -> Vec<(String, String)> {
        let keys = place.json(&["key", "list", "--json"]);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let keys = keys.as_array().unwrap();
        keys.iter()
            .map(|key| (text(&key["kid"]), text(&key["state"])))
            .collect()
    };
    let state = |kid: &str, word: &str| (kid.to_owned(), word.to_owned());
    assert_eq!(
        states(&place),
        [state(&second, "waiting"), state(&first, "signing")]
    );
    place
        .run(&["key", "rotate"])
        .failed(1, "is waiting to sign already");
    place.run(&["key", "retire", &first]).succeeded();
    // No other key can sign, so the next key becomes active.
    assert_eq!(
        states(&place),
        [state(&second, "signing"), state(&first, "retired")]
    );
    place
        .run(&["key", "retire", &first])
        .failed(1, "retired already");
    let other = place.json(&["key", "rotate", "--algorithm", "ES256", "--json"]);
    assert_eq!(other["algorithm"], "ES256");
    let listed = place.json(&["key", "list", "--json"]);
    let listed = listed.as_array().unwrap().iter();
    let algs = listed.map(|key| (&key["algorithm"], &key["state"]));
    let signing = algs.filter(|(_, state)| **state == "signing");
    let mut signing: Vec<_> = signing.map(|(alg, _)| alg.as_str().unwrap()).collect();
    signing.sort_unstable();
    assert_eq!(signing, ["ES256", "RS256"]);
    for wrong in ["none", "HS256"] {
        place
            .run(&["key", "rotate", "--algorithm", wrong])
            .failed(2, "RS256, PS256, ES256, EdDSA");
    }
    for unknown in ["none", "-None", "--none"] {
        place
            .run(&["key", "retire", unknown])
            .failed(1, "there is no key");
    }
    let environment = [("DOORWARD_DATABASE_URL", "sqlite://other.sqlite")];
    let other = Place::new();
    other
        .run_with(&["key", "rotate"], &environment)
        .failed(1, "secret_key: is not set");
}

#[test]
fn migrations_are_applied_once_and_status_is_exit_code() {
    let place = Place::configured();
    let status = place.run(&["migrate", "status", "--json"]);
    assert_eq!(status.code, 1);
    assert_eq!(status.json()["applied"], json!([]));
    place.run(&["migrate", "up"]).succeeded();
    place.run(&["migrate"]).succeeded();
    let status = place.json(&["migrate", "status", "--json"]);
    assert_eq!(status["pending"], json!([]));
    assert!(!status["applied"].as_array().unwrap().is_empty());
}

#[test]
fn unopenable_store_is_reported_with_cause() {
    let place = Place::new();
    let environment = [("DOORWARD_DATABASE_URL", "sqlite:///nonexistent/door.sqlite")];
    place
        .run_with(&["user", "list"], &environment)
        .failed(1, "/nonexistent/door.sqlite");
}

#[test]
fn owner_of_account_is_reported_by_mail() {
    let place = ready();
    let mail = [("DOORWARD_SMTP_URL", "smtp://127.0.0.1:1")];
    let create = ["user", "create", "alice", "--email"];
    let create = [&create[..], &["alice@example.org"]].concat();
    place.run_with(&create, &mail).succeeded();
    let off = place.run_with(&["user", "disable", "alice"], &mail);
    let off = off.succeeded();
    assert!(
        off.stderr
            .contains("An e-mail notification goes to the user"),
        "{off:?}"
    );
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows = runtime.block_on(doorward_testkit::rows::dump(&url));
    assert_eq!(
        rows["jobs"].len(),
        2,
        "encrypted jobs for the server's worker: the link to choose a password, the notification"
    );
}
