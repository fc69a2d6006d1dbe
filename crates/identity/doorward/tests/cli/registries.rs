//! Tests of `resource` and `scope`, and of a changed audience of the tasks API.

use serde_json::json;

use super::program::Place;

const BILLS: &str = "https://bills.example.org/api";

#[test]
#[expect(clippy::too_many_lines, reason = "one resource through its life")]
fn resource_is_created_changed_and_deleted() {
    let place = Place::configured();
    let create = ["resource", "create", BILLS, "--name", "Bills", "--json"];
    let created = place.json(&create);
    assert_eq!(created["token_type"], "at+jwt");
    place.run(&create).failed(5, "already is a resource");
    let update = ["resource", "update", BILLS, "--token-type", "jwt", "--json"];
    assert_eq!(place.json(&update)["token_type"], "jwt");
    // A resource gets claims about the user only if it asks for them.
    assert_eq!(created["token_claims"], json!([]));
    for (names, expected) in [
        (
            &["email_verified", "groups"][..],
            json!(["groups", "email_verified"]),
        ),
        (&["roles", "groups"], json!(["groups", "roles"])),
        (&[""], json!([])),
    ] {
        let claims = names.iter().flat_map(|name| ["--token-claim", name]);
        let update = ["resource", "update", BILLS, "--json"].into_iter();
        let update: Vec<&str> = update.chain(claims).collect();
        assert_eq!(place.json(&update)["token_claims"], expected);
    }
    place
        .run(&["resource", "update", BILLS, "--token-claim", "email"])
        .failed(1, "Must be of groups, roles, email_verified");
    place
        .run(&["resource", "update", BILLS])
        .failed(2, "nothing to change");
    place
        .run(&["resource", "update", BILLS, "--token-type", "JOSE"])
        .failed(2, "possible values: at+jwt, jwt");
    let scope = [
        "scope",
        "create",
        "bills:read",
        "--description",
        "See your bills",
    ];
    place
        .run(&[&scope[..], &["--resource", "https://nowhere.example"]].concat())
        .failed(1, "is no resource");
    place
        .run(&[&scope[..], &["--resource", BILLS]].concat())
        .succeeded();
    let shown = place.json(&["resource", "show", BILLS, "--json"]);
    assert_eq!(shown["scopes"], json!(["bills:read"]));
    place
        .run(&["resource", "delete", BILLS])
        .failed(1, "the scope bills:read");

    // Changing the identifier updates the scope and the client.
    let client = ["client", "create", "Bills API", "--id", "bills", "--grant"];
    let client = [
        &client[..],
        &[
            "client_credentials",
            "--scope",
            "bills:read",
            "--serves",
            BILLS,
        ],
    ];
    place.run(&client.concat()).succeeded();
    let moved = "https://bills.example.org/v2";
    let update = ["resource", "update", BILLS, "--identifier", moved, "--json"];
    assert_eq!(
        place.json(&update)["token_type"],
        "jwt",
        "the other settings stay"
    );
    let scope = place.json(&["scope", "show", "bills:read", "--json"]);
    assert_eq!(scope["resource"], moved);
    let client = place.json(&["client", "show", "bills", "--json"]);
    assert_eq!(client["serves"], json!([moved]));
    place
        .run(&["resource", "show", BILLS])
        .failed(1, "there is no resource");

    place
        .run(&["scope", "delete", "bills:read"])
        .failed(1, "the client bills may ask for it");
    place.run(&["client", "delete", "bills"]).succeeded();
    let removed = place.json(&["scope", "delete", "bills:read", "--json"]);
    assert_eq!(removed["deleted"], true);
    place.run(&["resource", "delete", moved]).succeeded();
    let text = place
        .run(&["audit", "tail", "--limit", "200"])
        .succeeded()
        .stdout;
    for kind in ["resource.changed", "scope.changed"] {
        assert!(text.contains(kind), "{text}");
    }
}

#[test]
fn signature_algorithm_of_resource_is_changed() {
    let place = Place::configured();
    let create = ["resource", "create", BILLS, "--name", "Bills", "--json"];
    let created = place.json(&create);
    assert_eq!(created["token_signing_alg"], "RS256");
    let alg = |alg: &'static str| {
        [
            "resource",
            "update",
            BILLS,
            "--token-signing-alg",
            alg,
            "--json",
        ]
    };
    assert_eq!(place.json(&alg("ES256"))["token_signing_alg"], "ES256");
    let update = ["resource", "update", BILLS, "--token-type", "jwt", "--json"];
    assert_eq!(place.json(&update)["token_signing_alg"], "ES256");
    for wrong in ["none", "HS256", "es256"] {
        place
            .run(&alg(wrong))
            .failed(2, "possible values: RS256, PS256, ES256, EdDSA");
    }
    let offered = [("DOORWARD__KEYS__ALGORITHMS", "RS256")];
    place
        .run_with(&alg("EdDSA"), &offered)
        .failed(1, "EdDSA is not offered; write one of RS256");
    assert_eq!(place.json(&alg("RS256"))["token_signing_alg"], "RS256");
}

#[test]
fn token_lifetimes_of_resource_and_client_have_limit() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let resource = ["resource", "create", BILLS, "--name", "Bills", "--json"];
    let created = place.json(&[&resource[..], &["--access-token-ttl", "30m"]].concat());
    assert_eq!(created["access_token_ttl"], 1_800);
    let update = ["resource", "update", BILLS, "--json", "--access-token-ttl"];
    let set = |ttl: &'static str| [&update[..], &[ttl]].concat();
    assert_eq!(place.json(&set("600"))["access_token_ttl"], 600);
    place
        .run(&set("2h"))
        .failed(1, "tokens.access_ttl_max sets the limit");
    place
        .run(&set("soon"))
        .failed(2, "write seconds, or text such as 5m");
    assert!(place.json(&set("0"))["access_token_ttl"].is_null());
    let create = ["client", "create", "App", "--id", "app"];
    let there = ["--redirect-uri", "https://app.example/cb"];
    let lifetimes = ["--access-token-ttl", "15m", "--id-token-ttl", "1h"];
    place
        .run(&[&create[..], &there, &lifetimes].concat())
        .succeeded();
    let shown = place.json(&["client", "show", "app", "--json"]);
    let both = (&shown["access_token_ttl"], &shown["id_token_ttl"]);
    assert_eq!(both, (&900.into(), &3_600.into()));
    let text = place.run(&["client", "show", "app"]).succeeded().stdout;
    assert!(text.contains("900"), "{text}");
    let update = ["client", "update", "app", "--id-token-ttl", "2h"];
    place
        .run(&update)
        .failed(1, "tokens.id_ttl_max sets the limit");
    let more = [("DOORWARD__TOKENS__ID_TTL_MAX", "2h")];
    place.run_with(&update, &more).succeeded();
    // A lower limit of today does not stop other changes.
    place
        .run(&["client", "update", "app", "--name", "Other"])
        .succeeded();
    let none = ["client", "update", "app", "--id-token-ttl", "0", "--json"];
    assert!(place.json(&none)["id_token_ttl"].is_null());
}

#[test]
fn required_scopes_and_resources_are_protected() {
    let place = Place::configured();
    place
        .run(&["scope", "delete", "openid"])
        .failed(1, "a scope of this server itself");
    place
        .run(&[
            "scope",
            "update",
            "profile",
            "--resource",
            "http://localhost:8400",
        ])
        .failed(1, "a scope of this server itself");
    let issuer = "http://localhost:8400";
    place
        .run(&["resource", "update", issuer, "--token-type", "jwt"])
        .failed(1, "at+jwt");
    for wrong in [
        "relative",
        "https://a.example/#part",
        "https://a.example/\"x",
        "https://door:hunter2@a.example/",
    ] {
        place
            .run(&["resource", "create", wrong, "--name", "Wrong"])
            .failed(1, "absolute URI without a fragment");
    }
    let list = place.json(&["scope", "list", "--json"]);
    let names: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["name"])
        .collect();
    for name in ["openid", "groups", "roles", "tasks:read", "admin"] {
        assert!(names.contains(&&json!(name)), "{name} in {names:?}");
    }
}

fn tasks_resource(place: &Place, environment: &[(&str, &str)]) -> String {
    let show = ["scope", "show", "tasks:read", "--json"];
    let shown = place.run_with(&show, environment).succeeded().json();
    shown["resource"].as_str().unwrap().to_owned()
}

#[test]
fn serve_follows_changed_audience_of_tasks_api() {
    let place = Place::configured();
    place.run(&["migrate", "up"]).succeeded();
    assert_eq!(tasks_resource(&place, &[]), "http://localhost:8401/api");
    let url = [("DOORWARD__TASKS__PUBLIC_URL", "https://tasks.example.org")];
    let mut running = place.start(&["serve"], &url);
    running.stderr_until("serving");
    assert_eq!(running.terminate(), 0);
    assert_eq!(tasks_resource(&place, &[]), "https://tasks.example.org/api");
    let permissions = place.json(&["permission", "list", "--json"]);
    let read = permissions.as_array().unwrap().iter();
    let read = read
        .clone()
        .find(|read| read["codename"] == "tasks:read")
        .unwrap();
    assert_eq!(read["audience"], "https://tasks.example.org/api");
    let text = place
        .run(&["audit", "tail", "--limit", "200"])
        .succeeded()
        .stdout;
    assert!(text.contains("resource.changed"), "{text}");
}

#[test]
fn audience_named_by_command_stays_and_is_reported() {
    let place = Place::configured();
    place.run(&["migrate", "up"]).succeeded();
    let named = "https://own.example.org/tasks";
    place
        .run(&["role", "setup", "--set", "tasks", "--audience", named])
        .succeeded();
    assert_eq!(tasks_resource(&place, &[]), named);
    let url = [("DOORWARD__TASKS__PUBLIC_URL", "https://tasks.example.org")];
    let mut running = place.start(&["serve"], &url);
    let log = running.stderr_until("serving");
    assert_eq!(running.terminate(), 0);
    assert!(log.contains("doorward resource update"), "{log}");
    assert_eq!(tasks_resource(&place, &[]), named);
    let received = place.run_with(&["doctor"], &url);
    let received = format!("{}{}", received.stdout, received.stderr);
    assert!(
        received.contains("--identifier https://tasks.example.org/api"),
        "{received}"
    );
}

#[test]
fn serve_warns_if_new_users_get_no_role() {
    let place = Place::configured();
    let mut running = place.start(&["serve"], &[]);
    let log = running.stderr_until("serving");
    assert_eq!(running.terminate(), 0);
    assert!(log.contains("registration.roles"), "{log}");
    for quiet in [
        ("DOORWARD__REGISTRATION__ROLES", "developer"),
        ("DOORWARD__REGISTRATION__ENABLED", "false"),
    ] {
        let mut running = place.start(&["serve"], &[quiet]);
        let log = running.stderr_until("serving");
        assert_eq!(running.terminate(), 0);
        assert!(!log.contains("new users get no role"), "{log}");
    }
}

#[test]
fn role_admin_makes_staff() {
    let place = Place::configured();
    let create = ["user", "create", "root", "--email", "root@example.org"];
    let created = place.json(&[&create[..], &["--role", "admin", "--json"]].concat());
    assert_eq!(created["is_staff"], true, "{created}");
    let other = [
        "user",
        "create",
        "ann",
        "--email",
        "ann@example.org",
        "--json",
    ];
    assert_eq!(place.json(&other)["is_staff"], false);
    let assign = ["role", "assign", "--user", "ann", "--role", "admin"];
    place.run(&assign).succeeded();
    let shown = place.run(&["user", "show", "ann"]).succeeded().stdout;
    assert!(
        shown.contains("is_staff") && shown.contains("true"),
        "{shown}"
    );
    let revoke = ["role", "revoke", "--user", "ann", "--role", "admin"];
    place.run(&revoke).succeeded();
    assert_eq!(
        place.json(&["user", "show", "ann", "--json"])["is_staff"],
        false
    );
    let list = place.json(&["user", "list", "--json"]);
    let staff = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["is_staff"] == true);
    assert_eq!(staff.count(), 1, "{list}");
}

/// Checks that every administration command works on a new database, or reports what is missing.
#[test]
fn commands_work_in_any_order_on_new_database() {
    let uri = "https://app.example.org/callback";
    let create = ["client", "create", "App", "--redirect-uri", uri];
    let service = ["client", "create", "S", "--scope", "tasks:read"];
    let user = ["user", "create", "root", "--email", "root@example.org"];
    let cases: &[(&[&str], Option<&str>)] = &[
        (&create, None),
        (&service, None),
        (&["client", "list"], None),
        (&["client", "show", "app"], Some("there is no client")),
        (&["client", "registration-token", "create", "x"], None),
        (&[&user[..], &["--role", "admin"]].concat(), None),
        (&["user", "list"], None),
        (&["user", "show", "nobody"], Some("there is no user")),
        (&["role", "list"], None),
        (&["role", "setup"], None),
        (
            &["role", "create", "clerk", "--permission", "tasks:read"],
            None,
        ),
        (&["permission", "list"], None),
        (&["resource", "list"], None),
        (&["resource", "create", BILLS, "--name", "Bills"], None),
        (&["scope", "list"], None),
        (
            &[
                "scope",
                "create",
                "bills:read",
                "--description",
                "See bills",
            ],
            None,
        ),
        (&["group", "list"], None),
        (&["group", "create", "/staff"], None),
        (&["org", "list"], None),
        (&["provider", "list"], None),
        (&["key", "list"], None),
        (&["audit", "tail"], None),
        (&["lint"], None),
        (&["migrate", "up"], None),
    ];
    for migrated in [false, true] {
        for (command, error) in cases {
            let place = Place::configured();
            if migrated {
                place.run(&["migrate", "up"]).succeeded();
            }
            let done = place.run(command);
            match error {
                None => assert_eq!(done.code, 0, "{command:?}: {}", done.stderr),
                Some(error) => assert!(done.stderr.contains(error), "{command:?}: {}", done.stderr),
            }
        }
    }
}

#[test]
fn concurrent_first_commands_seed_once() {
    let place = Place::configured();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.run(&["scope", "list"]).succeeded());
        }
    });
    let roles = place.json(&["role", "list", "--json"]);
    assert_eq!(roles.as_array().unwrap().len(), 9, "{roles}");
    let again = place.json(&["role", "setup", "--json"]);
    assert_eq!((&again["roles"], &again["scopes"]), (&json!(0), &json!(0)));
}

#[test]
fn permissions_are_listed_with_audience() {
    let place = Place::configured();
    place
        .run(&[
            "role",
            "setup",
            "--set",
            "tasks",
            "--audience",
            "https://tasks.example.org/api",
        ])
        .succeeded();
    let listed = place.json(&["permission", "list", "--json"]);
    let at = |audience: &str| {
        let all = listed.as_array().unwrap().iter();
        all.filter(|item| item["audience"] == audience).count()
    };
    assert_eq!(at("https://tasks.example.org/api"), 21);
    // The administration permissions exist before the first start of a server, too.
    assert_eq!(at("http://localhost:8400"), 20);
    let table = place.run(&["permission", "list"]).succeeded().stdout;
    assert!(table.starts_with("CODENAME"), "{table}");
    assert!(table.contains("tasks:write_all"), "{table}");
}
