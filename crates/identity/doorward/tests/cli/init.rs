//! Tests of `doorward init`: what it writes, a second run, and the server that starts with it.

use std::os::unix::fs::PermissionsExt as _;

use doorward_testkit::program::free_port;
use doorward_testkit::{UserAgent, stack};
use rstest::rstest;
use serde_json::json;

use super::program::{Done, KEY, Place};

const PASSWORD: &str = "quiet harbour lantern 93";
/// An address at which no server answers.
const ISSUER: &str = "https://localhost:1";
const CONFIG: &str = "site/doorward.toml";

/// Prepares a deployment in `site`.
fn init(place: &Place, more: &[&str]) -> Done {
    place.run(&[&["init", "--dir", "site"][..], more].concat())
}

fn read(place: &Place, name: &str) -> String {
    std::fs::read_to_string(place.path(name)).unwrap()
}

fn mode(place: &Place, name: &str) -> u32 {
    let metadata = place.path(name).metadata().unwrap();
    metadata.permissions().mode() & 0o777
}

fn link(done: &Done) -> String {
    let mut lines = done.stdout.lines();
    let link = lines.find(|line| line.contains("/setup?token="));
    link.unwrap_or_else(|| panic!("{done:?}")).to_owned()
}

/// A production begins with administration alone; the sample of the tasks API is added by a command.
#[test]
fn new_production_has_no_sample() {
    let place = Place::new();
    let options = ["--issuer", "https://id.example.org", "--https", "proxy"];
    init(&place, &options).succeeded();
    let names = |args: &[&str], member: &str| {
        let list = place.json(&[args, &["list", "--config", CONFIG, "--json"]].concat());
        let names = list.as_array().unwrap().iter();
        let names = names.map(|item| item[member].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&["role"], "name"), ["admin"]);
    for (list, member) in [("scope", "name"), ("permission", "codename")] {
        let found = names(&[list], member);
        let is_sample = |name: &String| {
            ["tasks", "projects", "content"]
                .iter()
                .any(|it| name.starts_with(it))
        };
        assert!(
            !found.is_empty() && !found.iter().any(is_sample),
            "{found:?}"
        );
    }
    assert_eq!(
        names(&["resource"], "identifier"),
        ["https://id.example.org"]
    );
    let setup = ["role", "setup", "--config", CONFIG, "--json"];
    assert_eq!(place.json(&setup)["roles"], 0);
    let audience = [
        "--set",
        "tasks",
        "--audience",
        "https://tasks.example.org/api",
    ];
    let added = place.json(&[&setup[..], &audience].concat());
    assert_eq!(
        (&added["roles"], &added["permissions"], &added["scopes"]),
        (&json!(8), &json!(22), &json!(6))
    );
    assert!(
        names(&["resource"], "identifier").contains(&"https://tasks.example.org/api".to_owned())
    );
}

#[test]
fn written_configuration_starts_and_link_creates_administrator() {
    let place = Place::new();
    let port = free_port();
    let issuer = format!("http://localhost:{port}");
    let options = ["--https", "proxy", "--email", "root@example.org"];
    let done = init(&place, &[&["--issuer", &issuer][..], &options].concat()).succeeded();
    let url = link(&done);
    assert!(url.starts_with(&issuer), "{url}");
    assert!(url.ends_with("&email=root%40example.org"), "{url}");
    for part in ["configuration", "administrator"] {
        assert!(done.stdout.contains(part), "no {part}: {}", done.stdout);
    }
    for text in ["created", "Next steps:", "doorward serve --config"] {
        assert!(done.stderr.contains(text), "no {text}: {}", done.stderr);
    }
    assert_eq!(mode(&place, "site/secret.key"), 0o600);
    assert_eq!(mode(&place, CONFIG), 0o644);
    assert!(!read(&place, CONFIG).contains(read(&place, "site/secret.key").trim()));
    let checked = place.run(&["config", "check", "--config", CONFIG]);
    checked.succeeded();

    let listen = format!("127.0.0.1:{port}");
    let environment = [("DOORWARD_LISTEN", listen.as_str())];
    let mut server = place.start(&["serve", "--config", CONFIG], &environment);
    let printed = server.stderr_until("\"serving\"");
    let kept = "The link that was printed before works until";
    assert!(printed.contains(kept), "{printed}");
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    stack::block_on(async move {
        let agent = UserAgent::new();
        let offered = agent.get(&discovery).await.json();
        let scopes = offered["scopes_supported"].to_string();
        assert!(
            scopes.contains("openid") && !scopes.contains("tasks"),
            "{scopes}"
        );
        let page = agent.get(&url).await;
        let form = page.form("#setup");
        assert_eq!(form.value("email"), Some("root@example.org"));
        let form = form.with("username", "root").with("password", PASSWORD);
        let done = agent.submit(&form.with("password_confirm", PASSWORD)).await;
        let page = agent.follow(done, "").await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert!(page.url.path().starts_with("/admin/setup"), "{}", page.url);
    });
    // Administrator and files are there, so a further run only checks.
    let again = init(&place, &[]).succeeded();
    assert!(!again.stdout.contains("/setup?token="), "{again:?}");
    assert!(
        again.stderr.contains("There is an administrator."),
        "{again:?}"
    );
    assert_eq!(server.terminate(), 0);
}

#[test]
fn second_run_keeps_all_files() {
    let place = Place::new();
    let issuer = ["--issuer", ISSUER];
    let first = init(&place, &[&issuer[..], &["--https", "proxy"]].concat()).succeeded();
    assert!(
        first
            .stderr
            .contains("proxy of localhost pass its requests"),
        "{first:?}"
    );
    let files = ["site/secret.key", CONFIG].map(|name| read(&place, name));
    let other = ["--issuer", "https://localhost:2"];
    let again = init(&place, &other).succeeded();
    assert!(
        again.stderr.contains("because --issuer would only apply"),
        "{again:?}"
    );
    assert_ne!(link(&first), link(&again));
    assert!(link(&again).starts_with("https://localhost:1/"));
    let document = init(&place, &["--json"]).succeeded().json();
    assert_eq!(
        document["created"].as_array().unwrap().len(),
        0,
        "{document}"
    );
    let kept = document["kept"][0].as_str().unwrap();
    assert!(kept.ends_with(CONFIG), "{document}");
    assert!(document["doctor"].is_array() && document["next_steps"].is_array());
    assert_eq!(
        ["site/secret.key", CONFIG].map(|name| read(&place, name)),
        files
    );
}

#[test]
fn interrupted_run_is_continued() {
    let place = Place::new();
    std::fs::create_dir(place.path("site")).unwrap();
    place.write("site/secret.key", KEY);
    place.write("smtp.url", "smtp://127.0.0.1:1\n");
    let options = [
        "--issuer",
        ISSUER,
        "--https",
        "proxy",
        "--smtp-url-file",
        "smtp.url",
    ];
    let done = init(&place, &options).succeeded();
    assert!(done.stderr.contains("kept"), "{done:?}");
    assert_eq!(read(&place, "site/secret.key"), KEY);
    let config = place.json(&["config", "print", "--json", "--config", CONFIG]);
    assert_eq!(config["mail"]["smtp_url"], "smtp://127.0.0.1:1");
    assert_eq!(config["registration"]["enabled"], false);
}

#[test]
fn unit_starts_this_deployment() {
    let place = Place::new();
    let options = [
        "--issuer",
        ISSUER,
        "--https",
        "proxy",
        "--database",
        "sqlite://data/id.sqlite",
        "--user",
        "root",
        "--unit",
        "id.service",
    ];
    let planned = init(&place, &[&options[..], &["--dry-run"]].concat()).succeeded();
    assert!(
        planned.stdout.contains("issuer = \"https://localhost:1\""),
        "{planned:?}"
    );
    assert!(planned.stderr.contains("would create"), "{planned:?}");
    assert!(!place.path("site").exists() && !place.path("id.service").exists());
    let done = init(&place, &options).succeeded();
    assert!(done.stderr.contains("systemctl enable --now"), "{done:?}");
    let unit = read(&place, "id.service");
    for part in ["User=root\n", "/site/data\n", "/site/doorward.toml\n"] {
        assert!(unit.contains(part), "no {part}: {unit}");
    }
    assert!(place.path("site/data/id.sqlite").exists());
}

#[rstest]
#[case::nothing(&[], 2, "--issuer is missing")]
#[case::issuer(&["--issuer", "id.example.org"], 2, "https://id.example.org")]
#[case::https(&["--issuer", "https://id.example.org"], 2, "--https is missing")]
#[case::certificate(
    &["--issuer", "https://id.example.org", "--https", "files", "--certificate", "no.pem"],
    2,
    "there is no file"
)]
#[case::password(
    &["--issuer", "https://id.example.org", "--https", "proxy", "--smtp", "smtps://a:b@localhost"],
    2,
    "--smtp-url-file"
)]
#[case::address(
    &["--issuer", "https://192.0.2.1", "--https", "acme", "--accept-terms"],
    1,
    "an IP address"
)]
fn bad_answers_change_nothing(#[case] options: &[&str], #[case] code: i32, #[case] text: &str) {
    let place = Place::new();
    init(&place, options).failed(code, text);
    assert!(!place.path("site").exists());
}
