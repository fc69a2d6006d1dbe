//! An application behind a proxy that asks Doorward about each request, and the sign-in of a user through that proxy.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Site, SiteId, SiteRule};
use doorward_store::repo;
use rand::rng;
use reqwest::redirect::Policy;

use crate::authorization::next_form;
use crate::proxy::Proxy;
use crate::{Page, Stack};

/// Stores a site with these hosts and rules.
///
/// # Panics
/// Panics if the database fails.
pub async fn create(stack: &Stack, name: &str, hosts: &[&str], rules: Vec<SiteRule>) -> Site {
    let now = stack.clock.now();
    let site = Site {
        hosts: hosts.iter().map(ToString::to_string).collect(),
        rules,
        ..Site::new(SiteId::generate(now, &mut rng()), name.to_owned(), now)
    };
    let tx = stack.db().await.begin_write().await.expect("a write");
    repo::sites::insert(&tx, &site).await.expect("a site");
    tx.commit().await.expect("a commit");
    stack.clear_caches();
    site
}

/// An application that trusts its headers. It records the heads of the requests that reach it.
#[derive(Debug)]
pub struct Application {
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Application {
    /// Starts the application on a free port of the loopback.
    ///
    /// # Panics
    /// Panics if no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || answer(stream, &seen));
            }
        });
        Self { port, heads }
    }

    /// Returns the heads since the last call.
    ///
    /// # Panics
    /// Panics if a thread of the application panicked.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.heads.lock().expect("no panic"))
    }
}

fn answer(stream: TcpStream, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            head.push_str(&line);
        }
        seen.lock().expect("no panic").push(head);
        reader
            .by_ref()
            .take(length)
            .read_to_end(&mut Vec::new())
            .ok()?;
        let body = "content-length: 9\r\ncontent-type: text/plain\r\n\r\nreached-1";
        writer
            .write_all(format!("HTTP/1.1 200 OK\r\n{body}").as_bytes())
            .ok()?;
    }
}

/// Signs alice in through the proxy of a host. Returns her cookie there, as the header has it.
///
/// # Panics
/// Panics if the application is not reached with `/wiki?a=b`.
pub async fn sign_in(proxy: &Proxy, name: &str) -> String {
    sign_in_with(proxy, name, "__Host-doorward_site").await
}

/// Signs alice in as [`sign_in`] does, at a program whose cookie has another name.
///
/// # Panics
/// Panics if the application is not reached with `/wiki?a=b`.
pub async fn sign_in_with(proxy: &Proxy, name: &str, cookie_name: &str) -> String {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .cookie_store(true)
        .tls_danger_accept_invalid_certs(true)
        .resolve(name, (Ipv4Addr::LOCALHOST, 0).into())
        .build()
        .expect("a value");
    let navigate = |request: reqwest::RequestBuilder| {
        request
            .header("accept", "text/html")
            .header("sec-fetch-mode", "navigate")
    };
    let mut cookie = None;
    let first = format!("https://{name}:{}/wiki?a=b", proxy.port);
    let mut page = Page::fetch(navigate(client.get(first)))
        .await
        .expect("a value");
    for _ in 0..12 {
        for set in page.headers.get_all("set-cookie") {
            let set = set.to_str().expect("a value");
            let pair = set.split(';').next().expect("a value");
            if pair.split('=').next() == Some(cookie_name) {
                cookie = Some(pair.to_owned());
            }
        }
        let next = match page.location().filter(|_| page.is_redirect()) {
            Some(location) => client.get(location),
            None => match next_form(&page, "alice") {
                Some(form) => {
                    let post = client.post(form.action.clone()).form(&form.fields);
                    post.header("origin", form.page.origin().ascii_serialization())
                }
                None => break,
            },
        };
        page = Page::fetch(navigate(next)).await.expect("a value");
    }
    assert_eq!(page.status, 200, "{} {}", page.dump(), proxy.log());
    assert_eq!(page.text(), "reached-1");
    assert_eq!(page.url.query(), Some("a=b"));
    cookie.unwrap_or_else(|| panic!("no cookie: {}", proxy.log()))
}
