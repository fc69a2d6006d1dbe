//! A server that counts its requests, and a resolver that answers from a list.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::outgoing::resolve::Resolver;

/// The response of a trap after it has read a request.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Text(&'static str),
    Endless,
    Slow,
}

/// A server on this machine that counts its connections.
pub(super) struct Trap {
    pub(super) port: u16,
    came: Arc<AtomicUsize>,
    pub(super) heard: Arc<Mutex<String>>,
}

impl Trap {
    pub(super) async fn set(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(AtomicUsize::new(0));
        let heard = Arc::new(Mutex::new(String::new()));
        let (count, values) = (Arc::clone(&came), Arc::clone(&heard));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let values = Arc::clone(&values);
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    values
                        .lock()
                        .unwrap()
                        .push_str(&String::from_utf8_lossy(&buffer[..read]));
                    let start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
                    match answer {
                        Answer::Text(text) => {
                            let _ = stream.write_all(text.as_bytes()).await;
                        }
                        Answer::Endless => {
                            let _ = stream.write_all(format!("{start}\r\n").as_bytes()).await;
                            while stream.write_all(&[b' '; 512]).await.is_ok() {}
                        }
                        Answer::Slow => {
                            let long = format!("{start}Content-Length: 1000\r\n\r\n");
                            let _ = stream.write_all(long.as_bytes()).await;
                            // Kept open until the client gives up.
                            let _ = stream.read(&mut buffer).await;
                        }
                    }
                });
            }
        });
        Self { port, came, heard }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/jwks", self.port)
    }

    pub(super) fn visits(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

/// A resolver that answers from a list, and repeats the last answer.
#[derive(Debug)]
pub(super) struct Script(Mutex<Vec<Vec<IpAddr>>>, AtomicUsize);

impl Script {
    pub(super) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = answers.iter().rev().map(|answer| {
            let addresses = answer.iter().map(|text| text.parse().unwrap());
            addresses.collect()
        });
        Arc::new(Self(Mutex::new(parsed.collect()), AtomicUsize::new(0)))
    }

    pub(super) fn asked(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Resolver for Script {
    async fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.0.lock().unwrap();
        Ok(if answers.len() > 1 {
            answers.pop().unwrap()
        } else {
            answers[0].clone()
        })
    }
}
