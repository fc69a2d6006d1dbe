//! The web client as a browser sees it: sign-in, sign-out, tasks, refresh, and forged requests.

mod session;
mod sign_in;

use std::collections::BTreeMap;

use doorward_protocol::pkce;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::fixture::{DEVELOPER, Fixture, header};

/// A simulated browser with cookies and forms.
pub struct Browser<'a> {
    pub fixture: &'a Fixture,
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub fn new(fixture: &'a Fixture) -> Self {
        Self {
            fixture,
            cookies: BTreeMap::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Response {
        let request = self.fixture.request(Method::GET, path);
        self.send(request).await
    }

    /// Sends a form of the site's own page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.fixture.request(Method::POST, path);
        self.send(request.header("sec-fetch-site", "same-origin").form(fields))
            .await
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        // Another host of the domain has set a cookie in Latin-1 (RFC 6265 §4.2.2).
        let sent = [b"stra\xdfe=K\xf6ln; ", cookies.join("; ").as_bytes()].concat();
        let request = request.header("cookie", sent);
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            assert!(
                text.contains("HttpOnly") && text.contains("SameSite=Lax"),
                "{text}"
            );
            assert!(text.contains("Path=/"), "{text}");
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    /// Returns the form token of the current page.
    pub async fn csrf(&mut self) -> String {
        let page = self.get("/web/").await.text().await.unwrap();
        between(&page, "name=\"csrf\" value=\"", "\"").to_owned()
    }

    /// Starts a sign-in and returns the parameters of the authorization request.
    pub async fn begin(&mut self) -> BTreeMap<String, String> {
        let response = self.get("/web/login").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let url = Url::parse(header(&response, "location")).unwrap();
        assert_eq!(url.path(), "/authorize");
        url.query_pairs().into_owned().collect()
    }

    /// Makes the issuer accept a code for this sign-in.
    pub fn accept_code(&self, request: &BTreeMap<String, String>, change: &Value) {
        let issuer = &self.fixture.issuer;
        let now = doorward_access::clock::Clock::now(&*self.fixture.clock);
        let id_token = issuer.id_token(&request["nonce"], change, now);
        let mut tokens = self.tokens("refresh-1");
        tokens["id_token"] = json!(id_token);
        issuer.queue_response(200, tokens);
    }

    /// Returns a token response with a fresh access token for Alice.
    pub fn tokens(&self, refresh_token: &str) -> Value {
        let person = self.fixture.person("alice", DEVELOPER);
        json!({"access_token": person.token, "token_type": "Bearer", "expires_in": 300,
               "refresh_token": refresh_token})
    }

    pub async fn come_back(&mut self, request: &BTreeMap<String, String>) -> Response {
        let path = callback(&[
            ("code", "the-code"),
            ("state", &request["state"]),
            ("iss", &self.fixture.issuer.url()),
        ]);
        self.get(&path).await
    }

    /// Performs a complete sign-in.
    pub async fn sign_in(&mut self) {
        let request = self.begin().await;
        self.accept_code(&request, &json!({}));
        let response = self.come_back(&request).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(header(&response, "location"), "/web/");
        self.fixture.issuer.take_requests();
    }

    pub fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("doorward_tasks_web")
    }
}

pub fn callback(pairs: &[(&str, &str)]) -> String {
    doorward_protocol::redirect_uri::with_query("/web/callback", pairs)
}

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} not in {text}"))
        .1;
    rest.split_once(after).unwrap().0
}

/// Checks that a page is HTML with a strict policy and no script, and returns its text.
pub async fn page(response: Response, status: u16) -> String {
    assert_eq!(response.status().as_u16(), status);
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=utf-8"
    );
    let csp = header(&response, "content-security-policy").to_owned();
    assert!(
        csp.contains("default-src 'none'") && !csp.contains("unsafe"),
        "{csp}"
    );
    // Browsers would apply it to the redirects of the issuer.
    assert!(!csp.contains("form-action"), "{csp}");
    let text = response.text().await.unwrap();
    for forbidden in ["<script", "style=\"", "javascript:"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    assert!(text.contains("<html lang=\"en\" dir=\"ltr\">"));
    text
}

pub fn s256(verifier: &str) -> String {
    pkce::s256(verifier)
}
