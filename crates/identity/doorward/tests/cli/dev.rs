//! Tests of `dev` and `token`, the first commands of a new operator.

use doorward_testkit::{UserAgent, jwt, stack};
use serde_json::json;

use super::program::{Place, Running, get, send};

pub struct Instance {
    pub server: Running,
    welcome: String,
    pub issuer: String,
    pub tasks: String,
}

const DEV: &[&str] = &["dev", "--port", "0", "--tasks-port", "0"];

pub fn start(place: &Place, more: &[&str]) -> Instance {
    let mut server = place.start(&[DEV, more].concat(), &[]);
    let welcome = server.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let issuer = after("Identity server");
    let tasks = after("Tasks API").replace("/api/tasks/", "");
    Instance {
        server,
        welcome,
        issuer,
        tasks,
    }
}

fn password(welcome: &str) -> String {
    let line = welcome
        .lines()
        .find(|line| line.contains("Password"))
        .unwrap();
    line.split_whitespace().last().unwrap().to_owned()
}

#[test]
fn configuration_of_dev_is_printed_with_its_sources() {
    let place = Place::new();
    let dev = start(&place, &[]);
    for target in [&[][..], &["--data-dir", ".doorward"]] {
        let print = [&["config", "print"][..], target].concat();
        let printed = place.run(&print).succeeded().stdout;
        let issuer = format!("issuer = \"{}\"  # doorward dev\n", dev.issuer);
        assert!(printed.contains(&issuer), "{printed}");
        assert!(printed.contains("access_ttl = 300  # default"), "{printed}");
    }
}

#[test]
fn first_command_runs_whole_system_and_second_gets_token() {
    let place = Place::new();
    let dev = start(&place, &[]);
    for word in [
        "admin",
        "mona",
        "alice",
        "bob",
        "curl -H \"Authorization: Bearer $(",
    ] {
        assert!(dev.welcome.contains(word), "{word}: {}", dev.welcome);
    }
    let (status, _) = get(
        &format!("{}/.well-known/openid-configuration", dev.issuer),
        &[],
    );
    assert_eq!(status, 200);
    // Each page that the welcome names exists.
    for (label, path, status) in [
        ("Console", "/admin", 303),
        ("Account", "/account", 303),
        ("Mail inbox", "/dev/mail", 200),
    ] {
        let line = dev.welcome.lines().find(|line| line.contains(label));
        let url = format!("{}{path}", dev.issuer);
        assert!(line.unwrap().ends_with(&url), "{}", dev.welcome);
        assert_eq!(get(&url, &[]).0, status, "{url}");
    }
    let done = place
        .run(&["token", "--user", "alice", "--url", &dev.issuer])
        .succeeded();
    let from_data = place.run(&["token", "--data-dir", ".doorward"]).succeeded();
    assert_eq!(from_data.stdout.split('.').count(), 3, "{from_data:?}");
    place
        .run(&["token", "--data-dir", "elsewhere"])
        .failed(1, "elsewhere is not a development instance");
    place
        .run(&["token", "--url", "localhost:8400"])
        .failed(2, "write a URL such as http://localhost:8400");
    let token = done.stdout.trim_end();
    assert_eq!(
        token.split('.').count(),
        3,
        "only the token is printed: {}",
        done.stdout
    );
    assert_eq!(done.stderr, "");
    let acme = ["org", "create", "acme", "--name", "Acme", "--owner", "mona"];
    place.run(&acme).succeeded();
    let in_acme = |user| {
        place.run(&[
            "token",
            "--user",
            user,
            "--org",
            "acme",
            "--url",
            &dev.issuer,
        ])
    };
    let of_mona = in_acme("mona").succeeded().stdout;
    assert_eq!(jwt::claims(of_mona.trim_end())["org"], "acme");
    in_acme("alice").failed(1, "does not belong to the organization");
    let bearer = format!("Bearer {token}");
    let list = format!("{}/api/tasks/", dev.tasks);
    assert_eq!(get(&list, &[]).0, 401);
    let (status, body) = get(&list, &[("Authorization", &bearer)]);
    assert_eq!(status, 200, "{body}");
    assert_eq!(body.matches("\"title\"").count(), 3, "{body}");
    assert_eq!(dev.server.terminate(), 0);
}

#[test]
fn second_instance_leaves_data_of_running_one() {
    let place = Place::new();
    let dev = start(&place, &[]);
    for more in [&[] as &[&str], &["--fresh"]] {
        place
            .run(&[DEV, more].concat())
            .failed(1, "another `doorward dev` runs on .doorward");
    }
    let other = start(&place, &["--data-dir", "my data"]);
    assert_eq!(other.server.terminate(), 0);
    place.run(&["token", "--url", &dev.issuer]).succeeded();
    assert_eq!(dev.server.terminate(), 0);
    let again = start(&place, &["--fresh"]);
    assert_eq!(again.server.terminate(), 0);
}

#[test]
fn narrowed_token_and_rejection_reason_are_printed() {
    let place = Place::new();
    let dev = start(&place, &[]);
    let url = dev.issuer.as_str();
    let narrow = [
        "token",
        "--url",
        url,
        "--scope",
        "openid",
        "--scope",
        "tasks:read",
    ];
    assert!(!place.run(&narrow).succeeded().stdout.is_empty());
    place
        .run(&["token", "--url", url, "--user", "nobody"])
        .failed(1, "nobody");
    place
        .run(&["token", "--url", url, "--client", "none"])
        .failed(1, "none");
    place
        .run(&["token", "--url", url, "--scope", "nonsense"])
        .failed(1, "scope");
    place
        .run(&["token", "--url", &dev.tasks])
        .failed(1, "only `doorward dev` gives tokens away");
    // The second factor that a client requires cannot be bypassed here.
    let client = ["client", "update", "doorward-dev", "--require-mfa"];
    let beside = ["--data-dir", ".doorward"];
    place.run(&[&client[..], &beside].concat()).succeeded();
    // The running server may cache the client for a second.
    std::iter::repeat_with(|| place.run(&["token", "--url", url, "--user", "alice"]))
        .take(200)
        .find(|done| done.code != 0)
        .expect("a refusal")
        .failed(1, "second factor");
    place
        .run(&["token", "--url", "http://127.0.0.1:9"])
        .failed(6, "start `doorward dev` first");
}

/// Checks the log with all other messages off: each rejected request is one line, whatever
/// characters it contains.
#[test]
fn rejected_request_is_logged_in_single_line_with_fix() {
    let place = Place::new();
    let mut dev = start(&place, &[]);
    let ask = |query: &str| get(&format!("{}/oauth2/authorize?{query}", dev.issuer), &[]).0;
    assert_eq!(ask("response_type=code&client_id=a%0Arejected%20b"), 400);
    let wrong = "https%3A%2F%2Fevil.example%2Fcb%0Arejected";
    assert_eq!(
        ask(&format!(
            "response_type=code&client_id=tasks-web&redirect_uri={wrong}"
        )),
        400
    );
    let said = dev.server.stderr_until("explain");
    let said = said + &dev.server.stderr_until("evil.example");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines[0].starts_with("rejected /oauth2/authorize invalid_client: "),
        "{said}"
    );
    // The command works as printed.
    let (_, command) = lines[0].split_once("more: ").unwrap();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let told = place.run(&words).succeeded().stdout;
    assert!(told.contains("invalid_client"), "{command}: {told}");
    let told = "rejected /oauth2/authorize client=tasks-web invalid_request: redirect_uri is not \
                registered for this client; expected http://localhost:";
    assert!(lines[1].starts_with(told), "{said}");
    assert!(
        lines[1].contains(
            "doorward client --data-dir .doorward update tasks-web --add-redirect-uri URI"
        ),
        "{said}"
    );
    // The command that the line suggests works.
    let beside = ["--data-dir", ".doorward", "--json"];
    let add = [
        "client",
        "update",
        "tasks-web",
        "--add-redirect-uri",
        "https://app.example/cb",
    ];
    let client = place.json(&[&add[..], &beside].concat());
    let uris = client["redirect_uris"].as_array().unwrap();
    assert!(
        uris.len() > 1 && uris.contains(&json!("https://app.example/cb")),
        "{client}"
    );
}

/// Checks that successful sign-ins do not count in development; the limit of five per minute is for
/// guesses.
#[test]
fn successful_sign_ins_are_unlimited_in_development() {
    let place = Place::new();
    let dev = start(&place, &[]);
    let password = password(&dev.welcome);
    let sign_in = |password: &str| {
        let body = json!({ "username": "alice", "password": password }).to_string();
        let headers = [("Content-Type", "application/json")];
        send(
            "POST",
            &format!("{}/api/auth/login/", dev.issuer),
            &headers,
            &body,
        )
        .0
    };
    for _ in 0..12 {
        assert_eq!(sign_in(&password), 200);
    }
    let wrong: Vec<u16> = (0..7).map(|_| sign_in("wrong")).collect();
    assert_eq!(wrong[0], 401, "{wrong:?}");
    assert!(wrong.contains(&429), "{wrong:?}");
}

#[test]
fn second_start_keeps_data_and_fresh_start_deletes_data() {
    let place = Place::new();
    let first = start(&place, &[]);
    assert!(first.welcome.contains("(new)"), "{}", first.welcome);
    let beside = ["--data-dir", ".doorward", "--json"];
    let users = place.json(&[&["user", "list"], &beside[..]].concat());
    assert_eq!(users.as_array().unwrap().len(), 4);
    let create = ["user", "create", "carol", "--email", "carol@example.com"];
    place
        .run(&[&create[..], &["--data-dir", ".doorward"]].concat())
        .succeeded();
    // Beside the running server, which seals the log too.
    let report = place.json(&[&["audit", "verify"], &beside[..]].concat());
    assert_eq!(report["intact"], true, "{report}");
    let kept = password(&first.welcome);
    assert_eq!(first.server.terminate(), 0);

    let second = start(&place, &[]);
    assert!(
        second.welcome.contains("kept from an earlier start"),
        "{}",
        second.welcome
    );
    assert_eq!(password(&second.welcome), kept);
    place
        .run(&["token", "--user", "carol", "--url", &second.issuer])
        .succeeded();
    // The ports differ from those of the first start: the tasks API must still accept the tokens.
    let token = place
        .run(&["token", "--url", &second.issuer])
        .succeeded()
        .stdout;
    let bearer = format!("Bearer {}", token.trim_end());
    let list = format!("{}/api/tasks/", second.tasks);
    let (status, body) = get(&list, &[("Authorization", &bearer)]);
    assert_eq!(status, 200, "{body}");
    let samples = body.matches("\"title\"").count();
    assert_eq!(samples, 3, "a second start adds no samples: {body}");
    assert_eq!(second.server.terminate(), 0);

    let third = start(&place, &["--fresh"]);
    assert!(third.welcome.contains("(new)"), "{}", third.welcome);
    assert_ne!(password(&third.welcome), kept);
    place
        .run(&["token", "--user", "carol", "--url", &third.issuer])
        .failed(1, "carol");
    assert_eq!(third.server.terminate(), 0);
}

#[test]
fn foreign_directory_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("home")).unwrap();
    place.write("home/thesis.txt", "years of work");
    let args = [DEV, &["--data-dir", "home", "--fresh"]].concat();
    place.run(&args).failed(1, "not a development instance");
    assert!(place.path("home/thesis.txt").exists());
    place
        .run(&["user", "list", "--data-dir", "home"])
        .failed(1, "not a development instance");
}

#[test]
fn port_in_use_is_reported_before_any_file_is_created() {
    let place = Place::new();
    let existing = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = existing.local_addr().unwrap().port().to_string();
    place
        .run(&["dev", "--port", &port, "--tasks-port", "0"])
        .failed(1, "with --port");
    assert!(!place.path(".doorward").exists());
}

#[test]
fn web_client_is_registered_at_ports_in_use() {
    let place = Place::new();
    let dev = start(&place, &[]);
    let client = place.json(&[
        "client",
        "show",
        "tasks-web",
        "--json",
        "--data-dir",
        ".doorward",
    ]);
    assert_eq!(
        client["redirect_uris"],
        json!([format!("{}/web/callback", dev.tasks)])
    );
    assert_eq!(client["first_party"], false);
    let (status, _) = get(&format!("{}/web/", dev.tasks), &[]);
    assert_eq!(status, 200);
}

async fn sign_in(dev: &Instance, name: &str) -> UserAgent {
    let agent = UserAgent::new();
    let page = agent.get(format!("{}/login", dev.issuer)).await;
    let form = page
        .form("#login")
        .with("identifier", name)
        .with("password", &password(&dev.welcome));
    agent.submit(&form).await;
    agent
}

/// Creates an API key for alice on the account page.
async fn make_key(dev: &Instance) -> String {
    let agent = sign_in(dev, "alice").await;
    let page = agent
        .get(format!("{}/account/api-keys/new", dev.issuer))
        .await;
    let form = page
        .form("#new-key")
        .with("name", "first try")
        .with("scope", "tasks:read");
    let page = agent.submit(&form).await;
    page.text_of("#key").unwrap()
}

/// Checks that the home of the console leads to what can be tried here, and names no task of a
/// production deployment.
#[test]
fn home_of_console_leads_to_what_can_be_tried() {
    let place = Place::new();
    let dev = start(&place, &[]);
    stack::block_on(async {
        let admin = sign_in(&dev, "admin").await;
        let home = admin.get(format!("{}/admin", dev.issuer)).await;
        assert!(
            !home.has("section[aria-labelledby=setup]"),
            "{}",
            home.dump()
        );
        let links = home.attributes("section[aria-labelledby=try] a", "href");
        assert_eq!(links, ["/admin/apps", "/admin/sign-ins", "/dev/mail"]);
        for link in links {
            let page = admin.get(format!("{}{link}", dev.issuer)).await;
            assert_eq!(page.status, 200, "{link}: {}", page.dump());
        }
    });
    assert_eq!(dev.server.terminate(), 0);
}

#[test]
fn key_from_account_page_opens_tasks_api() {
    let place = Place::new();
    let dev = start(&place, &[]);
    stack::block_on(async {
        let key = make_key(&dev).await;
        let list = format!("{}/api/tasks/", dev.tasks);
        let (status, body) = get(&list, &[("X-API-Key", &key)]);
        assert_eq!(status, 200, "{body}");
        assert_eq!(get(&list, &[("X-API-Key", "dw_nonsense")]).0, 401);
    });
    assert_eq!(dev.server.terminate(), 0);
}
