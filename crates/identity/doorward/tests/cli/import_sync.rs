//! Tests of `doorward import csv` with a file that changes every night, with and without `--sync`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::program::{Done, Place};

const HEADER: &str = "id,username,email,email_verified,given_name,roles,groups,disabled\n";
/// Number of users in the file of the first night.
const USERS: usize = 20;

/// Returns the row of a user.
fn row(id: usize) -> String {
    format!("{id},user{id},user{id}@x.example,true,User,clerk,/sales,\n")
}

fn file(rows: impl IntoIterator<Item = String>) -> String {
    let rows: Vec<String> = rows.into_iter().collect();
    format!("{HEADER}{}", rows.concat())
}

/// Returns a place with the users of the first night.
fn place() -> Place {
    let place = Place::configured();
    place.write("users.csv", &file((1..=USERS).map(row)));
    place.run(&["import", "csv", "users.csv"]).succeeded();
    place
}

fn import(place: &Place, more: &[&str]) -> Done {
    place.run(&[&["import", "csv", "users.csv"], more].concat())
}

#[track_caller]
fn ended(done: &Done, code: i32, lines: &[&str]) {
    assert_eq!(done.code, code, "{done:?}");
    let all = format!("{}{}", done.stdout, done.stderr);
    for line in lines {
        assert!(all.contains(line), "{line}: {all}");
    }
}

fn show(place: &Place, name: &str) -> Value {
    place.json(&["user", "show", name, "--json"])
}

fn is_disabled(place: &Place, name: &str) -> bool {
    let list = place.json(&["user", "list", "--state", "disabled", "--json"]);
    let list = list.as_array().unwrap();
    list.iter().any(|user| user["username"] == name)
}

/// Returns the file of the second night: user 1 has another name, address and group, user 2 is disabled,
/// user 20 has left, and user 21 has joined.
fn second_night() -> String {
    let mut rows: Vec<String> = (1..USERS).chain([USERS + 1]).map(row).collect();
    "1,anna,anna@y.example,true,Anna,boss,/it,\n".clone_into(&mut rows[0]);
    rows[1] = rows[1].replace(",/sales,", ",/sales,true");
    file(rows)
}

#[test]
fn difference_is_reported_without_sync() {
    let place = place();
    let done = import(&place, &[]);
    ended(&done, 0, &["user: 20 unchanged"]);
    place.write("users.csv", &second_night());
    for more in [&["--dry-run"][..], &[]] {
        let done = import(&place, more);
        let lines = [
            "differs user 1 (anna)",
            "differs, not applied: username, email, given_name, roles, groups",
            "differs, not applied: disabled",
            "missing user 20 (user20)",
            "users that differ from the file: 2, active users that are missing in it: 1",
        ];
        ended(&done, 7, &lines);
    }
    assert_eq!(show(&place, "user1")["email"], "user1@x.example");
    assert!(!is_disabled(&place, "user2") && !is_disabled(&place, "user20"));
    // As before, users that are new in the file are imported.
    assert_eq!(show(&place, "user21")["email"], "user21@x.example");
}

#[test]
fn joiners_movers_and_leavers_of_three_nights() {
    let place = place();
    place.write("users.csv", &second_night());
    let sync = ["--sync", "--leavers", "disable", "--max-leavers", "5%"];
    let report = [&sync[..], &["--report", "report.json"]].concat();
    let summary = "user: joined 1, changed 2, left 1, unchanged 17, conflicts 0";
    let done = import(&place, &[&report[..], &["--dry-run"]].concat());
    ended(
        &done,
        0,
        &[summary, "leave user 20 (user20)", "update user 2"],
    );
    assert!(!is_disabled(&place, "user20"));
    assert_eq!(show(&place, "user1")["email"], "user1@x.example");

    let done = import(&place, &report);
    ended(
        &done,
        0,
        &[summary, "change user 21 (user21)", "leave user 20 (user20)"],
    );
    let anna = show(&place, "anna");
    assert_eq!(anna["email"], "anna@y.example");
    assert_eq!(anna["email_verified"], json!(true));
    let text = anna.to_string();
    assert!(text.contains("boss") && !text.contains("clerk"), "{text}");
    assert!(is_disabled(&place, "user2") && is_disabled(&place, "user20"));
    let text = std::fs::read(place.path("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&text).unwrap();
    let counts = json!({ "joined": 1, "changed": 2, "left": 1, "unchanged": 17, "conflicts": 0 });
    assert_eq!(report["summary"]["sync"], counts);
    let records = report["records"].as_array().unwrap();
    let first = records
        .iter()
        .find(|one| one["new_id"] == anna["id"])
        .unwrap();
    let change =
        json!({ "field": "email", "before": "user1@x.example", "after": "anna@y.example" });
    let changes = first["changes"].as_array().unwrap();
    assert!(changes.contains(&change), "{first}");

    // Nothing is left to do, and decisions of an administrator stay.
    place
        .run(&["role", "assign", "--user", "anna", "--role", "viewer"])
        .succeeded();
    place.run(&["user", "enable", "user20"]).succeeded();
    place.run(&["user", "disable", "user3"]).succeeded();
    let done = import(&place, &sync);
    let summary = "user: joined 0, changed 0, left 0, unchanged 20, conflicts 0";
    ended(&done, 0, &[summary]);
    assert!(!is_disabled(&place, "user20") && is_disabled(&place, "user3"));
    assert!(show(&place, "anna").to_string().contains("viewer"));

    // The third night: user 2 works again, user 20 is back, and anna has no role of the file.
    let third = second_night()
        .replace(",/sales,true", ",/sales,")
        .replace("boss", "");
    place.write("users.csv", &(third + &row(USERS)));
    let summary = "user: joined 0, changed 2, left 0, unchanged 19, conflicts 0";
    ended(
        &import(&place, &sync),
        0,
        &[summary, "update user 2 (user2)"],
    );
    assert!(!is_disabled(&place, "user2"));
    let text = show(&place, "anna").to_string();
    assert!(text.contains("viewer") && !text.contains("boss"), "{text}");
}

#[test]
fn file_without_half_of_its_rows_changes_nothing() {
    let place = place();
    let mut rows: Vec<String> = (1..=USERS / 2).map(row).collect();
    rows[0] = rows[0].replace("user1@x.example", "anna@y.example");
    rows.push(row(99));
    place.write("users.csv", &file(rows));
    for more in [&["--dry-run"][..], &["--leavers", "disable"], &[]] {
        let done = import(&place, &[&["--sync"], more].concat());
        let lines = [
            "10 of 20 users of the source are missing in the file",
            "--max-leavers 5% allows 1",
            "--max-leavers 10",
        ];
        ended(&done, 5, &lines);
    }
    let users = place.json(&["user", "list", "--json"]);
    assert_eq!(users.as_array().unwrap().len(), USERS);
    assert_eq!(show(&place, "user1")["email"], "user1@x.example");
    assert!(!is_disabled(&place, "user20"));
    // An empty file is the same.
    place.write("users.csv", HEADER);
    let done = import(&place, &["--sync", "--leavers", "disable"]);
    ended(&done, 5, &["20 of 20 users"]);
    // The operator says that it is right.
    place.write("users.csv", &file((1..=USERS / 2).map(row)));
    let sync = ["--sync", "--leavers", "disable", "--max-leavers", "10"];
    ended(&import(&place, &sync), 0, &["left 10, unchanged 10"]);
    // Users who have left do not count any more.
    ended(&import(&place, &sync[..3]), 0, &["left 0, unchanged 10"]);
}

#[test]
fn conflicts_and_missing_users_fail_command() {
    let place = place();
    let mut rows: Vec<String> = (1..USERS).map(row).collect();
    // The address of another user, and an id that occurs twice.
    rows[0] = rows[0].replace("user1@x.example,true,User", "user2@x.example,true,Anna");
    rows.push(row(3).replace("User", "Other"));
    rows[3] = rows[3].replace("User", "Dora");
    place.write("users.csv", &file(rows));
    let done = import(&place, &["--sync"]);
    let lines = [
        "skip user 1 (user1)",
        "a user here has this e-mail address",
        "the id occurs twice in the source",
        "missing user 20 (user20)",
        "user: joined 0, changed 1, left 1, unchanged 17, conflicts 2",
        "rows with a conflict: 2, active users that are missing in the file: 1",
    ];
    ended(&done, 7, &lines);
    let text = show(&place, "user1").to_string();
    assert!(
        text.contains("user1@x.example") && !text.contains("Anna"),
        "{text}"
    );
    assert!(show(&place, "user4").to_string().contains("Dora"));
    assert!(!is_disabled(&place, "user20"));
}

#[test]
fn last_administrator_does_not_leave() {
    let place = place();
    place
        .run(&["role", "assign", "--role", "admin", "--user", "user20"])
        .succeeded();
    place.write("users.csv", &file((1..USERS).map(row)));
    let done = import(&place, &["--sync", "--leavers", "disable"]);
    ended(
        &done,
        7,
        &[
            "skip user 20 (user20)",
            "no active administrator would remain",
        ],
    );
    assert!(!is_disabled(&place, "user20"));
    // Of two administrators who both leave, one stays. The dry run knows, although it changes nothing.
    place
        .run(&["role", "assign", "--role", "admin", "--user", "user19"])
        .succeeded();
    place.write("users.csv", &file((1..USERS - 1).map(row)));
    let sync = ["--sync", "--leavers", "disable", "--max-leavers", "2"];
    for more in [&["--dry-run"][..], &[]] {
        let done = import(&place, &[&sync[..], more].concat());
        ended(
            &done,
            7,
            &[
                "leave user 19 (user19)",
                "skip user 20 (user20)",
                "no active administrator would remain",
            ],
        );
    }
    assert!(is_disabled(&place, "user19") && !is_disabled(&place, "user20"));
}

#[test]
fn other_source_and_options_are_checked() {
    let place = place();
    let done = import(&place, &["--sync", "--source", "other"]);
    ended(
        &done,
        7,
        &["user: joined 0, changed 0, left 0, unchanged 0, conflicts 20"],
    );
    import(&place, &["--leavers", "disable"]).failed(2, "--sync");
    import(&place, &["--sync", "--leavers", "delete"]).failed(2, "report or disable");
    import(&place, &["--sync", "--max-leavers", "some"]).failed(2, "a share such as 5%");
    let mut text = String::new();
    for id in 1..=USERS {
        write!(text, "{}", row(id).replace("clerk", "admin")).unwrap();
    }
    place.write("users.csv", &format!("{HEADER}{text}"));
    // A role of the file never is the one of the same name here.
    let sync = ["--sync", "--max-changes", "100%"];
    ended(&import(&place, &sync), 0, &["changed 20"]);
    let roles = show(&place, "user1")["roles"].to_string();
    assert!(roles.contains("admin-2"), "{roles}");
}

/// A kind of wrong file: the change of each row, and the text of the error.
type Wrong = (&'static str, fn(usize, String) -> String, &'static str);

const WRONG: [Wrong; 9] = [
    (
        "addresses",
        |_, row| row.replace("@x.example", "@y.example"),
        "20 addresses from x.example to y.example",
    ),
    (
        "names",
        |_, row| row.replace(",user", ",member"),
        "username 20",
    ),
    (
        "verified",
        |_, row| row.replace("true", "false"),
        "email_verified 20",
    ),
    (
        "profile",
        |_, row| row.replace(",User,", ",,"),
        "given_name 20",
    ),
    ("roles", |_, row| row.replace("clerk", ""), "roles 20"),
    (
        "power",
        |_, row| row.replace("clerk", "clerk;boss"),
        "roles 20",
    ),
    ("groups", |_, row| row.replace("/sales", "/it"), "groups 20"),
    (
        "disabled",
        |_, row| row.replace("/sales,", "/sales,true"),
        "the file disables 20 of 20 users",
    ),
    (
        "half",
        |id, row| {
            if id > 9 {
                row
            } else {
                row.replace("@x.example", "@y.example") + &other(id)
            }
        },
        "",
    ),
];

/// The file decides about each column; if one is wrong, no user is changed.
#[test]
fn each_way_in_which_file_is_wrong_is_stopped() {
    let place = place();
    for (name, change, expected) in WRONG {
        let rows = (1..=USERS).map(|id| change(id, row(id)));
        place.write("users.csv", &file(rows));
        if expected.is_empty() {
            // Up to ten changes and new users pass in a small source.
            let done = import(&place, &["--sync", "--dry-run"]);
            ended(
                &done,
                0,
                &[
                    "joined 9, changed 9, left 0",
                    "E-mail addresses: 9 addresses from x.example to y.example.",
                ],
            );
            continue;
        }
        let dry = import(&place, &["--sync", "--dry-run"]);
        ended(&dry, 5, &[expected, "changed 20", "update 17 more users"]);
        let done = import(&place, &["--sync"]);
        ended(&done, 5, &[expected, "nothing was changed"]);
        let max = if name == "disabled" {
            "--max-leavers 20"
        } else {
            "--max-changes 20"
        };
        ended(&done, 5, &[max]);
    }
    // New users, as of another company.
    let rows = (1..=USERS).map(|id| row(id) + &other(id));
    place.write("users.csv", &file(rows));
    let done = import(&place, &["--sync"]);
    ended(
        &done,
        5,
        &["the file adds 20 users to the 20 of the source"],
    );
    place.write("users.csv", &file((1..=USERS).map(row)));
    ended(&import(&place, &["--sync"]), 0, &["unchanged 20"]);
    let users = place.json(&["user", "list", "--json"]);
    assert_eq!(users.as_array().unwrap().len(), USERS);
    let roles = place.run(&["role", "list"]).succeeded().stdout;
    assert!(!roles.contains("boss"), "{roles}");
}

/// Returns the row of a user of another company.
fn other(id: usize) -> String {
    format!("o{id},other{id},other{id}@z.example,true,Other,clerk,/sales,\n")
}

/// After the company has another domain, a nightly file with the former addresses must not win, and
/// the file with the new ones sends no mails.
#[test]
fn former_addresses_are_put_back_only_by_the_operator() {
    let place = place();
    let domains = ["--from-domain", "x.example", "--to-domain", "new.example"];
    let change = [
        "user",
        "bulk",
        "start",
        "change_email_domain",
        "--all",
        "--notify=false",
        "--yes",
    ];
    place.run(&[&change[..], &domains].concat()).succeeded();
    let sync = ["--sync", "--leavers", "disable"];
    let done = import(&place, &sync);
    let expected = "20 addresses from new.example to x.example";
    ended(
        &done,
        5,
        &[expected, "--max-changes 20% (at least 10 users) allows 10"],
    );
    assert_eq!(show(&place, "user1")["email"], "user1@new.example");
    let more = [&sync[..], &["--max-changes", "20", "--no-notify"]].concat();
    ended(&import(&place, &more), 0, &["changed 20"]);
    assert_eq!(show(&place, "user1")["email"], "user1@x.example");
    let log = place.run(&["audit", "tail", "--limit", "1000", "--json"]);
    let log = log.succeeded().stdout;
    let events = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let silent = events.filter(|event| {
        event["detail"]["source"] == "csv" && event["detail"]["notified"] == json!(false)
    });
    assert_eq!(silent.count(), USERS);
    import(&place, &["--no-notify"]).failed(2, "--sync");
}

/// Roles and groups of rows that are skipped are not created.
#[test]
fn skipped_row_creates_no_role() {
    let place = Place::configured();
    let rows = [
        row(1),
        // The address of another row, no address, and an unreadable cell.
        "2,user2,user1@x.example,true,User,taken_role,/taken,\n".to_owned(),
        "3,user3,,true,User,nameless_role,/nameless/below,\n".to_owned(),
        "4,user4,user4@x.example,perhaps,User,unread_role,/unread,\n".to_owned(),
        "5,user5,user5@x.example,true,User,used_role,/used/below,\n".to_owned(),
    ];
    place.write("users.csv", &file(rows));
    for more in [&["--dry-run"][..], &[]] {
        let done = import(&place, more);
        for name in [
            "taken_role",
            "nameless_role",
            "unread_role",
            "/taken",
            "/nameless/below",
            "/unread",
        ] {
            let kind = if name.starts_with('/') {
                "group"
            } else {
                "role"
            };
            let line = format!("skip {kind} {name}");
            assert!(done.stdout.contains(&line), "{line}: {}", done.stdout);
        }
    }
    let roles = place.run(&["role", "list"]).succeeded().stdout;
    assert!(
        roles.contains("used_role") && roles.contains("clerk"),
        "{roles}"
    );
    for name in ["taken_role", "nameless_role", "unread_role"] {
        assert!(!roles.contains(name), "{name}: {roles}");
    }
    place.run(&["group", "show", "/used/below"]).succeeded();
    place
        .run(&["group", "show", "/nameless"])
        .failed(1, "there is no group");
}
