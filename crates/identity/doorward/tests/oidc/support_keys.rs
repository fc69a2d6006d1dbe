//! Keys of clients, and a server that publishes them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_testkit::rsa_keys;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::eddsa::EddsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use josekit::jws::alg::rsassa_pss::RsassaPssJwsAlgorithm;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A client's key pair.
pub struct TestKey {
    alg: &'static str,
    kid: &'static str,
    private: Jwk,
}

impl TestKey {
    /// Generates a key pair.
    pub fn new(alg: &'static str, kid: &'static str) -> Self {
        let private = match alg {
            "RS256" | "PS256" => rsa_keys::take(),
            "ES256" => Jwk::generate_ec_key(EcCurve::P256).unwrap(),
            _ => Jwk::generate_ed_key(EdCurve::Ed25519).unwrap(),
        };
        Self { alg, kid, private }
    }

    fn public(&self) -> Value {
        let mut jwk = serde_json::to_value(self.private.to_public_key().unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg);
        jwk
    }

    /// Returns the JWK set with this key.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.public()] }).to_string()
    }

    /// Returns the JWK set of several keys.
    pub fn set(keys: &[Self]) -> String {
        let keys: Vec<_> = keys.iter().map(Self::public).collect();
        json!({ "keys": keys }).to_string()
    }

    /// Returns a JWT with these claims.
    pub fn sign(&self, typ: Option<&str>, claims: &Value) -> String {
        let mut header = json!({ "alg": self.alg, "kid": self.kid });
        if let Some(typ) = typ {
            header["typ"] = json!(typ);
        }
        self.sign_with(&header, claims)
    }

    /// Returns the public key.
    pub fn jwk(&self) -> Value {
        serde_json::to_value(self.private.to_public_key().unwrap()).unwrap()
    }

    /// Returns the private key.
    pub fn private_jwk(&self) -> Value {
        serde_json::to_value(&self.private).unwrap()
    }

    /// Returns the name of the algorithm.
    pub const fn alg(&self) -> &'static str {
        self.alg
    }

    /// Returns a JWT with this header and these claims, without checking them.
    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = format!("{header}.{claims}");
        let key = &self.private;
        let signer: Box<dyn JwsSigner> = match self.alg {
            "RS256" => Box::new(RsassaJwsAlgorithm::Rs256.signer_from_jwk(key).unwrap()),
            "PS256" => Box::new(RsassaPssJwsAlgorithm::Ps256.signer_from_jwk(key).unwrap()),
            "ES256" => Box::new(EcdsaJwsAlgorithm::Es256.signer_from_jwk(key).unwrap()),
            _ => Box::new(EddsaJwsAlgorithm::Eddsa.signer_from_jwk(key).unwrap()),
        };
        let signature = signer.sign(text.as_bytes()).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Returns a JWT without a signature (`alg` `none`).
    pub fn unsigned(claims: &Value) -> String {
        let header = json!({ "alg": "none" });
        let [header, claims] =
            [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        format!("{header}.{claims}.")
    }
}

/// A server of one document on this machine, which counts the requests.
pub struct KeyServer {
    port: u16,
    document: Arc<Mutex<String>>,
    came: Arc<AtomicUsize>,
}

impl KeyServer {
    /// Starts a server with this document; with an empty one, it never responds.
    pub async fn start(document: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let document = Arc::new(Mutex::new(document));
        let came = Arc::new(AtomicUsize::new(0));
        let (served, count) = (Arc::clone(&document), Arc::clone(&came));
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let body = served.lock().unwrap().clone();
                if body.is_empty() {
                    silent.push(stream);
                    continue;
                }
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            port,
            document,
            came,
        }
    }

    /// Replaces the document.
    pub fn serve(&self, document: String) {
        *self.document.lock().unwrap() = document;
    }

    /// Returns the address of the document.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks", self.port)
    }

    /// Returns the number of requests.
    pub fn visits(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}
