//! Requests that no client library sends: with a wrong length, or not HTTP.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::parts::RequestRng;
use super::response_check::leaks_nothing;

/// The descriptions and contents after the `Host` header.
const KINDS: &[(&str, &[u8])] = &[
    (
        "a body that is longer than it says",
        b"content-length: 3\r\n\r\ngrant_type=x&code=y",
    ),
    (
        "a body that is cut off",
        b"content-length: 500\r\n\r\ngrant_type=x",
    ),
    ("a length that is none", b"content-length: -1\r\n\r\n"),
    ("a length with a sign", b"content-length: +5\r\n\r\nhello"),
    (
        "a length beyond all numbers",
        b"content-length: 99999999999999999999\r\n\r\n",
    ),
    (
        "the longest length",
        b"content-length: 18446744073709551615\r\n\r\nx",
    ),
    (
        "two lengths",
        b"content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
    ),
    (
        "two ways to end",
        b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "a chunk that is none",
        b"transfer-encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
    ),
    (
        "a chunk beyond all numbers",
        b"transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n",
    ),
    (
        "a chunk that is cut off",
        b"transfer-encoding: chunked\r\n\r\n5\r\nab",
    ),
    ("another coding", b"transfer-encoding: gzip\r\n\r\nx"),
    ("a second host", b"host: evil.example\r\n\r\n"),
    ("a field without a colon", b"nothing\r\n\r\n"),
    ("a field without a name", b": x\r\n\r\n"),
    ("a name with a space", b"a b: x\r\n\r\n"),
    ("NUL in a field", b"a: x\0y\r\n\r\n"),
    ("a folded field", b"a: x\r\n y\r\n\r\n"),
    ("a bare CR", b"a: x\ry\r\n\r\n"),
    ("no end", b"a: x\r\n"),
];

/// The request lines.
const LINES: &[&str] = &[
    "POST /oauth2/token HTTP/1.1",
    "POST /api/auth/login HTTP/1.1",
    "POST /login HTTP/1.1",
    "GET /oauth2/userinfo HTTP/1.1",
    "GET /oauth2/authorize?a=b c HTTP/1.1",
    "GET http://evil.example/login HTTP/1.1",
    "GET login HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "CONNECT evil.example:443 HTTP/1.1",
    "GET /login HTTP/1.0",
    "GET /login HTTP/9.9",
    "GET /login",
    "\u{16}\u{3}\u{1}\u{2}",
    "PRI * HTTP/2.0",
];

/// Sends a raw request and checks the response; returns its status, if any.
pub async fn send(authority: &str, chance: &mut RequestRng, max: Duration) -> Option<u16> {
    let (kind, rest) = chance.one_of(KINDS);
    let line = chance.one_of(LINES);
    let received = format!("{line:?} with {kind}");
    let head = format!(
        "{line}\r\nhost: {authority}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\n"
    );
    let asked = Instant::now();
    let mut stream = TcpStream::connect(authority).await.expect("a connection");
    // The response may arrive before the whole request was sent.
    let _ = stream.write_all(&[head.as_bytes(), *rest].concat()).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(4 * max, stream.read_to_end(&mut answer)).await;
    let took = asked.elapsed();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let shown = || format!("{received}, after {took:?}: {text}");
    assert!(read.is_ok() && took <= max, "{}", shown());
    leaks_nothing(&text, &shown);
    if answer.is_empty() {
        // A client that closes an incomplete request gets no response.
        return None;
    }
    let status = text
        .strip_prefix("HTTP/1.1 ")
        .or(text.strip_prefix("HTTP/1.0 "));
    let status = status.and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
    let status = status.unwrap_or_else(|| panic!("no status: {}", shown()));
    assert!((200..500).contains(&status), "{}", shown());
    Some(status)
}
