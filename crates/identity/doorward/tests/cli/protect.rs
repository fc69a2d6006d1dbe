//! Tests `docs/guides/protect-your-api.md`: its program is the file beside this one, compiled here,
//! and run as a separate process against a development instance.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use doorward_testkit::program::free_port;

use super::program::{Place, get};

/// The program of the page, with its `main`.
mod service {
    include!("protect/service.rs");

    pub fn run() {
        main().unwrap();
    }
}

const SERVICE: &str = include_str!("protect/service.rs");
/// The environment variable of the process that runs the service.
const LISTEN: &str = "LISTEN";

#[test]
fn guide_shows_tested_program_within_fifteen_lines() {
    let page = include_str!("../../../../../docs/guides/protect-your-api.md");
    let shown = page.split("```rust\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    assert_eq!(shown, SERVICE);
    let lines = || shown.lines().filter(|line| !line.trim().is_empty());
    assert!(lines().count() <= 15, "{}", lines().count());
    assert!(lines().all(|line| line.chars().count() <= 100));
}

/// Runs the service if the next test starts this binary; not a test itself.
#[test]
fn service_principal() {
    if std::env::var_os(LISTEN).is_some() {
        service::run();
    }
}

/// The service process, ended when dropped.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    fn start(issuer: &str, audience: &str) -> Self {
        let port = free_port();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "protect::service_principal", "--nocapture"])
            .envs([("ISSUER", issuer), ("AUDIENCE", audience)])
            .env(LISTEN, format!("127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://localhost:{port}/report");
        let mut service = Self { child, url };
        assert!(service.answers(port), "the service did not start");
        service
    }

    /// Waits up to half a minute for the service; returns false if it has ended.
    fn answers(&mut self, port: u16) -> bool {
        for _ in 0..300 {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn custom_service_accepts_only_valid_tokens() {
    let place = Place::new();
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let welcome = server.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let issuer = after("Identity server");
    let audience = after("Tasks API").replace("/api/tasks/", "/api");
    let service = Service::start(&issuer, &audience);
    let (status, _) = get(&service.url, &[]);
    assert_eq!(status, 401);
    let token = |more: &[&str]| {
        let args = [&["token", "--url", &issuer], more].concat();
        place.run(&args).succeeded().stdout.trim().to_owned()
    };
    let with = |token: &str| {
        let header = format!("Bearer {token}");
        get(&service.url, &[("authorization", &header)])
    };
    let (status, body) = with(&token(&["--user", "alice"]));
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("may see this report"), "{body}");
    let narrow = [
        "--user",
        "alice",
        "--scope",
        "openid",
        "--scope",
        "tasks:write",
    ];
    let (status, body) = with(&token(&narrow));
    assert_eq!(status, 403, "{body}");
    let (status, _) = with("nonsense");
    assert_eq!(status, 401);
    drop(service);
    assert_eq!(server.terminate(), 0);
}
