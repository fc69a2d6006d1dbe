//! A client's web server, which serves what a test defines and counts the requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// The response at one path.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status with its reason.
    pub status: &'static str,
    /// The header fields, each with its line end.
    pub fields: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns a response with a JSON document.
    pub fn json(document: &Value) -> Self {
        Self {
            status: "200 OK",
            fields: "Content-Type: application/json\r\n".to_owned(),
            body: document.to_string(),
        }
    }

    /// Adds a header field.
    pub fn with(mut self, field: &str) -> Self {
        self.fields += field;
        self.fields += "\r\n";
        self
    }
}

/// The server.
pub struct DocumentServer {
    host: &'static str,
    port: u16,
    answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    visits: Arc<Mutex<Vec<String>>>,
}

impl DocumentServer {
    /// Starts a server that responds with 404.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// Starts a server at this address.
    pub async fn start_at(host: &'static str) -> Self {
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers: Arc<Mutex<BTreeMap<String, Answer>>> = Arc::default();
        let visits: Arc<Mutex<Vec<String>>> = Arc::default();
        let (served, came) = (Arc::clone(&answers), Arc::clone(&visits));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                came.lock().unwrap().push(head);
                let found = served.lock().unwrap().get(&path).cloned();
                let answer = found.unwrap_or(Answer {
                    status: "404 Not Found",
                    fields: "Content-Type: application/json\r\n".to_owned(),
                    body: "{}".to_owned(),
                });
                let text = format!(
                    "HTTP/1.1 {}\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                    answer.status,
                    answer.fields,
                    answer.body.len(),
                    answer.body,
                );
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        Self {
            host,
            port,
            answers,
            visits,
        }
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    /// Returns the host as the consent page shows it.
    pub fn host(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Sets the response at this path.
    pub fn serve(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Serves a valid metadata document of a public client at this path, with a change; returns its
    /// `client_id`.
    pub fn publish(&self, path: &str, change: impl FnOnce(&mut Value)) -> String {
        let id = self.url(path);
        let mut document = json!({
            "client_id": id,
            "client_name": "Notes",
            "redirect_uris": ["https://notes.example/cb"],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
        });
        change(&mut document);
        self.serve(path, Answer::json(&document));
        id
    }

    /// Returns the heads of the requests so far.
    pub fn visits(&self) -> Vec<String> {
        self.visits.lock().unwrap().clone()
    }
}
