//! A trace collector: receives OTLP over HTTP, and parses its protobuf with an independent parser,
//! so that the server's library does not check its own output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Maximum time for a span to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// A received span.
#[derive(Clone, Debug, Default)]
pub struct Span {
    /// Trace ID in hexadecimal.
    pub trace: String,
    /// Span ID in hexadecimal.
    pub id: String,
    /// ID of the parent in hexadecimal; empty for a root span.
    pub parent: String,
    /// Name of the operation.
    pub name: String,
    /// `SpanKind`; 2 is a server span.
    pub kind: u64,
    /// Start in Unix nanoseconds.
    pub start: u64,
    /// End in Unix nanoseconds.
    pub end: u64,
    /// `StatusCode`; 2 is an error.
    pub status: u64,
    /// Other attributes, numbers as text.
    pub attributes: BTreeMap<String, String>,
    /// Attributes of the sender.
    pub resource: BTreeMap<String, String>,
}

/// A running collector; it listens as long as the test runs.
pub struct Collector {
    /// Base URL.
    pub endpoint: String,
    spans: Receiver<Span>,
    taken: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Starts a collector that accepts everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let existing = Arc::new(Mutex::new(Vec::new()));
        let (sender, spans) = channel();
        let heard = Arc::clone(&existing);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, heard) = (sender.clone(), Arc::clone(&heard));
                std::thread::spawn(move || listen(stream.expect("a connection"), &sender, &heard));
            }
        });
        Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            spans,
            taken: existing,
        }
    }

    /// Starts a collector that accepts connections and never responds. Returns its URL.
    pub fn start_dumb() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            let held: Vec<_> = listener.incoming().collect();
            drop(held);
        });
        format!("http://127.0.0.1:{port}")
    }

    /// Waits for the first matching span; drops the ones before it.
    pub fn wait_for(&self, matches: impl Fn(&Span) -> bool) -> Span {
        loop {
            let span = self.spans.recv_timeout(PATIENCE);
            let span = span.expect("a span like that");
            if matches(&span) {
                return span;
            }
        }
    }

    /// Returns all received bytes, including headers, as text.
    pub fn everything(&self) -> String {
        let existing = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&existing).into_owned()
    }
}

/// Responds to the requests of a connection until it is closed.
fn listen(stream: TcpStream, sender: &Sender<Span>, existing: &Mutex<Vec<u8>>) {
    let mut answers = stream.try_clone().expect("a connection");
    let mut requests = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(sent) = lower.strip_prefix("content-length:") {
                length = sent.trim().parse().expect("a length");
            }
            head.push_str(&line);
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body).expect("a body");
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
        let lower = head.to_ascii_lowercase();
        assert!(
            lower.contains("content-type: application/x-protobuf\r\n"),
            "{head}"
        );
        {
            let mut existing = existing.lock().unwrap_or_else(PoisonError::into_inner);
            existing.extend_from_slice(head.as_bytes());
            existing.extend_from_slice(&body);
        }
        for span in spans_of(&body) {
            // The test may have ended.
            let _ = sender.send(span);
        }
        let _ = answers.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
}

/// Parses `ExportTraceServiceRequest` of
/// `opentelemetry/proto/collector/trace/v1/trace_service.proto`.
fn spans_of(message: &[u8]) -> Vec<Span> {
    let mut spans = Vec::new();
    for parcel in inner(message, 1) {
        let resource: BTreeMap<_, _> = inner(parcel, 1)
            .flat_map(|resource| attributes(resource, 1))
            .collect();
        for scope in inner(parcel, 2) {
            spans.extend(inner(scope, 2).map(|span| Span {
                resource: resource.clone(),
                ..span_of(span)
            }));
        }
    }
    spans
}

fn span_of(message: &[u8]) -> Span {
    let mut span = Span::default();
    for (field, value) in fields(message) {
        match (field, value) {
            (1, Value::Bytes(bytes)) => span.trace = hex(bytes),
            (2, Value::Bytes(bytes)) => span.id = hex(bytes),
            (4, Value::Bytes(bytes)) => span.parent = hex(bytes),
            (5, Value::Bytes(bytes)) => span.name = text(bytes),
            (6, Value::Number(kind)) => span.kind = kind,
            (7, Value::Number(start)) => span.start = start,
            (8, Value::Number(end)) => span.end = end,
            (9, Value::Bytes(_)) => {}
            (15, Value::Bytes(status)) => {
                let code = fields(status).into_iter().find(|(field, _)| *field == 3);
                if let Some((_, Value::Number(code))) = code {
                    span.status = code;
                }
            }
            other => panic!("unexpected field in a span: {other:?}"),
        }
    }
    span.attributes = attributes(message, 9).collect();
    span
}

/// Parses `repeated KeyValue`.
fn attributes(message: &[u8], number: u64) -> impl Iterator<Item = (String, String)> {
    inner(message, number).map(|pair| {
        let key = inner(pair, 1).next().map(text).expect("a key");
        let value = inner(pair, 2).next().expect("a value");
        let value = match fields(value).as_slice() {
            [(1, Value::Bytes(bytes))] => text(bytes),
            [(3, Value::Number(number))] => number.to_string(),
            other => panic!("no such value: {other:?}"),
        };
        (key, value)
    })
}

/// The value of a field (Protocol Buffers, "Encoding").
#[derive(Clone, Copy, Debug)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Returns every occurrence of a field that is a message or bytes.
fn inner(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    let requested = fields(message)
        .into_iter()
        .filter(move |(field, _)| *field == number);
    requested.map(|(_, value)| match value {
        Value::Bytes(bytes) => bytes,
        Value::Number(number) => panic!("{number} is no message"),
    })
}

fn fields(mut rest: &[u8]) -> Vec<(u64, Value<'_>)> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let tag = varint(&mut rest);
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut rest)),
            1 => {
                let (eight, after) = rest.split_at(8);
                rest = after;
                Value::Number(u64::from_le_bytes(eight.try_into().expect("eight")))
            }
            2 => {
                let length = usize::try_from(varint(&mut rest)).expect("a length");
                let (bytes, after) = rest.split_at(length);
                rest = after;
                Value::Bytes(bytes)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((tag >> 3, value));
    }
    fields
}

fn varint(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, after) = rest.split_first().expect("a byte");
        *rest = after;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return number;
        }
    }
    panic!("a number of more than 64 bits")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn hex(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
