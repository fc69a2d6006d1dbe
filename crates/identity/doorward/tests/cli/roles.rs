//! Tests of `role update`, `role delete` and `role setup --set`.

use std::collections::BTreeSet;

use serde_json::json;

use super::program::Place;

#[test]
fn role_is_updated_and_deleted() {
    let place = Place::configured();
    let create = ["role", "create", "clerk"];
    place
        .run(&[&create[..], &["--permission", "tasks:read"]].concat())
        .succeeded();
    let update = [
        "role",
        "update",
        "clerk",
        "--description",
        "Keeps the files",
        "--add-permission",
        "tasks:write",
        "--add-permission",
        "content:read",
        "--remove-permission",
        "tasks:read",
        "--json",
    ];
    let changed = place.json(&update);
    assert_eq!(changed["description"], "Keeps the files");
    assert_eq!(
        changed["permissions"],
        json!(["content:read", "tasks:write"])
    );
    // A repeat changes nothing.
    assert_eq!(place.json(&update), changed);

    place
        .run(&["role", "update", "clerk"])
        .failed(2, "nothing to change");
    for option in ["--add-permission", "--remove-permission"] {
        place
            .run(&["role", "update", "clerk", option, "tasks:fly"])
            .failed(1, "does not exist");
    }
    place
        .run(&["role", "update", "nobody", "--description", "x"])
        .failed(1, "there is no role");

    let removed = place.json(&["role", "delete", "clerk", "--json"]);
    assert_eq!(removed["deleted"], true);
    place
        .run(&["role", "delete", "clerk"])
        .failed(1, "there is no role");
    let text = place
        .run(&["audit", "tail", "--limit", "50", "--json"])
        .succeeded()
        .stdout;
    for word in ["created", "changed", "deleted"] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[test]
fn role_admin_is_protected() {
    let place = Place::configured();
    place
        .run(&["role", "delete", "admin"])
        .failed(1, "cannot be deleted");
    place
        .run(&[
            "role",
            "update",
            "admin",
            "--remove-permission",
            "users:write",
        ])
        .failed(1, "keeps every permission");
    let update = ["role", "update", "admin", "--description", "All", "--json"];
    assert_eq!(place.json(&update)["description"], "All");
}

#[test]
fn guides_set_adds_missing_roles_once() {
    let place = Place::configured();
    let standard = place.json(&["role", "setup", "--set", "tasks", "--json"]);
    assert_eq!(standard["roles"], 9, "{standard}");
    let create = ["role", "create", "hr", "--description", "Own"];
    place.run(&create).succeeded();
    let added = place.json(&["role", "setup", "--set", "guides", "--json"]);
    assert_eq!(added["roles"], 6, "all but the existing one: {added}");
    let again = place.json(&["role", "setup", "--set", "guides", "--json"]);
    assert_eq!(again["roles"], 0, "{again}");

    let list = place.json(&["role", "list", "--json"]);
    let role = |name: &str| {
        let mut all = list.as_array().unwrap().iter();
        all.find(|role| role["name"] == name).cloned().unwrap()
    };
    assert_eq!(role("hr")["description"], "Own");
    assert_eq!(role("restricted_ip")["permissions"], json!([]));
    assert_eq!(
        role("basic")["permissions"],
        json!(["content:read", "tasks:read", "tasks:write"])
    );
    for name in ["senior_manager", "project_admin", "premium"] {
        assert!(!role(name)["permissions"].as_array().unwrap().is_empty());
    }
    assert!(role("verified_user")["active"].as_bool().unwrap());
    place.run(&["role", "delete", "premium"]).succeeded();
    let setup = place.run(&["role", "setup", "--set", "guides"]);
    let said = setup.succeeded().stderr;
    let expected = "Added: 1 role, 0 permissions and 0 scopes.\n";
    assert!(said.contains(expected), "{said}");
    place
        .run(&["role", "setup", "--set", "other"])
        .failed(2, "guides");
}

#[test]
fn guides_set_works_on_new_database() {
    let place = Place::configured();
    let added = place.json(&["role", "setup", "--set", "guides", "--json"]);
    assert_eq!(added["roles"], 16, "{added}");
    let list = place.json(&["role", "list", "--json"]);
    let mut all = list.as_array().unwrap().iter();
    let hr = all.find(|role| role["name"] == "hr").unwrap();
    assert_eq!(
        hr["permissions"],
        json!(["groups:read", "people:contact", "users:read"])
    );
}

#[test]
fn piped_table_is_aligned_and_whole() {
    let place = Place::configured();
    let table = place.run(&["role", "list"]).succeeded().stdout;
    let mut lines = table.lines();
    let column = lines.next().unwrap().find("DESCRIPTION").unwrap();
    let roles = place.json(&["role", "list", "--json"]);
    for (role, line) in roles.as_array().unwrap().iter().zip(lines) {
        let shown: String = line.chars().skip(column).collect();
        assert_eq!(shown, role["description"].as_str().unwrap(), "{table}");
    }
}

#[test]
fn role_by_group_is_listed_with_its_reason() {
    let place = Place::configured();
    for name in ["ann", "bea"] {
        let email = format!("{name}@example.org");
        place
            .run(&["user", "create", name, "--email", &email])
            .succeeded();
    }
    let end = "2099-01-01T00:00:00Z";
    for command in [
        &["group", "create", "/desk"][..],
        &["group", "create", "/desk/night"],
        &["group", "add-member", "/desk/night", "--user", "ann"],
        &["role", "assign", "--user", "bea", "--role", "editor"],
        &[
            "role",
            "assign",
            "--group",
            "/desk",
            "--role",
            "editor",
            "--expires",
            end,
        ],
    ] {
        place.run(command).succeeded();
    }
    let shown = place.json(&["user", "show", "ann", "--json"]);
    assert_eq!(shown["roles"], json!(["editor"]));
    let of_ann = ["role", "assignments", "--user", "ann", "--effective"];
    let reason = &place.json(&[&of_ann[..], &["--json"]].concat())[0];
    assert_eq!(reason["role"], "editor", "{shown}");
    assert_eq!(reason["group"], "/desk", "{shown}");
    assert_eq!(reason["member_of"], "/desk/night", "{shown}");
    assert_eq!(reason["expires_at"], end, "{shown}");
    assert_eq!(reason["active"], true, "{shown}");
    let text = place.run(&of_ann).succeeded().stdout;
    assert!(text.contains("/desk/night"), "{text}");
    let names = |command: &[&str]| {
        let list = place.json(&[command, &["--json"]].concat());
        let items = list.as_array().unwrap().iter();
        let names = items.map(|item| item["username"].as_str().unwrap_or("-").to_owned());
        // Assignments of the same second have no order.
        names.collect::<BTreeSet<_>>()
    };
    let users = ["user", "list", "--role", "editor", "--second-factor=none"];
    let set = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    assert_eq!(names(&users), set(&["ann", "bea"]));
    let list = ["role", "assignments", "--role", "editor"];
    assert_eq!(names(&list), set(&["bea", "-"]));
    let effective = [&list[..], &["--effective"]].concat();
    assert_eq!(names(&effective), set(&["bea", "ann"]));
    assert!(names(&of_ann[..4]).is_empty());
    assert_eq!(names(&of_ann), set(&["ann"]));
    let of_desk = ["role", "assignments", "--group", "/desk", "--effective"];
    assert_eq!(names(&of_desk), set(&["ann"]));
    let csv = [&effective[..], &["--csv"]].concat();
    let csv = place.run(&csv).succeeded().stdout;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[0].starts_with("name,role,organization,"), "{csv}");
    let ann = "ann,editor,,/desk,/desk/night,";
    assert!(lines[1..].iter().any(|line| line.contains(ann)), "{csv}");
    let both = [&effective[..], &["--csv", "--json"]].concat();
    place.run(&both).failed(2, "--json");
    place
        .run(&["role", "revoke", "--group", "/desk", "--role", "editor"])
        .succeeded();
    assert_eq!(names(&users), set(&["bea"]));
    assert!(names(&of_ann).is_empty());
}
