//! A client on this computer (RFC 8252 §7.3) that listens on a loopback port and stores the
//! responses to its redirect URI.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorward_testkit::{Authorization, Stack};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

const PAGE: &str = "<!doctype html><html lang=en><title>Back at the app</title>\
     <link rel=icon href=\"data:,\"><h1>Back at the app</h1>";

/// A request to the redirect URI.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `GET` or `POST`.
    pub method: String,
    /// The parameters of the query or the form.
    pub parameters: BTreeMap<String, String>,
}

type Kept = Arc<Mutex<Vec<Answer>>>;

/// The time limit for a front-channel logout request.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A listening client; it stops when dropped.
pub struct App {
    port: u16,
    answers: Kept,
    frames: Kept,
    task: JoinHandle<()>,
}

impl App {
    /// Listens on a free port.
    pub fn start() -> Self {
        Self::on(std::net::TcpListener::bind("127.0.0.1:0").expect("a port"))
    }

    /// Listens on a free port, and redirects from its redirect URI to `target`.
    pub fn onward_to(target: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        Self::serving(listener, Some(target.into()))
    }

    /// Listens on this port.
    pub fn on(listener: std::net::TcpListener) -> Self {
        Self::serving(listener, None)
    }

    fn serving(listener: std::net::TcpListener, onward: Option<Arc<str>>) -> Self {
        listener.set_nonblocking(true).expect("a listener");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let (answers, frames) = (Kept::default(), Kept::default());
        let kept = (Arc::clone(&answers), Arc::clone(&frames));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Browsers open connections that they never use.
                let kept = (Arc::clone(&kept.0), Arc::clone(&kept.1));
                tokio::spawn(serve(stream, kept, onward.clone()));
            }
        });
        Self {
            port,
            answers,
            frames,
            task,
        }
    }

    /// Returns an address of the client.
    pub fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Returns the redirect URI.
    pub fn callback(&self) -> String {
        self.at("/callback")
    }

    /// Returns an authorization request of the seeded native client with this redirect URI.
    pub fn authorization(&self, stack: &Stack) -> Authorization {
        Authorization::new(stack.issuer(), &stack.seed.native)
            .with("redirect_uri", &self.callback())
            .with("scope", "openid profile")
    }

    /// Returns true if the address is the redirect URI.
    pub fn is_at(&self, url: &Url) -> bool {
        url.port() == Some(self.port) && url.path() == "/callback"
    }

    /// Returns the responses so far.
    pub fn answers(&self) -> Vec<Answer> {
        self.answers.lock().unwrap().clone()
    }

    /// Waits for the only request to `/frame` and returns it.
    pub async fn frame_request(&self) -> Answer {
        let start = Instant::now();
        loop {
            let frames = self.frames.lock().unwrap().clone();
            if let [told] = frames.as_slice() {
                return told.clone();
            }
            assert!(frames.is_empty(), "more than one frame: {frames:?}");
            assert!(
                start.elapsed() < TIMEOUT,
                "no front-channel request was received"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Returns the only response so far.
    pub fn answer(&self) -> Answer {
        let answers = self.answers();
        let [answer] = answers.as_slice() else {
            panic!("not one answer: {answers:?}");
        };
        answer.clone()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves one connection with one request; redirects from the redirect URI to `onward`.
async fn serve(mut stream: TcpStream, (answers, frames): (Kept, Kept), onward: Option<Arc<str>>) {
    let read = tokio::time::timeout(Duration::from_secs(30), request(&mut stream));
    let Ok(Some((head, body))) = read.await else {
        return;
    };
    let mut words = head.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let stored = match path {
        "/callback" => Some(answers),
        "/frame" => Some(frames),
        _ => None,
    };
    if let Some(stored) = stored {
        let sent = if method == "POST" {
            body.as_str()
        } else {
            query
        };
        let parameters = form_urlencoded::parse(sent.as_bytes()).into_owned();
        let parameters = parameters.collect();
        stored.lock().unwrap().push(Answer { method, parameters });
    }
    let answer = match onward.filter(|_| path == "/callback") {
        Some(onward) => format!(
            "HTTP/1.1 302 Found\r\nlocation: {onward}?{query}\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n"
        ),
        None => format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{PAGE}",
            PAGE.len()
        ),
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// Returns the head and the body of a request, if one is received.
async fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return Some((head.to_owned(), body.to_owned()));
        }
    }
}
