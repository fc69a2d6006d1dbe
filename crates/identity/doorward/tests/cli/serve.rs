//! Tests of `serve` and `tasks`: rejected settings, start and stop.

use std::io::{Read as _, Write as _};

use doorward_testkit::program::free_port;
use rstest::rstest;

use super::program::{KEY, Place, get};

#[rstest]
#[case(
    "DOORWARD_ISSUER",
    "http://id.example.org",
    "write \"https://id.example.org\""
)]
#[case(
    "DOORWARD_ISSUER",
    "https://id.example.org/",
    "write \"https://id.example.org\""
)]
#[case(
    "DOORWARD_ISSUER",
    "https://id.example.org/auth?x=1",
    "write \"https://id.example.org\""
)]
#[case("DOORWARD__TRUSTED_PROXIES", "0.0.0.0/0", "list only the proxies")]
#[case("DOORWARD_SECRET_KEY", "c2hvcnQ=", "openssl rand -base64 32")]
#[case(
    "DOORWARD_SECRET_KEY",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "a sample"
)]
#[case("DOORWARD__SESSIONS__ABSOLUTE", "1h", "write at least 12h")]
#[case("DOORWARD__KEYS__PUBLISH_LEAD", "1m", "write at least \"10m\"")]
#[case(
    "DOORWARD__TOKENS__ACCES_TTL",
    "1m",
    "did you mean DOORWARD__TOKENS__ACCESS_TTL?"
)]
// The grace period has a maximum (decision 5).
#[case("DOORWARD__TOKENS__REFRESH_GRACE", "61s", "tokens.refresh_grace")]
#[case("DOORWARD__FORWARDED_HEADER", "x-real-ip", "forwarded_header")]
#[case("DOORWARD_LISTEN", "nowhere", "an IP address and a port")]
#[case("DOORWARD__LOGGING__LEVEL", "=", "logging.level")]
#[case("DOORWARD__BRANDING__ACCENT", "#f5c518", "write \"#896e0d\"")]
#[case("DOORWARD__BRANDING__LOGO", "none.png", "none.png cannot be read")]
fn serve_rejects_setting_and_names_correction(
    #[case] name: &str,
    #[case] value: &str,
    #[case] write: &str,
) {
    Place::configured()
        .run_with(&["serve"], &[(name, value)])
        .failed(1, write);
}

#[test]
fn database_of_places_is_whole_or_rejected() {
    let whole = include_bytes!("../accounts/places.mmdb");
    let place = Place::configured();
    let database = [("DOORWARD__GEOIP__DATABASE", "places.mmdb")];
    let reject = || {
        for verb in [&["serve"][..], &["config", "check"]] {
            let done = place.run_with(verb, &database).failed(1, "geoip.database");
            assert!(done.stderr.contains("MaxMind"), "{}", done.stderr);
        }
    };
    reject();
    for broken in [&whole[..whole.len() / 2], b"no database", b""] {
        std::fs::write(place.path("places.mmdb"), broken).unwrap();
        reject();
    }
    std::fs::write(place.path("places.mmdb"), whole).unwrap();
    place.run_with(&["config", "check"], &database).succeeded();
}

#[test]
fn serve_needs_issuer_and_secret_key() {
    let done = Place::new().run(&["serve"]).failed(1, "issuer");
    assert!(done.stderr.contains("secret_key"), "{}", done.stderr);
}

#[test]
fn serve_rejects_data_of_development_instance() {
    let place = Place::configured();
    std::fs::create_dir(place.path("data")).unwrap();
    place.write("data/.doorward-dev", "{}");
    let environment = [("DOORWARD_DATABASE_URL", "sqlite://data/identity.sqlite")];
    place
        .run_with(&["serve"], &environment)
        .failed(1, "belongs to `doorward dev`");
}

#[test]
fn serve_prints_setup_url_until_administrator_exists() {
    let place = Place::configured();
    let free = free_port();
    let issuer = format!("http://localhost:{free}");
    let listen = format!("127.0.0.1:{free}");
    let environment = [
        ("DOORWARD_ISSUER", issuer.as_str()),
        ("DOORWARD_LISTEN", &listen),
    ];
    let mut server = place.start(&["serve"], &environment);
    let error = server.stderr_until("/setup?token=");
    assert!(error.contains("doorward admin open"), "{error}");
    let url = error
        .split_whitespace()
        .find(|word| word.contains("/setup?token="))
        .unwrap();
    assert!(url.starts_with(&issuer), "{url}");
    server.stderr_until("serving");
    let (status, document) = get(&format!("{issuer}/.well-known/openid-configuration"), &[]);
    assert_eq!(status, 200);
    assert!(
        document.contains(&format!("\"issuer\":\"{issuer}\"")),
        "{document}"
    );
    assert_eq!(get(url, &[]).0, 200);
    let missing = get(&format!("{issuer}/setup"), &[]);
    assert_eq!(missing.0, 403);
    assert!(missing.1.contains("doorward admin open"), "{}", missing.1);
    // Administration commands work beside the running server.
    let create = [
        "user",
        "create",
        "root",
        "--email",
        "root@example.com",
        "--role",
        "admin",
        "--password-file=-",
    ];
    place
        .run_typing(&create, "quiet harbour lantern 93")
        .succeeded();
    assert_eq!(get(url, &[]).0, 404);
    assert_eq!(get(&format!("{issuer}/setup"), &[]).0, 404);
    assert_eq!(server.terminate(), 0);
    let mut server = place.start(&["serve"], &environment);
    let error = server.stderr_until("serving");
    assert!(!error.contains("/setup"), "{error}");
    for line in error.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string(), "{line}");
    }
    assert_eq!(server.terminate(), 0);
}

#[test]
fn unreadable_requests_are_not_logged_as_errors() {
    let place = Place::configured();
    let free = free_port();
    let issuer = format!("http://localhost:{free}");
    let listen = format!("127.0.0.1:{free}");
    let environment = [
        ("DOORWARD_ISSUER", issuer.as_str()),
        ("DOORWARD_LISTEN", &listen),
    ];
    let mut server = place.start(&["serve"], &environment);
    server.stderr_until("serving");
    for unreadable in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".as_slice(),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
    ] {
        let mut stream = std::net::TcpStream::connect(&listen).unwrap();
        stream.write_all(unreadable).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{answer:?}");
    }
    get(&format!("{issuer}/nothing-here"), &[]);
    let error = server.stderr_until("/nothing-here");
    assert!(!error.contains("ERROR"), "{error}");
}

#[test]
fn serve_without_migrations_names_migrate_command() {
    let place = Place::configured();
    let environment = [("DOORWARD__DATABASE__MIGRATE", "false")];
    for command in [&["user", "list"][..], &["serve"]] {
        place
            .run_with(command, &environment)
            .failed(1, "migrate up");
    }
}

#[test]
fn tasks_rejects_without_issuer() {
    Place::new().run(&["tasks"]).failed(1, "tasks.issuer");
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_SECRET_KEY", KEY),
    ];
    let place = Place::new();
    let mut more = environment.to_vec();
    more.push(("DOORWARD__TASKS__PUBLIC_URL", "http://tasks.example.org"));
    place
        .run_with(&["tasks"], &more)
        .failed(1, "write \"https://tasks.example.org\"");
}

#[test]
fn tasks_api_starts_before_issuer_is_available() {
    let place = Place::new();
    let free = free_port();
    let public_url = format!("http://localhost:{free}");
    let environment = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD__TASKS__LISTEN", &format!("127.0.0.1:{free}")),
        ("DOORWARD__TASKS__PUBLIC_URL", &public_url),
    ];
    let mut server = place.start(&["tasks"], &environment);
    server.stderr_until("serving the tasks API");
    assert_eq!(get(&format!("{public_url}/api/tasks/"), &[]).0, 401);
    assert_eq!(server.terminate(), 0);
}

/// Checks that two processes of the tasks API share a caller's limit through Redis.
#[test]
fn processes_of_tasks_api_count_together_in_redis() {
    let Ok(redis) = std::env::var("DOORWARD_TEST_REDIS_URL") else {
        return;
    };
    let place = Place::new();
    let mut dev = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let welcome = dev.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let issuer = after("Identity server");
    let audience = after("Tasks API").replace("/api/tasks/", "/api");
    let mut processes = Vec::new();
    for number in 0..2 {
        let port = free_port();
        let public_url = format!("http://localhost:{port}");
        let environment = [
            ("DOORWARD__TASKS__LISTEN", &*format!("127.0.0.1:{port}")),
            ("DOORWARD__TASKS__PUBLIC_URL", &public_url),
            (
                "DOORWARD__TASKS__DATABASE_URL",
                &format!("sqlite://tasks-{number}.sqlite"),
            ),
            ("DOORWARD__TASKS__ISSUER", &issuer),
            ("DOORWARD__TASKS__AUDIENCE", &audience),
            ("DOORWARD__TASKS__LIMITS__REQUESTS", "6"),
            ("DOORWARD_REDIS_URL", &redis),
        ];
        let mut process = place.start(&["tasks"], &environment);
        process.stderr_until("serving the tasks API");
        processes.push((process, format!("{public_url}/api/tasks/")));
    }
    // Twelve requests, six to each. If they fall into two minutes of the clock, all may be
    // accepted; then the test repeats with another user.
    let rejected = ["alice", "bob"].map(|person| {
        let args = ["token", "--url", &issuer, "--user", person];
        let bearer = format!("Bearer {}", place.run(&args).succeeded().stdout.trim());
        let answers = processes.iter().cycle().take(12);
        let answers = answers.map(|(_, url)| get(url, &[("authorization", &bearer)]).0);
        let answers: Vec<_> = answers.collect();
        assert!(
            answers.iter().all(|status| [200, 429].contains(status)),
            "{answers:?}"
        );
        answers.iter().filter(|status| **status == 429).count()
    });
    assert!(rejected.contains(&6), "{rejected:?}");
}
