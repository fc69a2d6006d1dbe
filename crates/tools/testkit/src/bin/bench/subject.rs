//! The measured program: `doorward serve`, on an SQLite file unless it gets a database, seeded like every test
//! stack.

use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_config::Config;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::{Db, OpenOptions};
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::backend::Storage;
use doorward_testkit::process::Process;
use doorward_testkit::program::{free_port, wait_for_answer_to};
use doorward_testkit::seed::{Seed, insert_all};
use doorward_testkit::{Authorization, ManualClock, UserAgent};
use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::console_rows::fill_users;
use crate::cores::FirstCore;
use crate::load::{Load, Run, counted};

/// The server with its seed and one signed-in user.
pub struct Subject {
    /// Server process.
    pub identity: Process,
    /// Seeded records.
    pub seed: Seed,
    pub issuer: String,
    /// Time from `exec` to the first 200 on discovery, with an existing database and keys.
    pub warm_start: Duration,
    person: UserAgent,
    environment: Vec<(String, String)>,
    directory: TempDir,
    _certificate: Option<Certificate>,
    _storage: Option<Storage>,
}

/// The address of a measured server, and what it needs there.
pub struct Site {
    pub issuer: String,
    /// Address and port at which the server listens.
    pub listen: String,
    /// More environment names and values.
    pub settings: Vec<(&'static str, String)>,
    /// Client that accepts the certificate.
    pub agent: UserAgent,
    /// Certificate for HTTPS.
    pub certificate: Option<Certificate>,
    /// Empty database and Redis instead of an SQLite file.
    pub storage: Option<Storage>,
    /// Number of users `user1`, `user2`, … in addition to those of the seed, with the same password.
    pub users: u32,
}

impl Site {
    /// Returns a free address for plain HTTP, at this name of the machine.
    pub fn plain(host: &str) -> Self {
        let port = free_port();
        Self {
            issuer: format!("http://{host}:{port}"),
            listen: format!("127.0.0.1:{port}"),
            settings: Vec::new(),
            agent: UserAgent::new(),
            certificate: None,
            storage: None,
            users: 0,
        }
    }

    /// Returns a free address for HTTPS with a self-signed certificate, at this name of the machine.
    pub fn with_tls(host: &str) -> Self {
        let certificate = Certificate::new(host);
        let plain = Self::plain(host);
        Self {
            issuer: plain.issuer.replace("http://", "https://"),
            settings: vec![
                ("DOORWARD__TLS__CERTIFICATE", certificate.chain.clone()),
                ("DOORWARD__TLS__PRIVATE_KEY_FILE", certificate.key.clone()),
            ],
            agent: UserAgent::accepting_any_certificate(),
            certificate: Some(certificate),
            ..plain
        }
    }
}

impl Subject {
    /// Starts the server for plain HTTP.
    pub async fn start() -> Self {
        Box::pin(Self::start_at(Site::plain("127.0.0.1"))).await
    }

    /// Fills a database, lets the server create its keys, and restarts it for the measurement.
    pub async fn start_at(site: Site) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let Site {
            issuer,
            listen,
            mut settings,
            agent: person,
            certificate,
            storage,
            users,
        } = site;
        let file = directory.path().join("identity.sqlite");
        let database = match &storage {
            Some(storage) => storage.identity.clone(),
            None => format!("sqlite://{}", file.display()),
        };
        if let Some(redis) = storage.as_ref().and_then(|storage| storage.redis.clone()) {
            settings.push(("DOORWARD_REDIS_URL", redis));
        }
        let secret = STANDARD.encode(rand::random_iter::<u8>().take(32).collect::<Vec<_>>());
        let own = [
            ("DOORWARD_ISSUER", issuer.as_str()),
            ("DOORWARD_LISTEN", &listen),
            ("DOORWARD_DATABASE_URL", &database),
            ("DOORWARD_SECRET_KEY", &secret),
            ("DOORWARD__LIMITS__MULTIPLIER", "1000000"),
            ("DOORWARD__LOGGING__LEVEL", "warn"),
        ];
        let more = settings.iter();
        let more = more.map(|(name, value)| (*name, value.as_str()));
        let pairs = own.into_iter().chain(more);
        let environment: Vec<(String, String)> = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let config = Config::load(None, environment.clone()).expect("the configuration");
        // The audience is only an identifier: no server listens there.
        let seed = Seed::new("http://localhost:8401");
        let db = Db::open(&database, OpenOptions::for_command()).await;
        let db = db.expect("the database");
        db.migrate().await.expect("migrations");
        db.close().await.expect("close");
        insert_all(&config, &seed, &ManualClock::default()).await;
        if users > 0 {
            fill_users(&database, users).await;
        }
        let start = || {
            let _core = FirstCore::take();
            let mut command = Command::new(program());
            command.arg("serve").envs(environment.iter().cloned());
            command.current_dir(directory.path());
            Process::start(&mut command)
        };
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        let first = start();
        wait_for_answer_to(&person, &discovery).await;
        drop(first);
        let begin = Instant::now();
        let identity = start();
        wait_for_answer_to(&person, &discovery).await;
        let warm_start = begin.elapsed();

        let request = Authorization::new(&issuer, &seed.trusted);
        request.complete(&person, "alice").await.code();
        Self {
            identity,
            seed,
            issuer,
            warm_start,
            person,
            environment,
            directory,
            _certificate: certificate,
            _storage: storage,
        }
    }

    /// Makes the resource receive access tokens of this algorithm, and waits until the server knows.
    pub async fn choose(&self, alg: SigningAlg) {
        let mut command = Command::new(program());
        command.args(["resource", "update", &self.seed.audience]);
        command.args(["--token-signing-alg", alg.as_str()]);
        command.envs(self.environment.iter().cloned());
        let output = command.current_dir(self.directory.path()).output();
        let output = output.expect("the command");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        // Registries are cached for one second.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }

    /// Returns the signed-in user's agent.
    pub const fn user_agent(&self) -> &UserAgent {
        &self.person
    }

    /// Requests client-credentials tokens.
    pub async fn client_credentials(&self, load: &Load, count: usize) -> Run {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let url = format!("{}/oauth2/token", self.issuer);
        let requests = (0..count).map(|_| self.seed.service.request(load.http(), &url, &fields));
        counted(&self.identity, async { load.send(requests, 200).await.0 }).await
    }

    /// Signs a user in with a password, one time after the other, each with a new browser.
    pub async fn sign_ins(&self, browser: impl Fn() -> UserAgent, count: usize) -> Run {
        let request = Authorization::new(&self.issuer, &self.seed.trusted);
        // Before the measurement, because a browser reads the certificates of the system.
        let browsers: Vec<UserAgent> = (0..count).map(|_| browser()).collect();
        counted(&self.identity, async {
            let mut run = Run::default();
            for browser in &browsers {
                let begun = Instant::now();
                request.complete(browser, "alice").await.code();
                run.latencies.push(begun.elapsed());
            }
            run.elapsed = run.latencies.iter().sum();
            run
        })
        .await
    }

    /// Requests one client-credentials token for the guarded endpoint.
    pub async fn access_token(&self, load: &Load) -> String {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let url = format!("{}/oauth2/token", self.issuer);
        let request = self.seed.service.request(load.http(), &url, &fields);
        let (_, pages) = load.send([request], 200).await;
        pages[0].member("access_token").expect("a token")
    }

    /// Requests authorization codes of the signed-in user.
    pub async fn codes(&self, load: &Load, count: usize) -> Vec<String> {
        let request = Authorization::new(&self.issuer, &self.seed.trusted)
            .with("scope", "openid offline_access tasks:read");
        let url = request.url();
        let requests = (0..count).map(|_| self.person.http().get(url.clone()));
        let (_, pages) = load.send(requests, 303).await;
        pages
            .into_iter()
            .map(|page| {
                let location = page.location().expect("a redirect");
                let mut pairs = location.query_pairs();
                let code = pairs.find(|(name, _)| name == "code");
                code.unwrap_or_else(|| panic!("{}", page.dump()))
                    .1
                    .into_owned()
            })
            .collect()
    }

    /// Redeems codes and returns the refresh tokens.
    pub async fn exchange(&self, load: &Load, codes: Vec<String>) -> (Run, Vec<String>) {
        let client = &self.seed.trusted;
        let url = format!("{}/oauth2/token", self.issuer);
        let requests = codes.iter().map(|code| {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", client.redirect_uri.as_str()),
                ("code_verifier", VERIFIER),
            ];
            client.request(load.http(), &url, &fields)
        });
        let mut tokens = Vec::new();
        let run = counted(&self.identity, async {
            let (run, pages) = load.send(requests, 200).await;
            let refresh = |page: &doorward_testkit::Page| page.member("refresh_token");
            tokens = pages
                .iter()
                .map(|page| refresh(page).expect("a refresh token"))
                .collect();
            run
        })
        .await;
        (run, tokens)
    }

    /// Refreshes each family once.
    pub async fn refresh(&self, load: &Load, tokens: Vec<String>) -> Run {
        let client = &self.seed.trusted;
        let url = format!("{}/oauth2/token", self.issuer);
        let requests = tokens.iter().map(|token| {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
            ];
            client.request(load.http(), &url, &fields)
        });
        counted(&self.identity, async { load.send(requests, 200).await.0 }).await
    }

    /// Fetches the keys.
    pub async fn jwks(&self, load: &Load, count: usize) -> Run {
        let url = format!("{}/oauth2/jwks", self.issuer);
        let requests = (0..count).map(|_| load.http().get(&url));
        counted(&self.identity, async { load.send(requests, 200).await.0 }).await
    }
}

fn program() -> OsString {
    std::env::var_os("DOORWARD_BIN").unwrap_or_else(|| "doorward".into())
}
