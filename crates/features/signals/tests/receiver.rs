//! A receiver of pushes, and the check of tokens by the published keys.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_testkit::{Stack, UserAgent, jwt};
use josekit::jwk::Jwk;
use josekit::jws::JwsVerifier as _;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

pub const TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Clone, Debug)]
pub struct Push {
    pub token: String,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
}

/// A receiver that stores what it gets, and responds with a set status.
pub struct PushReceiver {
    port: u16,
    pushes: Arc<Mutex<Vec<Push>>>,
    status: Arc<Mutex<u16>>,
}

impl PushReceiver {
    /// Starts a receiver that responds with 202.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (pushes, status) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(202)));
        let (stored, word) = (Arc::clone(&pushes), Arc::clone(&status));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while parse(&bytes).is_none() && stream.read_buf(&mut bytes).await.unwrap_or(0) > 0
                {
                }
                if let Some(push) = parse(&bytes) {
                    stored.lock().unwrap().push(push);
                }
                let status = *word.lock().unwrap();
                let answer = format!(
                    "HTTP/1.1 {status} Word\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            port,
            pushes,
            status,
        }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/events", self.port)
    }

    pub fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    /// Waits for this number of pushes and returns all.
    pub async fn pushes(&self, number: usize) -> Vec<Push> {
        let start = Instant::now();
        loop {
            let found = self.pushes.lock().unwrap().clone();
            if found.len() >= number {
                return found;
            }
            assert!(start.elapsed() < TIMEOUT, "{} came", found.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Reads a request; `None` until it is whole.
fn parse(bytes: &[u8]) -> Option<Push> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let field = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_wanted = name.eq_ignore_ascii_case(wanted);
            is_wanted.then(|| value.trim().to_owned())
        })
    };
    let length: usize = field("content-length")?.parse().ok()?;
    (body.len() >= length).then(|| Push {
        token: body.to_owned(),
        authorization: field("authorization"),
        content_type: field("content-type"),
    })
}

/// Returns the claims of a token after a check of its signature by the published keys.
pub async fn verify(stack: &Stack, token: &str) -> Value {
    let header = jwt::header(token);
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&"secevent+jwt".into(), &"RS256".into())
    );
    let jwks = UserAgent::new().get(stack.at("/oauth2/jwks")).await.json();
    let keys = jwks["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let jwk = Jwk::from_map(key.as_object().unwrap().clone()).unwrap();
    let verifier = RsassaJwsAlgorithm::Rs256.verifier_from_jwk(&jwk).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    verifier
        .verify(signed.as_bytes(), &signature)
        .expect("a valid signature");
    jwt::claims(token)
}
