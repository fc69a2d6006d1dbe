//! Requests over TLS without a pause, while the certificate changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::tls::TlsInfo;
use reqwest::{Client, Response};
use tokio::task::JoinHandle;

/// Clients that send one request after the other.
pub struct TlsLoad {
    ends: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Sent>>,
}

/// Requests, and why some of them failed.
#[derive(Default, Debug)]
pub struct Sent {
    /// Durations of those that were answered.
    pub times: Vec<Duration>,
    pub failures: Vec<String>,
}

impl TlsLoad {
    pub fn start(clients: Vec<Client>, url: &str) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let begin = |client: Client| {
            let (ends, url) = (Arc::clone(&ends), url.to_owned());
            tokio::spawn(async move {
                let mut sent = Sent::default();
                while !ends.load(Ordering::Relaxed) {
                    sent.request(&client, &url).await;
                }
                sent
            })
        };
        let clients = clients.into_iter().map(begin).collect();
        Self { ends, clients }
    }

    /// Waits for the last answers.
    pub async fn finish(self) -> Sent {
        self.ends.store(true, Ordering::Relaxed);
        let mut all = Sent::default();
        for client in self.clients {
            let sent = client.await.unwrap();
            all.times.extend(sent.times);
            all.failures.extend(sent.failures);
        }
        all
    }
}

impl Sent {
    async fn request(&mut self, client: &Client, url: &str) {
        let begun = Instant::now();
        match read(client, url).await {
            Ok(200) => self.times.push(begun.elapsed()),
            Ok(status) => self.failures.push(format!("status {status}")),
            Err(error) => self.failures.push(format!("{error:?}")),
        }
    }
}

/// Requests a URL, and reads the whole answer: only then its connection is used again.
async fn read(client: &Client, url: &str) -> reqwest::Result<u16> {
    let response = client.get(url).send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok(status)
}

/// Returns the certificate of the connection, in DER.
pub fn served(response: &Response) -> Vec<u8> {
    let info = response.extensions().get::<TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}
