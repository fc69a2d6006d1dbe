//! The cost of DPoP, pushed requests, introspection and device polls.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::{Authorization, Page};
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Private;
use openssl::sha::sha256;

use crate::load::{Load, Run, counted};
use crate::report::Report;
use crate::signature;
use crate::subject::Subject;

/// Maximum cost of an introspection in signatures: five resource servers may introspect each signed
/// token.
const INTROSPECTION: f64 = 0.2;

/// Measures all four with `1/share` of the usual number of requests.
pub async fn measure(subject: &Subject, load: &Load, report: &mut Report, share: usize) {
    report.signature(signature::cpu_seconds());
    let run = subject.dpop_tokens(load, 2000 / share).await;
    report.ratio("client-credentials token with DPoP proof", &run, None);
    let run = subject.pushed_codes(load, 1000 / share).await;
    report.ratio("PAR and the code for it", &run, None);
    report.signature(signature::cpu_seconds());
    let run = subject.introspection(load, 4000 / share).await;
    report.ratio("introspection", &run, Some(INTROSPECTION));
    let run = subject.device_polls(load, 1000 / share).await;
    report.ratio("poll of a device that waits", &run, None);
    report.signature(signature::cpu_seconds());
}

fn member(page: &Page, name: &str) -> String {
    page.member(name)
        .unwrap_or_else(|| panic!("no {name}: {}", page.dump()))
}

impl Subject {
    /// Requests key-bound tokens; the proofs are created before the measurement.
    async fn dpop_tokens(&self, load: &Load, count: usize) -> Run {
        let url = format!("{}/oauth2/token", self.issuer);
        let prover = Prover::new();
        let proofs: Vec<String> = (0..count)
            .map(|number| prover.proof(&url, number))
            .collect();
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let requests = proofs.iter().map(|proof| {
            let request = self.seed.service.request(load.http(), &url, &fields);
            request.header("dpop", proof)
        });
        counted(&self.identity, async { load.send(requests, 200).await.0 }).await
    }

    /// Gets codes of the signed-in user by pushed requests; measures both requests together.
    async fn pushed_codes(&self, load: &Load, count: usize) -> Run {
        let client = &self.seed.trusted;
        let request = Authorization::new(&self.issuer, client);
        let url = format!("{}/oauth2/par", self.issuer);
        let mut names = Vec::new();
        let sent = (0..count).map(|_| client.request(load.http(), &url, &request.pairs()));
        let pushed = counted(&self.identity, async {
            let (run, pages) = load.send(sent, 201).await;
            names.extend(pages.iter().map(|page| member(page, "request_uri")));
            run
        })
        .await;
        let endpoint = format!("{}/oauth2/authorize", self.issuer);
        let asks = names.iter().map(|name| {
            let pairs = [("client_id", client.id.as_str()), ("request_uri", name)];
            let url = url::Url::parse_with_params(&endpoint, pairs).expect("a URL");
            self.user_agent().http().get(url)
        });
        let mut run = counted(&self.identity, async {
            let (run, pages) = load.send(asks, 303).await;
            let has_code = |page: &Page| {
                let location = page.location().expect("a redirect");
                location.query_pairs().any(|(name, _)| name == "code")
            };
            assert!(pages.iter().all(has_code), "each is answered with a code");
            run
        })
        .await;
        run.cpu_seconds += pushed.cpu_seconds;
        run
    }

    /// Introspects one access token as the resource server that it is for.
    async fn introspection(&self, load: &Load, count: usize) -> Run {
        let token = self.access_token(load).await;
        let url = format!("{}/oauth2/introspect", self.issuer);
        let fields = [("token", token.as_str())];
        let asking = &self.seed.tasks_api;
        let requests = (0..count).map(|_| asking.request(load.http(), &url, &fields));
        counted(&self.identity, async {
            let (run, pages) = load.send(requests, 200).await;
            let is_active = |page: &Page| page.json()["active"] == true;
            assert!(pages.iter().all(is_active), "the token is active");
            run
        })
        .await
    }

    /// Polls for devices without an answer, once for each.
    async fn device_polls(&self, load: &Load, count: usize) -> Run {
        let client = &self.seed.device;
        let start = format!("{}/oauth2/device_authorization", self.issuer);
        let begun = (0..count).map(|_| client.request(load.http(), &start, &[("scope", "openid")]));
        let (_, pages) = load.send(begun, 200).await;
        let codes: Vec<String> = pages
            .iter()
            .map(|page| member(page, "device_code"))
            .collect();
        let url = format!("{}/oauth2/token", self.issuer);
        let requests = codes.iter().map(|code| {
            let grant = "urn:ietf:params:oauth:grant-type:device_code";
            let fields = [("grant_type", grant), ("device_code", code.as_str())];
            client.request(load.http(), &url, &fields)
        });
        counted(&self.identity, async { load.send(requests, 400).await.0 }).await
    }
}

/// A holder of a DPoP key (RFC 9449 §4.2).
struct Prover {
    key: EcKey<Private>,
    header: String,
}

impl Prover {
    fn new() -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
        let key = EcKey::generate(&group).expect("a key");
        let (mut x, mut y) = (BigNum::new().expect("x"), BigNum::new().expect("y"));
        let mut context = BigNumContext::new().expect("a context");
        key.public_key()
            .affine_coordinates(&group, &mut x, &mut y, &mut context)
            .expect("a point");
        let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(padded(&half)));
        let header = serde_json::json!({
            "typ": "dpop+jwt", "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": x, "y": y },
        });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        Self { key, header }
    }

    fn proof(&self, uri: &str, number: usize) -> String {
        let claims = serde_json::json!({
            "jti": format!("proof-{number}"), "htm": "POST", "htu": uri, "iat": SystemClock.now(),
        });
        let signed = format!(
            "{}.{}",
            self.header,
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = EcdsaSig::sign(&sha256(signed.as_bytes()), &self.key).expect("a signature");
        let halves = [signature.r().to_owned(), signature.s().to_owned()];
        let bytes = halves.map(|half| padded(&half.expect("a number"))).concat();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

fn padded(number: &BigNum) -> Vec<u8> {
    number.to_vec_padded(32).expect("32 bytes")
}
