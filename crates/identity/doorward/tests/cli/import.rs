//! Tests of `doorward import`: plans, files, a second run, and errors.

use serde_json::{Value, json};

use super::program::{Done, Place};

const DUMP: &str = r#"[
  {"model": "auth.group", "pk": 1, "fields": {"name": "Admin", "permissions": [["add_post", "blog", "post"]]}},
  {"model": "auth.user", "pk": 1, "fields": {"username": "anna", "email": "anna@x.example", "password": "!", "last_login": null, "is_superuser": true, "is_staff": true, "groups": [["Admin"]], "user_permissions": [], "date_joined": "2024-03-01T12:00:00Z"}},
  {"model": "auth.user", "pk": 2, "fields": {"username": "bert", "email": "", "password": "!", "last_login": null, "groups": [], "user_permissions": []}},
  {"model": "auth.user", "pk": 3, "fields": {"username": "carl@x.example", "email": "", "password": "!", "last_login": null, "groups": [], "user_permissions": []}},
  {"model": "authtoken.token", "pk": "x", "fields": {"user": 1}}
]"#;

fn ready() -> Place {
    let place = Place::configured();
    place.write("dump.json", DUMP);
    place
}

fn permissions_of(place: &Place, name: &str) -> Value {
    let roles = place.json(&["role", "list", "--json"]);
    let mut roles = roles.as_array().unwrap().iter();
    roles.find(|role| role["name"] == name).unwrap()["permissions"].clone()
}

fn lines(text: &str) -> Vec<Value> {
    let all = text.lines().map(|line| serde_json::from_str(line).unwrap());
    all.collect()
}

/// Runs an import that skips this number of users.
#[track_caller]
fn run_with_skipped(place: &Place, args: &[&str], skipped: u32) -> Done {
    let done = place.run(args);
    assert_eq!(done.code, 7, "{done:?}");
    let text = format!("Users that are not imported: {skipped}.");
    assert!(done.stderr.contains(&text), "{done:?}");
    done
}

#[test]
fn dry_run_lists_each_record_and_writes_nothing() {
    let place = ready();
    let args = ["import", "django", "dump.json", "--dry-run"];
    let done = run_with_skipped(&place, &args, 1);
    for line in [
        "change role Admin -> admin-2",
        "change user 1 (anna)",
        "skip user 2 (bert): no e-mail address",
        "change user 3 (carl@x.example)",
        "its 1 permissions of the source are not given; see --grant-permissions",
        "skip source authtoken.token: 1 rows",
        "none here; see --superuser-role",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    for line in [
        "user: 2 to import with changes, 1 skipped",
        "Unverified e-mail addresses: 2.",
        "add --trust-email",
    ] {
        assert!(done.stderr.contains(line), "{line}: {}", done.stderr);
    }
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
    assert_eq!(summary["user"], json!({ "change": 3 }));
    let report: Value =
        serde_json::from_slice(&std::fs::read(place.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["source"], "django");
    assert_eq!(report["summary"]["records"], *summary);
    let ids = std::fs::read_to_string(place.path("ids.csv")).unwrap();
    let users = ["anna", "bert", "carl"];
    let users = users.map(|name| place.json(&["user", "show", name, "--json"]));
    for (old, user) in ["1", "2", "3"].iter().zip(&users) {
        let line = format!("{old},{}\n", user["id"].as_str().unwrap());
        assert!(ids.contains(&line), "{line} in {ids}");
        assert_eq!(user["is_staff"], json!(false));
    }
    // The role of the same name here is not given.
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert!(!anna["roles"].to_string().contains("\"admin\""), "{anna}");
    let second = lines(&place.run(&args).succeeded().stdout);
    let summary = &second.last().unwrap()["summary"]["records"];
    assert_eq!(summary["user"], json!({ "unchanged": 3 }));
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
    let ids = place.json(&["import", "ids", "--source", "django", "--json"]);
    let kinds: Vec<_> = ids
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["role", "user", "user", "user"]);
    assert_eq!(ids[1]["old_id"], "1");
    assert_eq!(ids[1]["new_id"], users[0]["id"]);
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
    run_with_skipped(&place, &[&args[..], &options].concat(), 1);
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert!(anna["roles"].to_string().contains("\"admin\""), "{anna}");
    assert_eq!(anna["is_staff"], json!(true));
    let permissions = place.run(&["permission", "list"]).succeeded().stdout;
    assert!(permissions.contains("blog.post:add"), "{permissions}");
    // The permission exists, but the imported group does not have it.
    assert_eq!(permissions_of(&place, "admin-2"), json!([]));
}

#[test]
fn permissions_of_groups_are_given_by_option() {
    let place = ready();
    let args = ["import", "django", "dump.json", "--grant-permissions"];
    place.run(&args).failed(2, "--audience");
    let audience = ["--audience", "https://blog.example"];
    run_with_skipped(&place, &[&args[..], &audience].concat(), 1);
    assert_eq!(permissions_of(&place, "admin-2"), json!(["blog.post:add"]));
}

fn verified(place: &Place) -> Vec<bool> {
    let users = place.json(&["user", "list", "--json"]);
    let users = users.as_array().unwrap().iter();
    users
        .map(|user| user["email_verified"].as_bool().unwrap())
        .collect()
}

#[test]
fn addresses_are_verified_by_option_or_in_bulk() {
    let place = ready();
    let args = ["import", "django", "dump.json", "--trust-email"];
    let done = run_with_skipped(&place, &args, 1);
    assert!(!done.stderr.contains("Unverified"), "{}", done.stderr);
    assert_eq!(verified(&place), [true, true]);

    let place = ready();
    let done = run_with_skipped(&place, &args[..3], 1);
    let command = "`doorward user bulk start verify_email --filter state=unverified --yes`";
    assert!(done.stderr.contains(command), "{}", done.stderr);
    assert_eq!(verified(&place), [false, false]);
    let command = command.trim_matches('`').trim_start_matches("doorward ");
    let args: Vec<_> = command.split(' ').collect();
    place
        .run(&args[..args.len() - 1])
        .failed(1, "users selected: 2; --yes");
    let done = place.run(&args).succeeded();
    assert!(done.stderr.contains("Users changed: 2."), "{}", done.stderr);
    assert_eq!(verified(&place), [true, true]);
    let done = place.json(&[
        "user",
        "bulk",
        "start",
        "verify_email",
        "--user=anna",
        "--json",
    ]);
    assert_eq!((&done["done"], &done["failed"]), (&json!(1), &json!(0)));
}

#[test]
fn unreadable_values_are_lines_of_report() {
    let place = Place::configured();
    place.write(
        "users.csv",
        "\u{feff}username;email;must_change_password;disabled;created_at;locale;;\r\n\
         p1;p1@x.example;WAHR;;01.03.2024 12:00;Deutsch;;\r\n\
         p2;p2@x.example;WAHR;FALSCHH;;;;\r\n\
         ;;;;;;;\r\n\
         p3;p3@x.example;TRUE;FALSCH;01/03/2024;;;\r\n\
         p4;p4@x.example;nein;FAUX;2024-03-01T12:00:00Z;de;;\r\n",
    );
    // Also without a dry run.
    let args = ["import", "csv", "users.csv", "--report", "report.json"];
    let done = run_with_skipped(&place, &args, 2);
    for line in [
        "change user p1: the password",
        "locale: \"Deutsch\" is dropped",
        "skip user p2: disabled: \"FALSCHH\" cannot be read",
        "skip user p3: created_at: \"01/03/2024\" cannot be read",
    ] {
        let line = line.replace(": the password", "");
        assert!(done.stdout.contains(&line), "{line}: {}", done.stdout);
    }
    assert!(
        done.stderr.contains("Values that cannot be read: 2."),
        "{}",
        done.stderr
    );
    let report = std::fs::read(place.path("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let records = report["records"].as_array().unwrap();
    let p2 = records.iter().find(|one| one["old_id"] == "p2").unwrap();
    let note = &p2["notes"][0];
    assert_eq!(
        (&note["column"], &note["value"]),
        (&json!("disabled"), &json!("FALSCHH"))
    );
    let users = place.json(&["user", "list", "--json"]);
    let users = users.as_array().unwrap().iter();
    let mut names: Vec<_> = users.map(|one| one["username"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [Some("p1"), Some("p4")]);
    let p1 = place.json(&["user", "show", "p1", "--json"]);
    assert_eq!(p1["created_at"], "2024-03-01T12:00:00Z");
    assert!(!p1.to_string().contains("deutsch"), "{p1}");
}

#[test]
fn file_in_other_encoding_is_named_or_read() {
    let place = Place::configured();
    let file = b"username,email\nzo\xeb,zoe@x.example\n";
    std::fs::write(place.path("users.csv"), file).unwrap();
    let args = ["import", "csv", "users.csv", "--encoding", "windows-1252"];
    place.run(&args[..3]).failed(1, "--encoding windows-1252");
    place
        .run(&[&args[..4], &["latin-9000"]].concat())
        .failed(2, "shift_jis");
    place.run(&args).succeeded();
    let zoe = place.json(&["user", "show", "zoe@x.example", "--json"]);
    assert_eq!(zoe["username"], "zoë", "{zoe}");
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
    place.write(
        "users.csv",
        "id,mail,shoe_size\n8,bert@x.example,44\n9,carl@x.example,43\n",
    );
    let import = |more: &[&str]| place.run(&[&["import", "csv", "users.csv"], more].concat());
    import(&[]).failed(1, "\"mail\" (email?), \"shoe_size\"");
    import(&["--map", "mail=emial"]).failed(2, "there is no column emial here; write email");
    let done = import(&["--map", "mail=email", "--source", "shoes"]).succeeded();
    let text = format!("{}{}", done.stdout, done.stderr);
    for line in [
        "skip source shoe_size: 2 values are not carried",
        "Users without a password: 2.",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let bert = place.json(&["user", "show", "bert@x.example", "--json"]);
    assert_eq!(bert["email"], "bert@x.example");
}

#[test]
fn wrong_sources_and_options_are_refused() {
    let place = ready();
    place
        .run(&["import", "keycloak", "dump.json"])
        .failed(1, "realm export");
    place.write("header.csv", "email,username\n");
    let done = place.run(&["import", "csv", "header.csv"]).succeeded();
    assert!(done.stderr.contains("The source has no records."));
    let csv = |more: &[&str]| place.run(&[&["import", "csv"], more].concat());
    csv(&["/dev/null"]).failed(1, "save it as a file first");
    csv(&["header.csv", "--ids", "./header.csv"]).failed(2, "name another file");
    csv(&["header.csv", "--report", "r", "--ids", "r"]).failed(2, "name another file");
    place
        .run(&["import", "django", "missing.json"])
        .failed(1, "missing.json");
    let django = |more: &[&str]| place.run(&[&["import", "django", "dump.json"], more].concat());
    django(&["--time-zone", "Nowhere"]).failed(2, "no time zone");
    django(&["--field", "shoe=size"]).failed(2, "phone_number");
    django(&["--field", "phone_number=phone"]).failed(2, "write COLUMN=NAME");
    django(&["--field", "size"]).failed(2, "write COLUMN=NAME");
    django(&["--field", "a=name", "--field", "b=name"]).failed(2, "both a and b");
    django(&["--field", "shoe=name"]).failed(1, "no field shoe");
    django(&["--second-factor", "a.b:c,d,e,f"]).failed(2, "APP.MODEL:SECRET");
    django(&["--group-tree", ""]).failed(2, "APP.MODEL");
    django(&["--groups-as", "teams"]).failed(2, "roles or groups");
    django(&["--source", "a b"]).failed(2, "\"a b\" does not fit");
    django(&["--role", "Admin"]).failed(2, "NAME=VALUE");
    django(&["--placeholder-domain", "x y"]).failed(2, "domain name");
}

#[test]
fn object_that_occurs_twice_is_skipped() {
    let place = Place::configured();
    let client = json!({ "clientId": "shop", "protocol": "openid-connect", "publicClient": true,
        "redirectUris": ["https://shop.example/cb"] });
    let group = json!({ "name": "sales", "path": "/sales", "subGroups": [] });
    let realm = json!({ "realm": "r", "clients": [client, client], "groups": [group, group] });
    place.write("realm.json", &realm.to_string());
    let done = place
        .run(&["import", "keycloak", "realm.json"])
        .succeeded()
        .stdout;
    for line in [
        "skip client shop: the id occurs twice in the source",
        "skip group /sales (sales): the id occurs twice in the source",
    ] {
        assert!(done.contains(line), "{line}: {done}");
    }
}

/// Returns a dump of a site with sign-in by e-mail and this number of users.
fn site(users: usize, more: &[Value]) -> String {
    let people = (1..=users).map(|number| {
        json!({ "model": "people.person", "pk": number, "fields": {
            "email": format!("person{number}@x.example"), "password": "!", "last_login": null,
            "is_active": number != 2, "is_verified": true,
        }})
    });
    json!(people.chain(more.iter().cloned()).collect::<Vec<_>>()).to_string()
}

#[test]
fn equal_lines_are_one_with_number_and_setting_is_proposed() {
    let place = Place::configured();
    let order = json!({ "model": "shop.order", "pk": 1, "fields": { "customer": 4 } });
    let factor = json!({ "user": 5, "secret": "encrypted", "backup_codes": [] });
    let factor = json!({ "model": "people.twofactor", "pk": 1, "fields": factor });
    place.write("site.json", &site(300, &[order, factor]));
    let args = ["import", "django", "site.json", "--dry-run"];
    let done = place.run(&args).succeeded();
    assert!(done.stdout.lines().count() < 12, "{}", done.stdout);
    for line in [
        "skip source shop.order: 1 rows refer to users (customer)",
        "add --second-factor people.twofactor:secret,backup_codes",
        "--field is_verified=email_verified",
        "change user 5 (person5@x.example): had a second factor in people.twofactor",
        "change 296 more users, each as user 1 (person1@x.example): has no user name in the source",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    for line in [
        "User names that the source does not have: 300.",
        "`accounts.username = \"none\"`",
        "Users whose second factor is not carried: 1.",
    ] {
        assert!(done.stderr.contains(line), "{line}: {}", done.stderr);
    }
    // Programs get every record.
    let all = lines(
        &place
            .run(&[&args[..], &["--json"]].concat())
            .succeeded()
            .stdout,
    );
    let users = all.iter().filter(|item| item["kind"] == "user");
    assert_eq!(users.count(), 300);
}

#[test]
fn second_run_of_django_lists_differences_and_sync_applies_them() {
    let place = Place::configured();
    place.write("site.json", &site(40, &[]));
    let args = [
        "import",
        "django",
        "site.json",
        "--field",
        "is_verified=email_verified",
    ];
    place.run(&args).succeeded();
    place.run(&args).succeeded();
    let changed = site(39, &[]).replacen("\"is_active\":true", "\"is_active\":false", 1);
    place.write("site.json", &changed);
    let done = place.run(&args);
    assert_eq!(done.code, 7, "{done:?}");
    let listed = "users that differ from the file: 1";
    assert!(done.stderr.contains(listed), "{done:?}");
    for line in [
        "differs user 1 (person1@x.example)",
        "differs, not applied: disabled",
        "missing user 40",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    let sync = ["--sync", "--leavers", "disable"];
    place.run(&[&args[..], &sync].concat()).succeeded();
    for (name, is_disabled) in [
        ("person1", true),
        ("person2", true),
        ("person3", false),
        ("person40", true),
    ] {
        let user = place.json(&["user", "show", name, "--json"]);
        assert_eq!(user["disabled_at"].is_null(), !is_disabled, "{user}");
    }
    place.run(&args).succeeded();
}

#[test]
fn users_of_other_company_are_matched_join_and_get_groups_below_path() {
    let place = Place::configured();
    let one = ["user", "create", "anna", "--email", "anna@x.example"];
    place.run(&[&one[..], &["--verified"]].concat()).succeeded();
    place
        .run(&["org", "create", "acme", "--name", "Acme"])
        .succeeded();
    place.run(&["group", "create", "/acme"]).succeeded();
    place.write(
        "users.csv",
        "id,username,email,email_verified,groups\n\
         1,anna,anna@x.example,true,/sales\n\
         2,bert,bert@x.example,true,/sales\n",
    );
    let args = ["import", "csv", "users.csv", "--source", "acme"];
    run_with_skipped(&place, &[&args[..], &["--dry-run"]].concat(), 1);
    let more = [
        "--match",
        "email",
        "--org",
        "acme",
        "--group-prefix",
        "/acme",
    ];
    let merged = [&args[..], &more].concat();
    place
        .run(&[&args[..], &["--group-prefix", "/other"]].concat())
        .failed(1, "\"/other\" does not exist");
    place
        .run(&[&args[..], &["--org", "other"]].concat())
        .failed(1, "\"other\" does not exist");
    let planned = place.run(&[&merged[..], &["--dry-run"]].concat());
    let line = "is the user here with the same verified e-mail address";
    assert!(planned.stdout.contains(line), "{planned:?}");
    let done = place.run(&merged).succeeded();
    let line = "Users here with the same verified e-mail address: 1.";
    assert!(done.stderr.contains(line), "{done:?}");
    place.run(&merged).succeeded();
    let ids = place.json(&["import", "ids", "--source", "acme", "--json"]);
    let users = ids.as_array().unwrap().iter();
    let users: Vec<_> = users.filter(|one| one["kind"] == "user").collect();
    let anna = place.json(&["user", "show", "anna", "--json"]);
    assert_eq!((users.len(), &users[0]["new_id"]), (2, &anna["id"]));
    let members = place.json(&["group", "members", "/acme/sales", "--json"]);
    assert_eq!(members.as_array().map(Vec::len), Some(2), "{members}");
    let members = place.json(&["org", "members", "acme", "--json"]);
    assert_eq!(members.as_array().map(Vec::len), Some(2), "{members}");
}
