//! Trial R39: Doorward, its database, or the proxy in front of an application is killed under load. No request
//! without access reaches the application, and none at all while Doorward cannot decide.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::proxy::{Proxy, Recipe};
use doorward_testkit::relay::{Relay, RelayState};
use doorward_testkit::sites::{Application, sign_in};
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Backend, stack};
use serde_json::json;
use tokio::task::JoinHandle;

use super::{CHEAP, binary};

const NAME: &str = "wiki.example.com";
const SETTINGS: [(&str, &str); 3] = [
    CHEAP[0],
    CHEAP[1],
    ("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32"),
];
/// Time in which requests that were decided before the outage end: an answer is kept within its second.
const IN_FLIGHT: Duration = Duration::from_millis(1_500);
const PAUSE: Duration = Duration::from_millis(5);
/// Headers that forge an identity or the description of the request.
const FORGED: [&str; 6] = [
    "remote-user",
    "remote-groups",
    "remote-token",
    "x-forwarded-uri",
    "x-forwarded-host",
    "doorward-proxy-secret",
];

#[test]
fn r39_nothing_passes_while_doorward_database_or_proxy_is_killed() {
    stack::block_on(killed());
}

#[derive(Clone, Copy, Debug)]
enum Outage {
    Doorward,
    Database,
    Proxy,
}

/// The site, its proxy and its application.
struct Guarded {
    program: Program,
    database: Relay,
    proxy: Proxy,
    application: Application,
}

impl Guarded {
    async fn start() -> Self {
        let mut storage = Storage::create(Backend::PostgresRedis).await;
        let database = Relay::before(&storage.identity).await;
        storage.identity.clone_from(&database.url);
        let program = Program::start_with_storage(&binary(), storage, &SETTINGS).await;
        let application = Application::start();
        let recipe = Recipe::new("CONFIGURATION", NAME);
        let port = recipe.port();
        let host = format!("{NAME}:{port}");
        let mut create = vec!["site", "create", "wiki", "--host", &host];
        for rule in ["/public/* anyone", "/admins/* deny", "/* user"] {
            create.extend(["--rule", rule]);
        }
        let created = program.command(&create);
        assert!(created.status.success(), "{created:?}");
        let upstream = format!("http://127.0.0.1:{}", application.port);
        let print = ["site", "proxy-config", "wiki", "--upstream", &upstream];
        let printed = program.command(&print);
        assert!(printed.status.success(), "{printed:?}");
        let text = String::from_utf8_lossy(&printed.stdout);
        let whole =
            format!("pid DIR/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n");
        let proxy = recipe
            .replace("CONFIGURATION", &whole)
            .replace(&format!("listen {port} ssl"), "listen 127.0.0.1:PORT ssl")
            .replace("/etc/nginx/tls/wiki.pem", "DIR/tls.pem")
            .replace("/etc/nginx/tls/wiki.key", "DIR/tls.key")
            .nginx();
        Self {
            program,
            database,
            proxy,
            application,
        }
    }

    fn begin(&mut self, outage: Outage) {
        match outage {
            Outage::Doorward => self.program.kill(),
            Outage::Database => self.database.set(RelayState::Killed),
            Outage::Proxy => self.proxy.process.kill(),
        }
    }

    async fn end(&mut self, outage: Outage) {
        match outage {
            Outage::Doorward => self.program.start_again().await,
            Outage::Database => self.database.set(RelayState::Nothing),
            Outage::Proxy => self.proxy.start_again(),
        }
    }

    /// Asserts that every request which reached the application since the last call had access. Returns their
    /// number.
    fn check(&self, when: &str) -> usize {
        let heads = self.application.take();
        for head in &heads {
            let target = head.split(' ').nth(1).unwrap_or_default();
            let lower = head.to_ascii_lowercase();
            let is_alice = lower.contains("\r\nremote-user: alice\r\n");
            let is_allowed = match target.split('/').nth(1) {
                Some("wiki") => is_alice,
                Some("public") => !lower.contains("remote-user"),
                _ => false,
            };
            assert!(is_allowed && !lower.contains("mallory"), "{when}: {head}");
        }
        heads.len()
    }
}

/// Browsers with a session and without one, until `over` is set.
struct Load {
    over: Arc<AtomicBool>,
    /// Requests that were answered, and those that the application answered.
    answered: Arc<AtomicUsize>,
    reached: Arc<AtomicUsize>,
    browsers: Vec<JoinHandle<()>>,
}

impl Load {
    /// Begins requests with the session to pages of users and to denied ones, and with forged headers to pages of
    /// users and to pages of anyone.
    fn begin(port: u16, cookie: &str) -> Self {
        let mut load = Self {
            over: Arc::default(),
            answered: Arc::default(),
            reached: Arc::default(),
            browsers: Vec::new(),
        };
        let own = vec![("cookie", cookie.to_owned())];
        let forged: Vec<_> = FORGED.map(|name| (name, "mallory".to_owned())).to_vec();
        let both = [own.clone(), forged.clone()].concat();
        for (path, fields) in [
            ("wiki", own),
            ("admins", both),
            ("wiki", forged.clone()),
            ("public", forged),
        ] {
            let url = format!("https://{NAME}:{port}/{path}");
            load.browsers.push(load.browser(url, fields));
        }
        load
    }

    fn browser(&self, url: String, fields: Vec<(&'static str, String)>) -> JoinHandle<()> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_danger_accept_invalid_certs(true)
            .timeout(Duration::from_secs(20))
            .resolve(NAME, (Ipv4Addr::LOCALHOST, 0).into())
            .build();
        let client = client.unwrap();
        let (over, answered, reached) = (
            Arc::clone(&self.over),
            Arc::clone(&self.answered),
            Arc::clone(&self.reached),
        );
        tokio::spawn(async move {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                number += 1;
                let request = client.get(format!("{url}/{number}"));
                let add = |request: reqwest::RequestBuilder, (name, value): &(&str, String)| {
                    request.header(*name, value)
                };
                // Without a proxy there is no response.
                if let Ok(response) = fields.iter().fold(request, add).send().await {
                    answered.fetch_add(1, Ordering::Relaxed);
                    reached.fetch_add(usize::from(response.status() == 200), Ordering::Relaxed);
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    /// Waits until the application answers again. Returns the time.
    async fn wait(&self, longest: Duration, when: &str) -> Duration {
        let (started, before) = (Instant::now(), self.reached.load(Ordering::Relaxed));
        // A page of users and a page of anyone.
        while self.reached.load(Ordering::Relaxed) < before + 4 {
            assert!(started.elapsed() < longest, "{when}: nothing passes again");
            tokio::time::sleep(PAUSE).await;
        }
        started.elapsed()
    }

    async fn end(self) -> usize {
        self.over.store(true, Ordering::Relaxed);
        for browser in self.browsers {
            browser.await.expect("a browser");
        }
        self.answered.load(Ordering::Relaxed)
    }
}

async fn killed() {
    let trial = Trial::new("R39", "postgres");
    let mut guarded = Box::pin(Guarded::start()).await;
    let cookie = sign_in(&guarded.proxy, NAME).await;
    let load = Load::begin(guarded.proxy.port, &cookie);
    let (mut passed, mut back, mut outages) = (guarded.check("sign-in"), Vec::new(), 0);
    for round in 0..trial.size(2, 50) {
        for outage in [Outage::Doorward, Outage::Database, Outage::Proxy] {
            let when = format!("{outage:?} of round {round}");
            load.wait(trial.max_duration(10_000), &when).await;
            passed += guarded.check(&when);
            guarded.begin(outage);
            outages += 1;
            tokio::time::sleep(IN_FLIGHT).await;
            guarded.check(&when);
            let answered = load.answered.load(Ordering::Relaxed);
            tokio::time::sleep(trial.lasting(1_500, 5_000)).await;
            let heads = guarded.application.take();
            assert!(heads.is_empty(), "{when}: {heads:?}");
            let is_answered = load.answered.load(Ordering::Relaxed) > answered;
            let has_proxy = !matches!(outage, Outage::Proxy);
            assert_eq!(is_answered, has_proxy, "{when}");
            guarded.end(outage).await;
            back.push(load.wait(trial.max_duration(10_000), &when).await);
        }
    }
    passed += guarded.check("the last outage");
    // A user who is disabled is stopped within two seconds.
    let disabled = guarded
        .program
        .run_command(&["user", "disable", "alice"])
        .await;
    assert!(disabled.status.success(), "{disabled:?}");
    tokio::time::sleep(Duration::from_secs(2)).await;
    guarded.check("disabled");
    tokio::time::sleep(IN_FLIGHT).await;
    let heads = guarded.application.take();
    assert!(!heads.is_empty() && heads.iter().all(|head| head.contains(" /public/")));
    let answered = load.end().await;
    trial.done(json!({
        "outages": outages, "requests": answered, "passed": passed, "passed_without_access": 0,
        "passed_in_outage": 0, "back_p99_ms": p99(&mut back),
    }));
}
