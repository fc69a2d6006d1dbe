//! The callers: unauthenticated, a browser, a signed-in user, clients with tokens and secrets.
//! Never an administrator, because a random request must not destroy anything.

use doorward_testkit::program::Program;
use doorward_testkit::seed::{Seed, TestClient, basic};
use doorward_testkit::{CookieAgent, PASSWORD, Page};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::headers::put;
use super::parts::RequestRng;
use super::targets::ErrorFormat;

/// A kind of caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallerKind {
    /// Without credentials.
    Nobody,
    /// A browser without a session that has opened a page.
    Browser,
    /// The browser of a signed-in user.
    User,
    /// A client with a user's access token for the account API.
    Token,
    /// A client with an invalid token.
    Rubbish,
    /// A client that authenticates with its secret.
    Client,
    /// A client with a wrong secret.
    WrongClient,
}

impl CallerKind {
    /// Selects a caller for an endpoint of this family.
    pub fn of(chance: &mut RequestRng, family: ErrorFormat) -> Self {
        let all: &[Self] = match family {
            ErrorFormat::Api => &[
                Self::Nobody,
                Self::User,
                Self::Rubbish,
                Self::Token,
                Self::Token,
                Self::Token,
                Self::Token,
            ],
            ErrorFormat::OAuth => &[
                Self::Nobody,
                Self::Token,
                Self::Rubbish,
                Self::WrongClient,
                Self::Client,
                Self::Client,
                Self::Client,
                Self::Client,
            ],
            ErrorFormat::Document => &[Self::Nobody, Self::Rubbish],
            ErrorFormat::Page => &[
                Self::Nobody,
                Self::Browser,
                Self::Browser,
                Self::User,
                Self::User,
                Self::User,
            ],
        };
        *chance.one_of(all)
    }
}

/// The cookies of a browser, and its anti-forgery token.
#[derive(Clone, Debug)]
struct Browser {
    cookies: String,
    csrf: String,
}

impl Browser {
    fn of(jar: &CookieAgent, page: &Page) -> Self {
        let pairs = jar.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let form = page.form("form:has([name=csrf])");
        Self {
            cookies: pairs.join("; "),
            csrf: form.value("csrf").expect("a token").to_owned(),
        }
    }
}

/// All callers of one worker.
pub struct Callers {
    issuer: String,
    http: reqwest::Client,
    seed: Seed,
    /// The user's e-mail address, which stays if the user name changes.
    address: String,
    browser: Browser,
    person: Browser,
    token: String,
}

impl Callers {
    /// Registers a separate user, so that no other worker changes the account.
    pub async fn new(program: &Program, http: reqwest::Client, name: &str) -> Self {
        let mut jar = CookieAgent::new();
        let page = jar.get(program.at("/login")).await;
        let address = register(program, &http, name).await;
        Self {
            person: sign_in(&program.issuer, &address).await,
            token: token(&http, &program.issuer, &address).await,
            address,
            issuer: program.issuer.clone(),
            seed: program.seed.clone(),
            browser: Browser::of(&jar, &page),
            http,
        }
    }

    /// Returns the issuer that the callers use.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Signs in again if a random request was valid and has ended the session.
    pub async fn renew(&mut self) {
        let url = |path: &str| format!("{}{path}", self.issuer);
        let asked = self
            .http
            .get(url("/account"))
            .header("cookie", &self.person.cookies);
        if asked.send().await.expect("an answer").status() != 200 {
            self.person = sign_in(&self.issuer, &self.address).await;
        }
        let asked = self
            .http
            .get(url("/api/auth/profile"))
            .bearer_auth(&self.token);
        if asked.send().await.expect("an answer").status() != 200 {
            self.token = token(&self.http, &self.issuer, &self.address).await;
        }
    }

    /// Returns the anti-forgery token of a caller that has opened a page.
    pub fn csrf(&self, who: CallerKind) -> Option<&str> {
        match who {
            CallerKind::Browser => Some(&self.browser.csrf),
            CallerKind::User => Some(&self.person.csrf),
            _ => None,
        }
    }

    /// Adds the caller's credentials to the header fields.
    pub fn present(&self, chance: &mut RequestRng, who: CallerKind, headers: &mut HeaderMap) {
        match who {
            CallerKind::Nobody => {}
            CallerKind::Browser => put(headers, "cookie", self.browser.cookies.as_bytes()),
            CallerKind::User => {
                put(headers, "cookie", self.person.cookies.as_bytes());
                put(headers, "sec-fetch-site", b"same-origin");
            }
            CallerKind::Token => {
                put(
                    headers,
                    "authorization",
                    format!("Bearer {}", self.token).as_bytes(),
                );
            }
            CallerKind::Rubbish => {
                let tokens = ["x", "eyJhbGciOiJub25lIn0.e30.", "~~~", "a.b.c", ""];
                let token = chance.one_of(&tokens);
                put(
                    headers,
                    "authorization",
                    format!("Bearer {token}").as_bytes(),
                );
            }
            CallerKind::Client => {
                let client = self.client(chance);
                put(headers, "authorization", client.basic().as_bytes());
            }
            CallerKind::WrongClient => {
                let wrong = basic(&self.client(chance).id, "no secret of theirs");
                put(headers, "authorization", wrong.as_bytes());
            }
        }
    }

    fn client(&self, chance: &mut RequestRng) -> &TestClient {
        let seed = &self.seed;
        let clients = [
            &seed.web,
            &seed.trusted,
            &seed.service,
            &seed.opaque,
            &seed.tasks_api,
        ];
        let client: &&TestClient = chance.one_of(&clients);
        client
    }
}

/// Registers an account with a verified address; returns the address.
async fn register(program: &Program, http: &reqwest::Client, name: &str) -> String {
    let address = format!("{name}@example.org");
    let account = json!({
        "username": name, "email": address, "password": PASSWORD, "password_confirm": PASSWORD,
    });
    let url = program.at("/api/auth/register");
    let response = http.post(url).json(&account).send().await;
    assert_eq!(response.expect("an answer").status(), 201);
    let proved = format!("UPDATE users SET email_verified = TRUE WHERE username = '{name}'");
    program.execute(&proved).await;
    address
}

async fn sign_in(issuer: &str, address: &str) -> Browser {
    let mut jar = CookieAgent::new();
    let page = jar.get(format!("{issuer}/login")).await;
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", address).with("password", PASSWORD);
    let page = jar.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = jar.get(format!("{issuer}/account")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    Browser::of(&jar, &page)
}

async fn token(http: &reqwest::Client, issuer: &str, address: &str) -> String {
    let login = json!({ "username": address, "password": PASSWORD });
    let url = format!("{issuer}/api/auth/login");
    let response = http.post(url).json(&login).send().await.expect("an answer");
    let body: Value = response.json().await.expect("JSON");
    let token = body["access"].as_str();
    token
        .unwrap_or_else(|| panic!("no token in {body}"))
        .to_owned()
}
