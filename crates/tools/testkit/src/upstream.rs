//! An identity provider for tests: an OpenID Provider, or one with plain OAuth, that behaves
//! correctly until a test makes it misbehave.

mod event_tokens;
mod form_post;
mod misbehavior;
mod shape;

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::jwk::Jwk;
use josekit::jws::JwsSigner;
use josekit::jws::alg::hmac::HmacJwsAlgorithm;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use url::Url;
use url::form_urlencoded;

use crate::rsa_keys;

use form_post::form_post;
pub use misbehavior::Misbehavior;
pub use shape::{ABSENT, Shape};
use shape::{change, sign};

/// Client ID of the server under test.
pub const CLIENT_ID: &str = "doorward-at-upstream";
/// Client secret of the server under test.
pub const CLIENT_SECRET: &str = "sesame-street-number-17-back-door";

struct Waiting {
    challenge: String,
    redirect_uri: String,
    nonce: String,
    auth_time: bool,
}

struct World {
    issuer: String,
    person: Map<String, Value>,
    userinfo: Map<String, Value>,
    emails: Value,
    misbehavior: Option<Misbehavior>,
    promises_issuer: bool,
    shape: Shape,
    now: i64,
    key: Jwk,
    codes: HashMap<String, Waiting>,
    requests: Vec<(String, Vec<(String, String)>)>,
}

/// A provider on this machine.
pub struct Upstream {
    issuer: String,
    world: Arc<Mutex<World>>,
}

impl Upstream {
    /// Starts a provider with the time `now` in Unix seconds.
    pub fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let world = World {
            issuer: issuer.clone(),
            person: Map::new(),
            userinfo: Map::new(),
            emails: json!([]),
            misbehavior: None,
            promises_issuer: true,
            shape: Shape::default(),
            now,
            key: rsa_keys::take(),
            codes: HashMap::new(),
            requests: Vec::new(),
        };
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = Arc::clone(&shared);
                std::thread::spawn(move || respond(&stream, &world));
            }
        });
        Self { issuer, world }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the URL of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Sets the claims of the ID tokens.
    pub fn set_claims(&self, claims: Value) {
        self.world.lock().unwrap().person = object(claims);
    }

    pub fn userinfo(&self, claims: Value) {
        self.world.lock().unwrap().userinfo = object(claims);
    }

    /// Sets the list of e-mail addresses, in the format of GitHub.
    pub fn emails(&self, list: Value) {
        self.world.lock().unwrap().emails = list;
    }

    pub fn set_misbehavior(&self, lie: Misbehavior) {
        self.world.lock().unwrap().misbehavior = Some(lie);
    }

    /// Ends the misbehavior.
    pub fn repents(&self) {
        self.world.lock().unwrap().misbehavior = None;
    }

    /// Sets whether responses contain `iss` and the metadata announce it (RFC 9207 §3).
    pub fn promises_issuer(&self, promises: bool) {
        self.world.lock().unwrap().promises_issuer = promises;
    }

    /// Sets the habits of the provider, and a key for their algorithm.
    pub fn set_shape(&self, shape: Shape) {
        let mut world = self.world.lock().unwrap();
        if shape.alg != world.shape.alg {
            world.key = shape::new_key(shape.alg);
        }
        world.shape = shape;
    }

    pub fn set_time(&self, now: i64) {
        self.world.lock().unwrap().now = now;
    }

    /// Replaces the signing key, and publishes only the new one.
    pub fn rotate(&self) {
        self.world.lock().unwrap().key = rsa_keys::take();
    }

    pub fn request_count(&self, path: &str) -> usize {
        let world = self.world.lock().unwrap();
        world
            .requests
            .iter()
            .filter(|(item, _)| item == path)
            .count()
    }

    /// Returns the parameters of the last request to a path.
    pub fn last(&self, path: &str) -> Option<Vec<(String, String)>> {
        let world = self.world.lock().unwrap();
        let mut found = world.requests.iter().rev().filter(|(item, _)| item == path);
        found.next().map(|(_, pairs)| pairs.clone())
    }
}

fn object(claims: Value) -> Map<String, Value> {
    match claims {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

struct Request {
    path: String,
    query: Vec<(String, String)>,
    authorization: Option<String>,
    form: Vec<(String, String)>,
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let target = line.split(' ').nth(1)?.to_owned();
        let (mut length, mut authorization) = (0, None);
        loop {
            line.clear();
            lines.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().ok()?,
                "authorization" => authorization = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        lines.read_exact(&mut body).ok()?;
        let url = Url::parse("http://here").unwrap().join(&target).ok()?;
        Some(Self {
            path: url.path().to_owned(),
            query: url.query_pairs().into_owned().collect(),
            authorization,
            form: form_urlencoded::parse(&body).into_owned().collect(),
        })
    }

    fn value(pairs: &[(String, String)], name: &str) -> String {
        let found = pairs.iter().find(|(item, _)| item == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

struct Reply {
    status: &'static str,
    headers: String,
    body: String,
}

impl Reply {
    fn json(status: &'static str, value: &Value) -> Self {
        Self {
            status,
            headers: "Content-Type: application/json\r\n".to_owned(),
            body: value.to_string(),
        }
    }
}

fn respond(mut stream: &TcpStream, world: &Mutex<World>) {
    let Some(request) = Request::read(stream) else {
        return;
    };
    let is_slow = {
        let mut world = world.lock().unwrap();
        let pairs = if request.form.is_empty() {
            request.query.clone()
        } else {
            request.form.clone()
        };
        world.requests.push((request.path.clone(), pairs));
        world.misbehavior == Some(Misbehavior::Slow) && request.path == "/token"
    };
    if is_slow {
        // Longer than the timeout of a request; no test waits for this.
        std::thread::sleep(Duration::from_secs(8));
    }
    let reply = world.lock().unwrap().reply(&request);
    let Reply {
        status,
        headers,
        body,
    } = reply;
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

impl World {
    fn reply(&mut self, request: &Request) -> Reply {
        match request.path.as_str() {
            "/.well-known/openid-configuration" => self.document("200 OK", &self.discovery()),
            "/jwks" => {
                let mut key = serde_json::to_value(self.key.to_public_key().unwrap()).unwrap();
                key["use"] = json!("sig");
                change(&mut key, &self.shape.key);
                let mut keys = self.shape.further_keys.as_array().unwrap().clone();
                keys.push(key);
                self.document("200 OK", &json!({ "keys": keys }))
            }
            "/authorize" => self.authorize(&request.query),
            "/token" => self.token(request),
            "/userinfo" => self.userinfo(),
            "/emails" => Reply::json("200 OK", &self.emails),
            _ => Reply::json("404 Not Found", &json!({})),
        }
    }

    fn document(&self, status: &'static str, value: &Value) -> Reply {
        Reply {
            status,
            headers: format!("Content-Type: {}\r\n", self.shape.media_type),
            body: format!("{}{value}", self.shape.prefix),
        }
    }

    fn userinfo(&self) -> Reply {
        let mut claims = if self.userinfo.is_empty() {
            json!({ "sub": self.person.get("sub") })
        } else {
            Value::Object(self.userinfo.clone())
        };
        if !self.shape.userinfo.is_null() {
            claims = self.shape.userinfo.clone();
        }
        if self.misbehavior == Some(Misbehavior::UserinfoSubject) {
            claims["sub"] = json!("somebody-else");
        }
        if self.shape.signs_userinfo {
            let foreign = rsa_keys::foreign;
            let key = match self.misbehavior {
                Some(Misbehavior::ForeignUserinfo) => &foreign(),
                _ => &self.key,
            };
            return Reply {
                status: self.shape.userinfo_status,
                headers: "Content-Type: application/jwt; charset=utf-8\r\n".to_owned(),
                body: sign(self.shape.alg, &self.shape.header, &claims, key),
            };
        }
        self.document(self.shape.userinfo_status, &claims)
    }

    fn discovery(&self) -> Value {
        let issuer = match self.misbehavior {
            Some(Misbehavior::Discovery) => "https://somebody.example",
            _ => &self.issuer,
        };
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{}/authorize", self.issuer),
            "token_endpoint": format!("{}/token", self.issuer),
            "userinfo_endpoint": format!("{}/userinfo", self.issuer),
            "jwks_uri": format!("{}/jwks", self.issuer),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": self.promises_issuer,
        });
        change(&mut document, &self.shape.discovery);
        document
    }

    fn authorize(&mut self, query: &[(String, String)]) -> Reply {
        let of = |name| Request::value(query, name);
        if self.misbehavior == Some(Misbehavior::NoPage) {
            return Reply::json("204 No Content", &json!({}));
        }
        let redirect_uri = of("redirect_uri");
        let good = of("response_type") == "code"
            && of("client_id") == CLIENT_ID
            && of("code_challenge_method") == "S256";
        if !good || redirect_uri.is_empty() {
            return Reply::json("400 Bad Request", &json!({ "error": "invalid_request" }));
        }
        let mut pairs = vec![("state", of("state"))];
        if self.misbehavior == Some(Misbehavior::Denies) {
            pairs.push(("error", "access_denied".to_owned()));
        } else {
            let code = format!("code-{}", self.requests.len());
            let waiting = Waiting {
                challenge: of("code_challenge"),
                redirect_uri: redirect_uri.clone(),
                nonce: of("nonce"),
                auth_time: !of("max_age").is_empty(),
            };
            self.codes.insert(code.clone(), waiting);
            pairs.push(("code", code));
        }
        match self.misbehavior {
            Some(Misbehavior::ResponseIssuer) => {
                pairs.push(("iss", "https://somebody.example".into()));
            }
            Some(Misbehavior::NoResponseIssuer) => {}
            _ if self.promises_issuer => pairs.push(("iss", self.issuer.clone())),
            _ => {}
        }
        if of("response_mode") == "form_post" {
            return form_post(&redirect_uri, &pairs);
        }
        let mut url = Url::parse(&redirect_uri).unwrap();
        url.query_pairs_mut().extend_pairs(pairs);
        Reply {
            status: "302 Found",
            headers: format!("Location: {url}\r\n"),
            body: String::new(),
        }
    }

    fn token(&mut self, request: &Request) -> Reply {
        let of = |name| Request::value(&request.form, name);
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        let by_header = request.authorization == Some(format!("Basic {basic}"));
        let by_body = of("client_id") == CLIENT_ID && of("client_secret") == CLIENT_SECRET;
        if !by_header && !by_body {
            return Reply::json("401 Unauthorized", &json!({ "error": "invalid_client" }));
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
        let waiting = self.codes.remove(&of("code"));
        let waiting = waiting.filter(|waiting| {
            waiting.challenge == challenge && waiting.redirect_uri == of("redirect_uri")
        });
        let refuses = self.misbehavior == Some(Misbehavior::Refuses);
        let Some(waiting) = waiting.filter(|_| !refuses) else {
            return Reply::json("400 Bad Request", &json!({ "error": "invalid_grant" }));
        };
        let access_token = format!("access-{}", self.requests.len());
        let mut error = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 300,
        });
        if self.misbehavior != Some(Misbehavior::NoIdToken) && !self.person.is_empty() {
            error["id_token"] = json!(self.id_token(&waiting, &access_token));
        }
        if self.misbehavior == Some(Misbehavior::Huge) {
            error["padding"] = json!("x".repeat(1024 * 1024));
        }
        change(&mut error, &self.shape.token);
        self.document("200 OK", &error)
    }

    fn id_token(&self, waiting: &Waiting, access_token: &str) -> String {
        let hash = match self.shape.alg {
            alg if alg.ends_with("384") => Sha384::digest(access_token).to_vec(),
            alg if alg.ends_with("256") => Sha256::digest(access_token).to_vec(),
            _ => Sha512::digest(access_token).to_vec(),
        };
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "iat": self.now, "exp": self.now + 300,
            "nonce": waiting.nonce, "at_hash": URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]),
        });
        if waiting.auth_time {
            claims["auth_time"] = json!(self.now);
        }
        for (name, value) in &self.person {
            claims[name] = value.clone();
        }
        match self.misbehavior {
            Some(Misbehavior::Nonce) => claims["nonce"] = json!("another"),
            Some(Misbehavior::NoNonce) => {
                claims.as_object_mut().unwrap().remove("nonce");
            }
            Some(Misbehavior::Issuer) => claims["iss"] = json!("https://somebody.example"),
            Some(Misbehavior::Audience) => claims["aud"] = json!("somebody"),
            Some(Misbehavior::TwoAudiences) => claims["aud"] = json!([CLIENT_ID, "somebody"]),
            Some(Misbehavior::AuthorizedParty) => claims["azp"] = json!("somebody"),
            Some(Misbehavior::Expired) => claims["exp"] = json!(self.now - 60),
            Some(Misbehavior::AccessTokenHash) => {
                claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
            }
            Some(Misbehavior::NoSubject) => claims["sub"] = json!(""),
            _ => {}
        }
        change(&mut claims, &self.shape.id_token);
        let foreign;
        let key = if self.misbehavior == Some(Misbehavior::ForeignKey) {
            foreign = rsa_keys::foreign();
            &foreign
        } else {
            &self.key
        };
        let header = &self.shape.header;
        match self.misbehavior {
            Some(Misbehavior::Unsigned) => {
                let parts = [json!({ "alg": "none" }), claims];
                let parts = parts.map(|item| URL_SAFE_NO_PAD.encode(item.to_string()));
                format!("{}.", parts.join("."))
            }
            Some(Misbehavior::SharedSecret) => {
                let signer = HmacJwsAlgorithm::Hs256.signer_from_bytes(CLIENT_SECRET);
                let parts = [json!({ "alg": "HS256" }), claims];
                let parts = parts.map(|item| URL_SAFE_NO_PAD.encode(item.to_string()));
                let text = parts.join(".");
                let signature = signer.unwrap().sign(text.as_bytes()).unwrap();
                format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
            }
            Some(Misbehavior::Encrypted) => "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d".to_owned(),
            _ => sign(self.shape.alg, header, &claims, key),
        }
    }
}
