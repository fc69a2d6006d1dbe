//! Tests of the logo that a registered client names (OIDC Registration §2 `logo_uri`): fetched once by the
//! server, encoded again, and shown at approval.

use std::sync::{Arc, Mutex};

use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, flows_with};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::management::call;
use super::{BY_TOKEN, client, registered, web_client};
use crate::support::text;

/// The client's web server has an address of this machine.
const WITH_LOGOS: &[(&str, &str)] = &[
    BY_TOKEN[0],
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];

flows_with!(
    WITH_LOGOS;
    oidc_registration_2_logo_is_fetched_once_and_shown_at_approval,
    unusable_logo_is_left_out,
    logo_follows_its_uri,
);

/// A client's web server with one file.
struct PictureServer {
    port: u16,
    visits: Arc<Mutex<u32>>,
}

impl PictureServer {
    async fn start(media: &'static str, file: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits: Arc<Mutex<u32>> = Arc::default();
        let came = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                *came.lock().unwrap() += 1;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n",
                    file.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(&file).await;
            }
        });
        Self { port, visits }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn visits(&self) -> u32 {
        *self.visits.lock().unwrap()
    }
}

fn jpeg() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbImage::new(600, 300));
    picture.write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

fn with_logo(address: &str) -> Value {
    let mut request = web_client();
    request["logo_uri"] = json!(address);
    request
}

/// Returns the consent page of a registered client.
async fn consent_page(stack: &Stack, answer: &Value) -> Page {
    let agent = UserAgent::new();
    let app = client(answer);
    let request = Authorization::new(stack.issuer(), &app).with("scope", "openid email");
    let page = request.start(&agent).await.expect_page();
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let next = agent.submit(&form).await;
    request.follow(&agent, next).await.expect_page()
}

async fn logo_of(stack: &Stack, answer: &Value) -> Option<String> {
    stack.clear_caches();
    let page = consent_page(stack, answer).await;
    page.attributes("img.face.app", "src").pop()
}

async fn oidc_registration_2_logo_is_fetched_once_and_shown_at_approval(stack: &Stack) {
    let server = PictureServer::start("image/jpeg", jpeg()).await;
    let mut request = with_logo(&server.url("/logo.jpg"));
    request["policy_uri"] = json!("https://legal.example/privacy");
    request["tos_uri"] = json!("https://app.example/terms");
    let answer = registered(stack, &request).await;
    assert_eq!(answer["logo_uri"], server.url("/logo.jpg"));
    let page = consent_page(stack, &answer).await;
    let logo = page.attributes("img.face.app", "src").pop().unwrap();
    assert!(logo.starts_with("/logos/"), "{logo}");
    assert!(page.text().contains("Not verified by"), "{}", page.dump());
    let links = page.attributes("main a[rel=noreferrer]", "href");
    let expected = ["https://legal.example/privacy", "https://app.example/terms"];
    assert_eq!(links, expected);
    let words = page.text_of("main").unwrap();
    assert!(words.contains("legal.example"), "{words}");
    let page = UserAgent::new().get(stack.at(&logo)).await;
    assert_eq!(page.header("content-type"), Some("image/png"));
    let drawn = image::load_from_memory(&page.body).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (256, 256));
    consent_page(stack, &answer).await;
    assert_eq!(server.visits(), 1);
}

async fn unusable_logo_is_left_out(stack: &Stack) {
    let pictures = [
        (
            "image/svg+xml",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
        ),
        ("image/png", b"<script>alert(1)</script>".to_vec()),
        ("text/html", jpeg()),
        ("image/jpeg", vec![0xff; 2 * 1024 * 1024 + 1]),
    ];
    for (media, file) in pictures {
        let server = PictureServer::start(media, file).await;
        let answer = registered(stack, &with_logo(&server.url("/logo"))).await;
        assert_eq!(server.visits(), 1, "{media}");
        assert_eq!(logo_of(stack, &answer).await, None, "{media}");
    }
    // Nothing responds there.
    let answer = registered(stack, &with_logo("http://127.0.0.1:1/logo.png")).await;
    assert_eq!(logo_of(stack, &answer).await, None);
}

/// RFC 7592 §2.2: a replacement with the same URI keeps the logo, another URI replaces it, none removes it.
async fn logo_follows_its_uri(stack: &Stack) {
    let server = PictureServer::start("image/jpeg", jpeg()).await;
    let mut request = with_logo(&server.url("/first.jpg"));
    let created = registered(stack, &request).await;
    let first = logo_of(stack, &created).await.unwrap();
    request["client_id"] = created["client_id"].clone();
    let mut token = text(&created, "registration_access_token");
    let second = server.url("/second.jpg");
    for (address, visits) in [
        (Some(server.url("/first.jpg")), 1),
        (Some(second), 2),
        (None, 2),
    ] {
        let is_first = address == Some(server.url("/first.jpg"));
        request["logo_uri"] = json!(address);
        if address.is_none() {
            request.as_object_mut().unwrap().remove("logo_uri");
        }
        let page = call(stack, Method::PUT, &created, Some(&token), Some(&request)).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        token = text(&page.json(), "registration_access_token");
        assert_eq!(server.visits(), visits, "{address:?}");
        let shown = logo_of(stack, &created).await;
        assert_eq!(shown.is_some(), address.is_some(), "{address:?}");
        assert_eq!(shown.as_ref() == Some(&first), is_first, "{address:?}");
    }
    assert_eq!(UserAgent::new().get(stack.at(&first)).await.status, 404);
}
