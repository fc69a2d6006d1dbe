//! Requests without a session or credentials, otherwise as valid as possible.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_access::clock::Clock as _;
use doorward_testkit::agent::encode;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::{Authorization, Form, Page, Stack, TestClient};
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jws::JwsSigner as _;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Route, site_routes};

/// A password that is long enough and in no list of common passwords.
const PASSWORD: &str = "correct horse battery staple 26";

/// A browser without a session at one address.
pub struct AnonymousBrowser<'a> {
    stack: &'a Stack,
    http: Client,
    cookies: String,
    csrf: String,
    key: Jwk,
}

impl<'a> AnonymousBrowser<'a> {
    /// Opens the sign-in page for the cookie and the anti-forgery token.
    pub async fn new(stack: &'a Stack, address: Ipv4Addr) -> Self {
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .local_address(std::net::IpAddr::from(address))
            .user_agent("anonymous")
            .build()
            .expect("an HTTP client");
        let page = Page::fetch(http.get(stack.at("/login")))
            .await
            .expect("a page");
        let cookies = page.headers.get_all("set-cookie").iter();
        let cookies: Vec<_> = cookies
            .filter_map(|value| value.to_str().ok()?.split(';').next())
            .collect();
        let form = page.form("form:has([name=password])");
        Self {
            stack,
            http,
            cookies: cookies.join("; "),
            csrf: csrf_of(&form),
            key: Jwk::generate_ec_key(EcCurve::P256).expect("a key"),
        }
    }

    /// Returns the request with this number to a route.
    pub fn request(&self, route: &Route, n: usize) -> RequestBuilder {
        if route.is_tasks {
            return self.to_tasks(route, n);
        }
        let url = self.stack.at(&route.path);
        let method: Method = route.method.parse().expect("a method");
        if site_routes::PATHS.contains(&route.path.as_str()) {
            let request = self.http.get(url + &parameters(&route.path, n));
            return site_routes::describe(request, n);
        }
        if route.path.starts_with("/api/") {
            let request = self.http.request(method.clone(), url);
            return match method {
                Method::GET => request,
                _ => request.json(&body(&route.path, n)),
            };
        }
        if route.path.starts_with("/oauth2/") {
            return self.to_endpoint(method, &route.path, n);
        }
        if method == Method::GET {
            let request = self.http.get(url + &parameters(&route.path, n));
            return request.header("cookie", &self.cookies);
        }
        let request = self.http.request(method, url);
        let request = request.header("cookie", &self.cookies);
        let name = format!("nobody-{}-{n}", self.csrf.get(..6).unwrap_or_default());
        let email = format!("{name}@example.org");
        let fields = [
            ("csrf", self.csrf.as_str()),
            ("identifier", &name),
            ("username", &name),
            ("email", &email),
            ("password", PASSWORD),
            ("password_confirm", PASSWORD),
            ("code", "123456"),
            ("user_code", "BCDF-GHJK"),
            ("state", "none"),
            ("response", "{}"),
            ("decision", "allow"),
        ];
        form(request.header("origin", self.stack.issuer()), &fields)
    }

    fn to_tasks(&self, route: &Route, n: usize) -> RequestBuilder {
        let method: Method = route.method.parse().expect("a method");
        let query = match method {
            Method::GET => parameters(&route.path, n),
            _ => String::new(),
        };
        let url = self.stack.at_tasks(&route.path) + &query;
        let request = self.http.request(method.clone(), url);
        let request = request.header("origin", self.stack.tasks());
        let request = request.header("sec-fetch-site", "same-origin");
        match method {
            Method::GET => request,
            _ if route.path.starts_with("/web/") => form(request, &[("csrf", "none")]),
            _ => request.json(&json!({ "title": "nothing" })),
        }
    }

    fn to_endpoint(&self, method: Method, path: &str, n: usize) -> RequestBuilder {
        let (stack, seed) = (self.stack, &self.stack.seed);
        let url = stack.at(path);
        let request = Authorization::new(stack.issuer(), &seed.native);
        let number = n.to_string();
        let code = format!("{n:043}");
        let post =
            |client: &TestClient, fields: &[(&str, &str)]| client.request(&self.http, &url, fields);
        match (method.as_str(), path) {
            ("GET", "/oauth2/authorize") => {
                let request = request.with("state", &number);
                let query = encode(request.pairs());
                let asked = self.http.get(format!("{url}?{query}"));
                asked.header("cookie", &self.cookies)
            }
            ("POST", "/oauth2/authorize") => form(
                self.http.post(&url),
                &request.with("state", &number).pairs(),
            ),
            ("POST", "/oauth2/par") => {
                post(&seed.native, &request.is_disabled("client_id").pairs())
                    .header("dpop", self.proof(&url, n))
            }
            ("POST", "/oauth2/token") => {
                let fields = [
                    ("grant_type", "authorization_code"),
                    ("code", code.as_str()),
                    ("redirect_uri", &seed.native.redirect_uri),
                    ("code_verifier", VERIFIER),
                ];
                post(&seed.native, &fields).header("dpop", self.proof(&url, n))
            }
            ("POST", "/oauth2/device_authorization") => post(&seed.device, &[("scope", "openid")]),
            ("POST", "/oauth2/revoke" | "/oauth2/introspect") => {
                post(&seed.native, &[("token", &code)])
            }
            ("POST", "/oauth2/bc-authorize") => post(
                &seed.native,
                &[("scope", "openid"), ("login_hint", "alice")],
            ),
            ("POST", "/oauth2/register") => self.http.post(&url).json(&json!({
                "client_name": format!("app {n}"),
                "redirect_uris": ["http://localhost/callback"],
                "token_endpoint_auth_method": "none",
                "scope": "openid",
            })),
            (_, "/oauth2/logout") => {
                let fields = [("client_id", seed.native.id.as_str()), ("state", &number)];
                match method {
                    Method::GET => self.http.get(format!("{url}?{}", encode(fields))),
                    _ => form(self.http.request(method, &url), &fields),
                }
            }
            _ => {
                let request = self.http.request(method.clone(), &url).bearer_auth(&code);
                match method {
                    Method::GET | Method::DELETE => request,
                    Method::PUT => request.json(&json!({ "client_id": "none" })),
                    _ => form(request, &[]),
                }
            }
        }
    }

    /// Returns a new DPoP proof for a POST to this address (RFC 9449 §4.2).
    fn proof(&self, url: &str, n: usize) -> String {
        let public = self.key.to_public_key().expect("a public key");
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": public });
        let claims = json!({
            "jti": format!("{}-{n}", self.csrf), "htm": "POST", "htu": url,
            "iat": self.stack.clock.now(),
        });
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = format!("{header}.{claims}");
        let signer = EcdsaJwsAlgorithm::Es256.signer_from_jwk(&self.key);
        let signature = signer.expect("a signer").sign(text.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
        format!("{text}.{signature}")
    }
}

fn csrf_of(form: &Form) -> String {
    let token = form.fields.iter().find(|(name, _)| name == "csrf");
    token.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encode(fields.to_vec()))
}

/// Returns the query string of a page request.
fn parameters(path: &str, n: usize) -> String {
    let token = format!("{n:043}");
    match path {
        _ if path.contains("/callback") => format!("?state={token}&code={token}&iss=none"),
        "/verify-email" | "/reset-password" | "/invitation" => format!("?token={token}"),
        _ => String::new(),
    }
}

/// Returns the JSON body of an operation; it has no unknown members.
fn body(path: &str, n: usize) -> Value {
    let unique = format!("nobody-{}-{n}", path.len());
    let email = format!("{unique}@example.org");
    let token = format!("{n:043}");
    let bodies: BTreeMap<&str, Value> = [
        (
            "/api/auth/login",
            json!({ "username": unique, "password": PASSWORD }),
        ),
        (
            "/api/auth/login/mfa",
            json!({ "mfa_token": token, "code": "123456" }),
        ),
        (
            "/api/auth/register",
            json!({
                "username": unique, "email": email, "password": PASSWORD,
                "password_confirm": PASSWORD,
            }),
        ),
        ("/api/auth/email/verify", json!({ "token": token })),
        ("/api/auth/email/change/confirm", json!({ "token": token })),
        ("/api/auth/email/verify/resend", json!({ "email": email })),
        ("/api/auth/password/reset", json!({ "email": email })),
        (
            "/api/auth/password/reset/confirm",
            json!({ "token": token, "password": PASSWORD, "password_confirm": PASSWORD }),
        ),
        ("/api/auth/token/refresh", json!({ "refresh": token })),
        ("/api/auth/token/verify", json!({ "token": token })),
    ]
    .into();
    bodies.get(path).cloned().unwrap_or_else(|| json!({}))
}
