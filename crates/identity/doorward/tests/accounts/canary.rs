//! Runs all flows, valid and invalid, of the real program at its most detailed log level.
//! Afterwards no secret is in a log, the metrics, the database, Redis, or a mail that was not meant
//! to contain it.

mod addresses;
mod email_sign_in;
mod errors;
mod json;
mod secret_search;

use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_testkit::backend::Storage;
use doorward_testkit::program::Program;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::{Authorization, Backend, Form, ManualClock, Page, UserAgent, rows};

use secret_search::Secrets;

const FIRST: &str = "kestrel-Canary-81-marmalade";
const SECOND: &str = "heron-Canary-27-tangerine";
const THIRD: &str = "osprey-Canary-59-gooseberry";
const WRONG: &str = "wrong-Canary-33-cucumber";
const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
const DATABASE: &str = "canaryDatabase66";
const REDIS: &str = "canaryRedis4471";
const SMTP_PASSWORD: &str = "canaryPostman5590";
const NAME: &str = "newcomer";
const EMAIL: &str = "newcomer@example.org";

#[test]
fn no_secret_is_left_behind_sqlite_memory() {
    run(Backend::SqliteMemory);
}

#[test]
fn no_secret_is_left_behind_postgres_redis() {
    run(Backend::PostgresRedis);
}

fn run(backend: Backend) {
    doorward_testkit::stack::block_on(search(backend));
}

/// A user in a browser, with the program's output and the secrets seen so far.
struct Walk {
    program: Program,
    mails: Receiver<String>,
    vault: Secrets,
    agent: UserAgent,
    /// The mails without an expected link.
    notices: Vec<String>,
}

/// Decodes the quoted-printable characters that these messages contain (RFC 2045 §6.7).
fn plain(message: &str) -> String {
    message.replace("=\r\n", "").replace("=3D", "=")
}

async fn search(backend: Backend) {
    let (smtp, mails) = mail_server(Vec::new());
    let smtp = smtp.replace("smtp://", &format!("smtp://postman:{SMTP_PASSWORD}@"));
    let mut storage = Storage::create(backend).await;
    // The test PostgreSQL trusts local connections, so it accepts any password.
    let secret = format!("postgres:{DATABASE}@");
    storage.identity = storage.identity.replace("postgres@", &secret);
    // The default user of the test Redis has no password, so Redis accepts any.
    if let Some(url) = &mut storage.redis {
        *url = url.replace("redis://", &format!("redis://default:{REDIS}@"));
    }
    let settings = [
        ("DOORWARD_SECRET_KEY", KEY),
        ("DOORWARD_SMTP_URL", smtp.as_str()),
        ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
        ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
        ("DOORWARD__LOGGING__LEVEL", "trace"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "1"),
        ("DOORWARD__PASSWORDS__HASH_MEMORY_KIB", "7168"),
        ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "5"),
    ];
    let binary = Path::new(env!("CARGO_BIN_EXE_doorward"));
    let program = Program::start_with_storage(binary, storage, &settings).await;
    let mut walk = Walk {
        program,
        mails,
        vault: Secrets::default(),
        agent: UserAgent::new(),
        notices: Vec::new(),
    };
    walk.begin();
    let links = walk.all().await;
    walk.check_secrets(&links).await;
}

impl Walk {
    fn begin(&mut self) {
        self.vault.keep("the secret key", KEY);
        self.vault.keep("the database's password", DATABASE);
        self.vault.keep("the password of Redis", REDIS);
        self.vault.keep("the mail server's password", SMTP_PASSWORD);
        // The credentials as SMTP sends them (RFC 4616).
        let sent = STANDARD.encode(format!("\0postman\0{SMTP_PASSWORD}"));
        self.vault.keep("the mail server's password", &sent);
        for client in self.program.seed.clients() {
            if let Some(secret) = &client.secret {
                self.vault.keep("a client secret", secret);
                let basic = client.basic();
                self.vault
                    .keep("client credentials", basic.trim_start_matches("Basic "));
            }
        }
    }

    async fn get(&mut self, path: &str) -> Page {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            self.program.at(path)
        };
        let page = self.agent.get(url).await;
        self.vault.look_at(&page);
        self.follow(page).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        while page.is_redirect()
            && page
                .location()
                .is_some_and(|to| to.as_str().starts_with(&self.program.issuer))
        {
            page = self.agent.get(page.location().expect("a location")).await;
            self.vault.look_at(&page);
        }
        page
    }

    async fn send(&mut self, form: Form) -> Page {
        let page = self.agent.submit(&form).await;
        self.vault.look_at(&page);
        assert!(page.status < 500, "{}", page.dump());
        self.follow(page).await
    }

    async fn send_raw(&mut self, request: reqwest::RequestBuilder) -> Page {
        let page = self.agent.send(request).await;
        self.vault.look_at(&page);
        assert!(page.status < 500, "{}", page.dump());
        page
    }

    /// Returns the token and the text of the next mail with a link to this page; stores earlier
    /// mails as notices.
    fn mailed(&mut self, name: &str, page: &str) -> (String, String) {
        self.mailed_to("", name, page)
    }

    /// Returns the token and the text of the next such mail to this address.
    fn mailed_to(&mut self, address: &str, name: &str, page: &str) -> (String, String) {
        let link = format!("/{page}?token=");
        loop {
            let message = self.mails.recv_timeout(Duration::from_secs(20));
            let plain = plain(&message.expect("a mail"));
            let found = plain.split_once(&link);
            if let Some((_, rest)) = found.filter(|_| plain.contains(address)) {
                let token = rest[..43].to_owned();
                self.vault.keep(name, &token);
                return (token, plain);
            }
            self.notices.push(plain);
        }
    }

    async fn sign_in(&mut self, name: &str, password: &str) -> Page {
        let form = self.get("/login").await.form("#login");
        self.send(form.with("identifier", name).with("password", password))
            .await
    }

    async fn sign_out(&mut self) {
        let form = self.get("/account").await.form("form[action='/logout']");
        self.send(form.with("confirm", "yes")).await;
    }

    async fn all(&mut self) -> Vec<String> {
        for (name, password) in [
            ("the first password", FIRST),
            ("the second password", SECOND),
            ("the third password", THIRD),
            ("a wrong password", WRONG),
        ] {
            self.vault.keep(name, password);
        }
        let mut links = vec![self.registration().await];
        links.push(self.by_mail().await);
        let (app, recovery) = self.second_factor().await;
        self.tokens().await;
        self.a_code_twice(&app).await;
        links.push(self.reset(&recovery).await);
        self.api().await;
        links.extend(self.by_json().await);
        self.administration().await;
        self.nonsense().await;
        links
    }

    async fn registration(&mut self) -> String {
        let form = self.get("/register").await.form("#register");
        let form = form.with("username", NAME).with("email", EMAIL);
        let short = form
            .clone()
            .with("password", WRONG)
            .with("password_confirm", FIRST);
        assert_eq!(self.send(short).await.status, 422);
        let form = form.with("password", FIRST).with("password_confirm", FIRST);
        self.send(form).await;
        let (token, mail) = self.mailed("the link of the verification", "verify-email");
        let bad = format!("/verify-email?token={}", "A".repeat(43));
        self.get(&bad).await;
        let page = self.get(&format!("/verify-email?token={token}")).await;
        assert_eq!(page.url.path(), "/login", "{}", page.dump());
        // The password typed into the user name field.
        self.sign_in(FIRST, WRONG).await;
        self.sign_in(NAME, WRONG).await;
        let step = self.sign_in(NAME, FIRST).await.form("#step");
        let page = self.send(step.clone()).await;
        assert_eq!(page.url.path(), "/account", "{}", page.dump());
        self.send(step).await;
        mail
    }

    /// Returns the app's secret and an unused recovery code.
    async fn second_factor(&mut self) -> (TotpSecret, String) {
        let home = self.get("/account/security/2fa").await;
        let page = self.send(home.form("form[action$='/2fa/start']")).await;
        let key = page.text_of("#key").expect("the key").replace(' ', "");
        self.vault.keep("the secret of the app", &key);
        let app = TotpSecret::from_base32(&key).expect("base32");
        let form = page.form("form:has([name=code])");
        self.send(form.clone().with("code", "000000")).await;
        let code = self.code(&app, 0);
        let page = self.send(form.with("code", &code)).await;
        let shown = page.text_of("ul.pair").expect("recovery codes");
        let codes: Vec<_> = shown.split(' ').map(str::to_owned).collect();
        for code in &codes {
            self.vault.keep("a recovery code", code);
            self.vault.keep("a recovery code", &code.replace('-', ""));
        }
        self.sign_out().await;
        let page = self.sign_in(NAME, FIRST).await;
        self.send(page.form("form:has([name=code])").with("code", WRONG))
            .await;
        let page = self
            .send(page.form("form:has([name=code])").with("code", &codes[0]))
            .await;
        assert_eq!(page.url.path(), "/account", "{}", page.dump());
        (app, codes[1].clone())
    }

    /// Returns a code of the app, `offset` seconds from the present. The program accepts the previous,
    /// the current and the next time step, each once.
    fn code(&mut self, app: &TotpSecret, offset: i64) -> String {
        let code = app.code_at(ManualClock::default().now() + offset);
        self.vault.keep("a code of the app", &code);
        code
    }

    async fn tokens(&mut self) {
        let client = self.program.seed.trusted.clone();
        let http = self.agent.http().clone();
        let (token, at) = ("/oauth2/token", self.program.issuer.clone());
        let url = |path: &str| format!("{at}{path}");
        let request = Authorization::new(&self.program.issuer, &client)
            .with("scope", "openid offline_access tasks:read")
            .with("acr_values", "aal2");
        let mut codes = Vec::new();
        for _ in 0..2 {
            let code = request.start(&self.agent).await.code();
            self.vault.keep("an authorization code", &code);
            codes.push(code);
        }
        let exchange = |code: &str| {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", client.redirect_uri.as_str()),
                ("code_verifier", doorward_testkit::authorization::VERIFIER),
            ];
            client.request(&http, &url(token), &fields)
        };
        let page = self.send_raw(exchange(&codes[0])).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let first = page.json();
        let member = |name: &str| first[name].as_str().expect("a token").to_owned();
        let (access, refresh) = (member("access_token"), member("refresh_token"));
        for bearer in [access.as_str(), WRONG, &refresh] {
            let info = http.get(url("/oauth2/userinfo")).bearer_auth(bearer);
            self.send_raw(info).await;
        }
        for known in [&access, &refresh] {
            let fields = [("token", known.as_str())];
            self.send_raw(client.request(&http, &url("/oauth2/introspect"), &fields))
                .await;
        }
        for _ in 0..3 {
            // The third use of a refresh token counts as theft.
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh.as_str()),
            ];
            let page = self
                .send_raw(client.request(&http, &url(token), &fields))
                .await;
            if let Some(next) = page.json()["refresh_token"].as_str().map(str::to_owned) {
                let fields = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", next.as_str()),
                ];
                self.send_raw(client.request(&http, &url(token), &fields))
                    .await;
            }
        }
        // A replayed code, and a code with the wrong client secret.
        self.send_raw(exchange(&codes[0])).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", codes[1].as_str()),
        ];
        let mut anonymous_caller = client.clone();
        anonymous_caller.secret = Some(WRONG.to_owned());
        self.send_raw(anonymous_caller.request(&http, &url(token), &fields))
            .await;
        let fields = [("grant_type", "client_credentials")];
        let service = self.program.seed.service.clone();
        let page = self
            .send_raw(service.request(&http, &url(token), &fields))
            .await;
        let fields = page.member("access_token").expect("a token");
        let fields = [("token", fields.as_str())];
        self.send_raw(service.request(&http, &url("/oauth2/revoke"), &fields))
            .await;
    }

    async fn a_code_twice(&mut self, app: &TotpSecret) {
        self.sign_out().await;
        let code = self.code(app, 30);
        for _ in 0..2 {
            self.agent = UserAgent::new();
            let page = self.sign_in(NAME, FIRST).await;
            self.send(page.form("form:has([name=code])").with("code", &code))
                .await;
        }
    }

    async fn reset(&mut self, recovery: &str) -> String {
        self.agent = UserAgent::new();
        let form = self.get("/forgot-password").await.form("#forgot");
        self.send(form.clone().with("identifier", WRONG)).await;
        self.send(form.with("identifier", NAME)).await;
        let (token, mail) = self.mailed("the link of the reset", "reset-password");
        let page = self.get(&format!("/reset-password?token={token}")).await;
        let form = page.form("#new-password");
        let different = form
            .clone()
            .with("password", SECOND)
            .with("password_confirm", WRONG);
        self.send(different).await;
        let set = form
            .with("password", SECOND)
            .with("password_confirm", SECOND);
        self.send(set.clone()).await;
        self.send(set).await;
        let page = self.sign_in(NAME, SECOND).await;
        let page = self
            .send(page.form("form:has([name=code])").with("code", recovery))
            .await;
        assert_eq!(page.url.path(), "/account", "{}", page.dump());
        let form = self.get("/account/password").await.form("#new-password");
        let form = form.with("password", THIRD).with("password_confirm", THIRD);
        self.send(form.clone().with("current_password", WRONG))
            .await;
        self.send(form.with("current_password", SECOND)).await;
        let form = self.get("/account/email").await;
        let form = form.form("form:has([name=current_password])");
        let form = form.with("email", "moved@example.org");
        self.send(form.clone().with("current_password", WRONG))
            .await;
        self.send(form.with("current_password", THIRD)).await;
        mail
    }

    /// Returns the output of the commands that print all data.
    fn printed(&self) -> Vec<String> {
        let mut found = Vec::new();
        for arguments in [
            &["config", "print"][..],
            &["config", "check", "--json"],
            &["audit", "export"],
            &["audit", "tail", "--limit", "1000"],
            &["user", "list", "--json"],
            &["client", "list", "--json"],
            &["key", "list", "--json"],
        ] {
            let done = self.program.command(arguments);
            let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
            assert!(done.status.success(), "{arguments:?}: {said}");
            assert!(!said.is_empty(), "{arguments:?}");
            found.extend(self.vault.found_in(&format!("{arguments:?}"), &said));
        }
        found
    }

    async fn check_secrets(&mut self, links: &[String]) {
        let kinds = self.vault.kinds();
        for kind in [
            "the cookie doorward_session",
            "an anti-forgery token",
            "a recovery code",
            "a code of the app",
            "an authorization code",
            "refresh_token",
            "access_token",
            "id_token",
            "the link of the reset",
            "the link of the sign-in",
            "the mailed code",
            "the link of a reset by JSON",
            "a client secret",
            "a client secret of the API",
            "a recovery code by JSON",
            "the secret of an app by JSON",
            "an API key",
            "access",
            "refresh",
            "mfa_token",
        ] {
            assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
        }
        let output = self.program.output();
        assert!(
            output.len() > 100_000,
            "the most detailed log level is not active: {}",
            output.len()
        );
        assert!(output.contains("\"level\":\"TRACE\""), "no trace level");
        let mut found = self.vault.found_in("the log", &output);
        found.extend(self.printed());
        let counted = self.program.metrics().await;
        assert!(counted.contains("doorward_logins_total"), "{counted}");
        found.extend(self.vault.found_in("the metrics", &counted));
        let mut rows_seen = 0;
        for (table, rows) in rows::dump(&self.program.storage.identity).await {
            rows_seen += rows.len();
            found.extend(self.vault.found_in(&table, &rows.join("\n")));
        }
        assert!(rows_seen > 100, "{rows_seen} rows");
        if let Some(url) = &self.program.storage.redis {
            let kept = secret_search::redis(url);
            assert!(!kept.is_empty(), "no keys in Redis");
            found.extend(self.vault.found_in("Redis", &kept));
        }
        let mut mails: Vec<String> = links.to_vec();
        mails.append(&mut self.notices);
        while let Ok(mail) = self.mails.recv_timeout(Duration::from_secs(2)) {
            mails.push(plain(&mail));
        }
        assert!(mails.len() > 2, "{mails:?}");
        for (number, mail) in mails.iter().enumerate() {
            let own = self.vault.found_in("a mail", mail);
            // The token of a link is allowed only in the mail that was sent for it.
            let meant = own
                .iter()
                .filter(|own| own.starts_with("the link of"))
                .count();
            assert!(meant <= 1, "{own:?}");
            assert_eq!(meant == 1, number < links.len(), "{own:?}");
            found.extend(
                own.into_iter()
                    .filter(|own| !own.starts_with("the link of"))
                    // The code is in the same mail as the link.
                    .filter(|own| meant == 0 || !own.starts_with("the mailed code")),
            );
        }
        assert!(
            found.is_empty(),
            "{} finds:\n{}",
            found.len(),
            found.join("\n")
        );
    }
}
