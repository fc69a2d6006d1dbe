//! Tests of `doorward profile-field`, and of its values in custom claims.

use serde_json::json;

use super::program::Place;

/// Creates the users alice and bob.
fn with_users() -> Place {
    let place = Place::configured();
    for name in ["alice", "bob"] {
        let email = format!("{name}@example.org");
        let create = ["user", "create", name, "--email", &email];
        place.run(&create).succeeded();
    }
    place
}

#[test]
fn field_is_created_changed_set_and_deleted() {
    let place = with_users();
    let create = ["profile-field", "create", "company", "--label", "Company"];
    let rights = ["--editable-by", "user", "--visible-to", "directory"];
    let made = place.json(&[&create[..], &rights, &["--json"]].concat());
    assert_eq!(made["type"], "text");
    assert_eq!(made["max_length"], 255);
    assert_eq!(made["editable_by"], "user");
    assert_eq!(made["visible_to"], "directory");
    place.run(&create).failed(5, "already is a profile field");
    let office = ["profile-field", "create", "office", "--label", "Office"];
    let choices = ["--type", "choice", "--choice", "Bonn", "--choice", "Paris"];
    let made = place.json(&[&office[..], &choices, &["--json"]].concat());
    assert_eq!(made["choices"], json!(["Bonn", "Paris"]));
    assert_eq!(made["editable_by"], "admin");
    assert_eq!(made["visible_to"], "user");
    let manager = ["profile-field", "create", "manager", "--label", "Manager"];
    place
        .run(&[&manager[..], &["--type", "user"]].concat())
        .succeeded();
    let update = ["profile-field", "update", "company", "--max-length", "100"];
    let changed = place.json(&[&update[..], &["--label", "Employer", "--json"]].concat());
    assert_eq!(changed["label"], "Employer");
    assert_eq!(changed["max_length"], 100);
    let listed = place.json(&["profile-field", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
    let table = place.run(&["profile-field", "list"]).succeeded().stdout;
    assert!(
        table.starts_with("NAME") && table.contains("Employer"),
        "{table}"
    );
    let shown = place.json(&["profile-field", "show", "company", "--json"]);
    assert_eq!(shown, changed);
    let set = ["user", "update", "alice", "--json"];
    let values = [
        "--field=company=Acme = Sons",
        "--field=office=Bonn",
        "--field=manager=bob@example.org",
    ];
    let set = place.json(&[&set[..], &values].concat());
    let bob = place.json(&["user", "show", "bob", "--json"]);
    assert_eq!(
        set["fields"],
        json!({ "company": "Acme = Sons", "office": "Bonn", "manager": bob["id"] })
    );
    let emptied = place.json(&["user", "update", "alice", "--field", "office=", "--json"]);
    assert_eq!(emptied["fields"]["office"], json!(null));
    let gone = place.json(&["profile-field", "delete", "company", "--json"]);
    assert_eq!(gone["deleted"], true);
    let left = place.json(&[
        "user",
        "update",
        "alice",
        "--field",
        "office=Paris",
        "--json",
    ]);
    assert_eq!(
        left["fields"],
        json!({ "office": "Paris", "manager": bob["id"] })
    );
    let audit = ["audit", "tail", "--limit", "200"];
    let text = place.run(&audit).succeeded().stdout;
    assert!(text.contains("profile_field.changed"), "{text}");
}

#[test]
fn invalid_fields_and_values_are_rejected() {
    let place = with_users();
    let create = |more: &[&str]| {
        let with = ["profile-field", "create"];
        place.run(&[&with[..], more, &["--label", "X"]].concat())
    };
    create(&["email"]).failed(1, "choose another name");
    create(&["Company"]).failed(1, "write 1 to 40 of a-z");
    create(&["x", "--type", "html"]).failed(1, "write text, number, boolean");
    create(&["x", "--type", "date", "--max-length", "9"]).failed(1, "only the type text");
    create(&["x", "--editable-by", "all"]).failed(2, "possible values: user, admin");
    create(&["x", "--editable-by", "user", "--visible-to", "admin"]).failed(1, "cannot be edited");
    create(&["hired", "--type", "date"]).succeeded();
    create(&["manager", "--type", "user"]).succeeded();
    let set = |value: &str| place.run(&["user", "update", "alice", "--field", value]);
    set("hired=yesterday").failed(1, "write a date such as 2026-01-31");
    set("manager=carol").failed(1, "there is no such user");
    set("other=1").failed(1, "there is no field");
    set("hired").failed(2, "write NAME=VALUE");
    place
        .run(&["user", "update", "carol", "--field", "hired=2024-02-01"])
        .failed(1, "there is no user");
    place
        .run(&["profile-field", "update", "hired"])
        .failed(2, "nothing to change");
    place
        .run(&["profile-field", "update", "hired", "--choice", "a"])
        .failed(1, "only the type choice");
    place
        .run(&["profile-field", "show", "other"])
        .failed(1, "there is no profile field");
}

#[test]
fn field_of_claim_is_explained_and_not_deleted() {
    let place = with_users();
    let field = ["profile-field", "create", "company", "--label", "Company"];
    place.run(&field).succeeded();
    place
        .run(&["user", "update", "alice", "--field", "company=Acme"])
        .succeeded();
    let put = ["claim", "put", "company", "--claim", "company"];
    let source = ["--output", "access_token", "--profile-field", "company"];
    let put = [&put[..], &source].concat();
    place.run(&put).failed(1, "needs a scope");
    let scoped = [&put[..], &["--scope", "profile", "--json"]].concat();
    let made = place.json(&scoped);
    let expected = json!({ "kind": "profile_field", "field": "company" });
    assert_eq!(made["source"], expected);
    place
        .run(&["profile-field", "delete", "company"])
        .failed(1, "the claim company contains it");
    let both = [&scoped[..], &["--constant", "x"]].concat();
    place.run(&both).failed(2, "cannot be used with");
    let unknown = ["--output", "id_token", "--profile-field", "unknown"];
    let other = [
        "claim", "put", "other", "--claim", "other", "--scope", "profile",
    ];
    place
        .run(&[&other[..], &unknown].concat())
        .failed(1, "there is no profile field");
    place.run(&["claim", "remove", "company"]).succeeded();
    place
        .run(&["profile-field", "delete", "company"])
        .succeeded();
}
