//! Tests of `permission`, of the recipe for subscriptions, and of a token for the admin API.

use serde_json::{Value, json};

use super::program::{Place, get, send};

const BILLS: &str = "https://bills.example.org/api";

#[test]
fn permission_is_created_given_and_deleted() {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    let create = ["permission", "create", "bills:pay", "--resource", BILLS];
    let described = [&create[..], &["--description", "Pay bills", "--json"]].concat();
    let expected = json!({
        "codename": "bills:pay", "description": "Pay bills", "audience": BILLS,
    });
    let done = place.run(&described).succeeded();
    assert!(done.stderr.contains("is not registered"), "{}", done.stderr);
    let created: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(created, expected);
    place.run(&create).failed(5, "already");
    let listed = place.json(&["permission", "list", "--json"]);
    assert!(listed.as_array().unwrap().contains(&expected), "{listed}");
    let role = [
        "role",
        "create",
        "payer",
        "--permission",
        "bills:pay",
        "--json",
    ];
    assert_eq!(place.json(&role)["permissions"], json!(["bills:pay"]));
    for (wrong, code, problem) in [
        (["pay", BILLS], 1, "write resource:action"),
        (["bills:read", "relative"], 1, "write the URI"),
        (
            ["bills:read", "http://localhost:8400"],
            1,
            "not of this server",
        ),
    ] {
        let [name, resource] = wrong;
        place
            .run(&["permission", "create", name, "--resource", resource])
            .failed(code, problem);
    }
    let delete = ["permission", "delete", "bills:pay", "--json"];
    assert_eq!(place.json(&delete)["deleted"], json!(true));
    let roles = place.json(&["role", "list", "--json"]);
    let mut roles = roles.as_array().unwrap().iter();
    let payer = roles.find(|role| role["name"] == "payer").unwrap();
    assert_eq!(payer["permissions"], json!([]));
    place.run(&delete).failed(1, "bills:pay");
    place
        .run(&["permission", "delete", "users:read"])
        .failed(1, "cannot be deleted");
}

/// Returns the words of a command line with quoted ones.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(index, part)| {
        if index % 2 == 1 {
            return vec![part.to_owned()];
        }
        part.split_whitespace().map(str::to_owned).collect()
    });
    words.collect()
}

/// Runs the commands of the guide: only the user with the plan reads its articles.
#[test]
fn recipe_for_subscriptions_works_as_printed() {
    let place = Place::new();
    let mut dev = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let welcome = dev.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let issuer = after("Identity server");
    let api = after("Tasks API").replace("/tasks/", "");
    let token = |user: &str, scope: &[&str]| {
        let args = ["token", "--data-dir", ".doorward", "--user", user];
        let token = place.run(&[&args[..], scope].concat()).succeeded().stdout;
        format!("Bearer {}", token.trim())
    };
    // The admin API takes a token with the scope `admin`, for what the user may.
    for (user, scope, status) in [
        ("admin", &["--scope", "admin"][..], 200),
        ("admin", &[], 403),
        ("alice", &["--scope", "admin"], 403),
    ] {
        let bearer = token(user, scope);
        let url = format!("{issuer}/api/admin/permissions");
        let (found, body) = get(&url, &[("authorization", &bearer)]);
        assert_eq!(found, status, "{user} {scope:?} {body}");
    }
    let articles = format!("{api}/articles/");
    let article = r#"{"title": "For subscribers", "plan": "pro", "published": true}"#;
    let author = token("admin", &[]);
    let headers = [
        ("authorization", author.as_str()),
        ("content-type", "application/json"),
    ];
    let (status, body) = send("POST", &articles, &headers, article);
    assert_eq!(status, 201, "{body}");
    let page = include_str!("../../../../../docs/guides/tasks-api.md");
    let (_, recipe) = page.split_once("### Sell a plan").unwrap();
    let (_, recipe) = recipe.split_once("```sh\n").unwrap();
    let (recipe, _) = recipe.split_once("```").unwrap();
    for line in recipe.lines() {
        let line = line.replace("https://tasks.example.org/api", &api);
        let words = words(line.strip_prefix("doorward ").unwrap());
        let words = words.iter().map(String::as_str);
        let command: Vec<_> = words.chain(["--data-dir", ".doorward"]).collect();
        place.run(&command).succeeded();
    }
    for (user, expected) in [("alice", 1), ("bob", 0)] {
        let bearer = token(user, &[]);
        let (status, body) = get(&articles, &[("authorization", &bearer)]);
        let body: Value = serde_json::from_str(&body).unwrap();
        let found = body["items"].as_array().map_or(0, Vec::len);
        assert_eq!(found, expected, "{user} {status} {body}");
    }
    assert_eq!(dev.terminate(), 0);
}
