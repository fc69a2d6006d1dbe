//! An authority in memory. It rejects requests that RFC 8555 does not allow.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509NameBuilder, X509Req};
use serde_json::{Value, json};

use crate::acme::{Answer, Call, Challenge, Method};
use crate::testing;

pub const DIRECTORY: &str = "https://ca.example/directory";
pub const ACCOUNT: &str = "https://ca.example/account/1";
const ORDER: &str = "https://ca.example/order/1";
const FINALIZE: &str = "https://ca.example/order/1/finalize";
const CERTIFICATE: &str = "https://ca.example/certificate/1";

/// The errors that an authority makes.
#[expect(clippy::struct_excessive_bools, reason = "the faults are independent")]
#[derive(Clone, Default)]
pub struct Faults {
    /// Number of nonces that it rejects at first.
    pub bad_nonces: u32,
    pub each_second_nonce: bool,
    /// Sends a nonce only when asked for one.
    pub no_nonces: bool,
    /// Number of polls until a challenge is verified.
    pub polls: u32,
    /// Number of polls until a certificate is issued.
    pub order_polls: u32,
    /// Number of answers with status 503, and of requests without an answer.
    pub unavailable: u32,
    pub silent: u32,
    /// Number of requests for a certificate that come too early.
    pub not_ready: u32,
    pub valid_authorizations: bool,
    /// Types of problems.
    pub failed_challenge: Option<&'static str>,
    pub rejected_order: Option<&'static str>,
    pub invalid_order: bool,
    pub other_name: bool,
    pub offers_dns_only: bool,
    /// Requires an external account.
    pub external: bool,
    pub already_replaced: bool,
    /// Replaces the directory.
    pub directory: &'static str,
}

pub struct Authority {
    faults: Faults,
    nonces: BTreeSet<String>,
    next_nonce: u32,
    hosts: Vec<String>,
    served: Vec<Challenge>,
    responded: BTreeSet<usize>,
    issued: Option<Vec<u8>>,
    /// Numbers of created accounts, and the keys of bound ones.
    pub accounts: u32,
    pub bound_accounts: Vec<String>,
    pub replaced: Option<String>,
}

impl Authority {
    pub fn new(faults: Faults) -> Self {
        Self {
            faults,
            nonces: BTreeSet::new(),
            next_nonce: 0,
            hosts: Vec::new(),
            served: Vec::new(),
            responded: BTreeSet::new(),
            issued: None,
            accounts: 0,
            bound_accounts: Vec::new(),
            replaced: None,
        }
    }

    pub fn serve(&mut self, challenges: Vec<Challenge>) {
        assert!(self.responded.is_empty(), "served before the response");
        self.served = challenges;
    }

    /// Returns the answer; none if the connection fails.
    pub fn answer(&mut self, call: &Call) -> Option<Answer> {
        if count_down(&mut self.faults.silent) {
            return None;
        }
        if count_down(&mut self.faults.unavailable) {
            return Some(status(503));
        }
        let mut answer = match call.method {
            Method::Get => self.directory(),
            Method::Head => status(200),
            Method::Post => self.post(call),
        };
        let is_head = call.method == Method::Head;
        if is_head || (call.method == Method::Post && !self.faults.no_nonces) {
            self.next_nonce += 1;
            let nonce = format!("nonce-{}", self.next_nonce);
            self.nonces.insert(nonce.clone());
            answer.nonce = Some(nonce);
        }
        Some(answer)
    }

    fn directory(&self) -> Answer {
        if !self.faults.directory.is_empty() {
            return Answer {
                body: self.faults.directory.as_bytes().to_vec(),
                ..status(200)
            };
        }
        document(
            200,
            &json!({
                "newNonce": "https://ca.example/nonce",
                "newAccount": "https://ca.example/account",
                "newOrder": "https://ca.example/order",
                "renewalInfo": "https://ca.example/renewal",
                "meta": { "externalAccountRequired": self.faults.external },
            }),
        )
    }

    fn post(&mut self, call: &Call) -> Answer {
        let body: Value = serde_json::from_slice(&call.body).unwrap();
        let decode = |name: &str| {
            let text = body[name].as_str().unwrap();
            URL_SAFE_NO_PAD.decode(text).unwrap()
        };
        let header: Value = serde_json::from_slice(&decode("protected")).unwrap();
        let payload = decode("payload");
        assert_eq!(decode("signature").len(), 64);
        assert_eq!(
            (&header["alg"], &header["url"]),
            (&json!("ES256"), &json!(call.url))
        );
        let nonce = header["nonce"].as_str().unwrap();
        let is_known = self.nonces.remove(nonce);
        let is_even = self.next_nonce.is_multiple_of(2);
        let is_rejected = self.faults.each_second_nonce && is_even;
        if !is_known || is_rejected || count_down(&mut self.faults.bad_nonces) {
            return problem(400, "badNonce");
        }
        if call.url == "https://ca.example/account" {
            assert!(
                header["jwk"].is_object() && header["kid"].is_null(),
                "{header}"
            );
            return self.create_account(&serde_json::from_slice(&payload).unwrap());
        }
        assert!(header["jwk"].is_null(), "{header}");
        if header["kid"] != ACCOUNT {
            return problem(400, "accountDoesNotExist");
        }
        if payload.is_empty() {
            return self.read(&call.url);
        }
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        match call.url.as_str() {
            "https://ca.example/order" => self.create_order(&payload),
            FINALIZE => self.finalize(&payload),
            url => self.respond(url, &payload),
        }
    }

    fn create_account(&mut self, payload: &Value) -> Answer {
        assert_eq!(payload["termsOfServiceAgreed"], true);
        assert_eq!(payload["contact"], json!(["mailto:ops@example.org"]));
        if self.faults.external {
            let protected = payload["externalAccountBinding"]["protected"].as_str();
            let header = URL_SAFE_NO_PAD.decode(protected.unwrap()).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            let key_id = header["kid"].as_str().unwrap();
            self.bound_accounts.push(key_id.to_owned());
        }
        self.accounts += 1;
        Answer {
            location: Some(ACCOUNT.to_owned()),
            ..document(201, &json!({ "status": "valid" }))
        }
    }

    fn create_order(&mut self, payload: &Value) -> Answer {
        if let Some(word) = self.faults.rejected_order {
            return Answer {
                retry_after: Some("7200".to_owned()),
                ..problem(if word == "rateLimited" { 429 } else { 403 }, word)
            };
        }
        let replaces = payload["replaces"].as_str().map(str::to_owned);
        if self.faults.already_replaced && replaces.is_some() {
            return problem(409, "alreadyReplaced");
        }
        self.replaced = replaces;
        let identifiers = payload["identifiers"].as_array().unwrap();
        let hosts = identifiers.iter().map(|it| it["value"].as_str().unwrap());
        self.hosts = hosts.map(str::to_owned).collect();
        self.responded.clear();
        self.issued = None;
        Answer {
            location: Some(ORDER.to_owned()),
            ..document(201, &self.order("pending"))
        }
    }

    fn order(&self, state: &str) -> Value {
        let authorizations: Vec<_> = (0..self.hosts.len())
            .map(|place| format!("https://ca.example/authorization/{place}"))
            .collect();
        let mut order = json!({
            "status": state,
            "authorizations": authorizations,
            "finalize": FINALIZE,
        });
        if state == "valid" {
            order["certificate"] = CERTIFICATE.into();
        }
        order
    }

    /// Answers POST-as-GET.
    fn read(&mut self, url: &str) -> Answer {
        if let Some(place) = url.strip_prefix("https://ca.example/authorization/") {
            return self.authorization(place.parse().unwrap());
        }
        match url {
            ORDER if self.issued.is_none() => document(200, &self.order("ready")),
            ORDER if count_down(&mut self.faults.order_polls) => {
                document(200, &self.order("processing"))
            }
            ORDER => document(200, &self.order("valid")),
            CERTIFICATE => Answer {
                body: self.issued.clone().unwrap(),
                ..status(200)
            },
            other => panic!("{other:?} is read"),
        }
    }

    fn authorization(&mut self, place: usize) -> Answer {
        let (mut state, mut error) = ("pending", Value::Null);
        if self.faults.valid_authorizations {
            state = "valid";
        } else if self.responded.contains(&place) && !count_down(&mut self.faults.polls) {
            state = "valid";
            if let Some(word) = self.faults.failed_challenge {
                state = "invalid";
                error = json!({
                    "type": format!("urn:ietf:params:acme:error:{word}"),
                    "detail": "what the authority saw",
                });
            }
        }
        let kinds = if self.faults.offers_dns_only {
            &["dns-01"][..]
        } else {
            &["dns-01", "http-01", "tls-alpn-01"]
        };
        let challenges: Vec<_> = kinds
            .iter()
            .map(|kind| {
                json!({
                    "type": kind,
                    "url": format!("https://ca.example/challenge/{place}"),
                    "token": format!("token-{place}"),
                    "error": if *kind == "http-01" { error.clone() } else { Value::Null },
                })
            })
            .collect();
        let object = json!({
            "status": state,
            "identifier": { "type": "dns", "value": self.hosts[place] },
            "challenges": challenges,
        });
        document(200, &object)
    }

    fn respond(&mut self, url: &str, payload: &Value) -> Answer {
        let place = url.strip_prefix("https://ca.example/challenge/").unwrap();
        let place: usize = place.parse().unwrap();
        assert_eq!(*payload, json!({}));
        let served = &self.served[place];
        assert_eq!(served.host, self.hosts[place]);
        let authorized = format!("token-{place}.");
        assert!(served.key_authorization.starts_with(&authorized));
        assert_eq!(served.key_authorization.len(), authorized.len() + 43);
        self.responded.insert(place);
        document(200, &json!({ "status": "processing" }))
    }

    fn finalize(&mut self, payload: &Value) -> Answer {
        if count_down(&mut self.faults.not_ready) {
            return problem(403, "orderNotReady");
        }
        if self.faults.invalid_order {
            return document(200, &self.order("invalid"));
        }
        let request = URL_SAFE_NO_PAD.decode(payload["csr"].as_str().unwrap());
        let request = X509Req::from_der(&request.unwrap()).unwrap();
        let text = String::from_utf8(request.to_text().unwrap()).unwrap();
        for host in &self.hosts {
            assert!(text.contains(&format!("DNS:{host}")), "{text}");
        }
        self.issued = Some(self.issue(&request));
        document(200, &self.order("processing"))
    }

    fn issue(&self, request: &X509Req) -> Vec<u8> {
        let authority = testing::key();
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", "authority").unwrap();
        let name = name.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_issuer_name(&name).unwrap();
        let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
        builder.set_not_before(&begin).unwrap();
        builder.set_not_after(&end).unwrap();
        builder.set_pubkey(&*request.public_key().unwrap()).unwrap();
        let mut names = SubjectAlternativeName::new();
        for host in &self.hosts {
            names.dns(if self.faults.other_name {
                "other"
            } else {
                host
            });
        }
        let names = names.build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
        builder.sign(&authority, MessageDigest::sha256()).unwrap();
        builder.build().to_pem().unwrap()
    }
}

/// Returns true as often as the number says.
fn count_down(number: &mut u32) -> bool {
    let counts = *number > 0;
    *number = number.saturating_sub(1);
    counts
}

fn status(status: u16) -> Answer {
    Answer {
        status,
        ..Answer::default()
    }
}

fn document(code: u16, body: &Value) -> Answer {
    Answer {
        body: body.to_string().into_bytes(),
        ..status(code)
    }
}

fn problem(code: u16, word: &str) -> Answer {
    let kind = format!("urn:ietf:params:acme:error:{word}");
    document(code, &json!({ "type": kind, "detail": "what happened" }))
}
