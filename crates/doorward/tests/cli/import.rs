//! Tests of `doorward import`: plans, files, a second run, and errors.

use serde_json::{Value, json};

use super::program::Place;

const DUMP: &str = r#"[
  {"model": "auth.group", "pk": 1, "fields": {"name": "Admin", "permissions": [["add_post", "blog", "post"]]}},
  {"model": "auth.user", "pk": 1, "fields": {"username": "anna", "email": "anna@x.example", "password": "!", "last_login": null, "is_superuser": true, "is_staff": true, "groups": [["Admin"]], "user_permissions": [], "date_joined": "2024-03-01T12:00:00Z"}},
  {"model": "auth.user", "pk": 2, "fields": {"username": "bert@x.example", "email": "", "password": "!", "last_login": null, "groups": [], "user_permissions": []}},
  {"model": "authtoken.token", "pk": "x", "fields": {"user": 1}}
]"#;

fn ready() -> Place {
    let place = Place::configured();
    place.write("dump.json", DUMP);
    place
}

fn lines(text: &str) -> Vec<Value> {
    let all = text.lines().map(|line| serde_json::from_str(line).unwrap());
    all.collect()
}

#[test]
fn dry_run_lists_each_record_and_writes_nothing() {
    let place = ready();
    let done = place
        .run(&["import", "django", "dump.json", "--dry-run"])
        .succeeded();
    for line in [
        "change role Admin -> admin-2",
        "change user 1 (anna)",
        "skip user 2 (bert@x.example): no e-mail address",
        "skip source authtoken.token: 1 rows",
        "none here; see --superuser-role",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    assert!(
        done.stderr
            .contains("user: 1 to import with changes, 1 skipped"),
        "{}",
        done.stderr
    );
    assert_eq!(place.json(&["user", "list", "--json"]), json!([]));
    assert_eq!(place.json(&["import", "ids", "--json"]), json!([]));
}

#[test]
fn import_writes_reports_and_second_one_changes_nothing() {
    let place = ready();
    let args = [
        "import",
        "django",
        "dump.json",
        "--report",
        "report.json",
        "--ids",
        "ids.csv",
        "--json",
        "--placeholder-domain",
        "users.invalid",
    ];
    let first = lines(&place.run(&args).succeeded().stdout);
    let summary = &first.last().unwrap()["summary"]["records"];
    assert_eq!(summary["user"], json!({ "change": 2 }));
    let report: Value =
        serde_json::from_slice(&std::fs::read(place.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["source"], "django");
    assert_eq!(report["summary"]["records"], *summary);
    let ids = std::fs::read_to_string(place.path("ids.csv")).unwrap();
    let users = place.json(&["user", "list", "--json"]);
    for user in users.as_array().unwrap() {
        let old = if user["username"] == "anna" { "1" } else { "2" };
        let line = format!("{old},{}\n", user["id"].as_str().unwrap());
        assert!(ids.contains(&line), "{line} in {ids}");
        assert_eq!(user["is_staff"], json!(false));
    }
    // The role of the same name here is not given.
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert!(!anna["roles"].to_string().contains("\"admin\""), "{anna}");
    let second = lines(&place.run(&args).succeeded().stdout);
    let summary = &second.last().unwrap()["summary"]["records"];
    assert_eq!(summary["user"], json!({ "unchanged": 2 }));
    assert_eq!(summary["role"], json!({ "unchanged": 1 }));
    assert_eq!(std::fs::read_to_string(place.path("ids.csv")).unwrap(), ids);
    let listed = place
        .run(&["import", "ids", "--source", "django"])
        .succeeded();
    assert!(
        listed.stdout.contains("django,role,Admin,admin-2"),
        "{}",
        listed.stdout
    );
}

#[test]
fn power_is_given_by_options() {
    let place = ready();
    let args = ["import", "django", "dump.json", "--superuser-role"];
    place
        .run(&[&args[..], &["nothing"]].concat())
        .failed(1, "the role \"nothing\" does not exist");
    let options = [
        "admin",
        "--keep-staff",
        "--audience",
        "https://blog.example",
    ];
    place.run(&[&args[..], &options].concat()).succeeded();
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert!(anna["roles"].to_string().contains("\"admin\""), "{anna}");
    assert_eq!(anna["is_staff"], json!(true));
    let permissions = place.run(&["permission", "list"]).succeeded().stdout;
    assert!(permissions.contains("blog.post:add"), "{permissions}");
}

#[test]
fn csv_file_is_imported() {
    let place = Place::configured();
    place.write(
        "users.csv",
        "id,username,email,roles,groups\n7,anna,anna@x.example,clerk,/sales/emea\n",
    );
    place.run(&["import", "csv", "users.csv"]).succeeded();
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert!(anna["roles"].to_string().contains("clerk"), "{anna}");
    place
        .run(&["group", "show", "/sales/emea", "--json"])
        .succeeded();
    place.write("users.csv", "id,shoe_size\n");
    place
        .run(&["import", "csv", "users.csv"])
        .failed(1, "unknown column \"shoe_size\"");
}

#[test]
fn wrong_sources_and_options_are_refused() {
    let place = ready();
    place
        .run(&["import", "keycloak", "dump.json"])
        .failed(1, "realm export");
    place
        .run(&["import", "django", "missing.json"])
        .failed(1, "missing.json");
    let django = |more: &[&str]| place.run(&[&["import", "django", "dump.json"], more].concat());
    django(&["--time-zone", "Nowhere"]).failed(2, "no time zone");
    django(&["--field", "shoe=size"]).failed(2, "phone_number");
    django(&["--role", "Admin"]).failed(2, "NAME=VALUE");
    django(&["--placeholder-domain", "x y"]).failed(2, "domain name");
}
