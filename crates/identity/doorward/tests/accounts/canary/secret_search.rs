//! Secrets seen during the test, and the search for them in logs, databases and mails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufReader, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward_testkit::Page;

/// All secrets, each with its description.
#[derive(Debug, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Stores a secret.
    pub fn keep(&mut self, name: &str, secret: &str) {
        assert!(secret.len() >= 6, "{name}: {secret:?}");
        // The first description stays: the token of a mail link becomes a cookie later.
        let entry = self.0.entry(secret.to_owned());
        entry.or_insert_with(|| name.to_owned());
    }

    /// Stores the cookies, the anti-forgery tokens and the tokens of a response.
    pub fn look_at(&mut self, page: &Page) {
        for cookie in page.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie");
            let (pair, _) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if value.len() > 20 {
                self.keep(&format!("the cookie {name}"), value);
            }
        }
        if page.media_type() == "text/html" {
            let form = page.find_form("form:has([name=csrf])");
            if let Some(csrf) = form.as_ref().and_then(|form| form.value("csrf")) {
                self.keep("an anti-forgery token", csrf);
            }
        }
        if page.media_type().ends_with("json") {
            let json = page.json();
            for name in [
                "access_token",
                "refresh_token",
                "id_token",
                "access",
                "refresh",
                "mfa_token",
            ] {
                if let Some(token) = json[name].as_str() {
                    self.keep(name, token);
                }
            }
        }
    }

    /// Returns the distinct descriptions of the secrets.
    pub fn kinds(&self) -> std::collections::BTreeSet<&str> {
        self.0.values().map(String::as_str).collect()
    }

    /// Returns the secrets that occur in a text, in any encoding.
    pub fn found_in(&self, path: &str, text: &str) -> Vec<String> {
        let lower = text.to_ascii_lowercase();
        let mut found = Vec::new();
        for (secret, name) in &self.0 {
            let plain = if secret.len() < 10 {
                is_separate_word(text, secret)
            } else {
                text.contains(secret.as_str())
            };
            let spelled = spellings(secret)
                .into_iter()
                .find(|spelling| lower.contains(spelling.as_str()));
            if plain || spelled.is_some() {
                let around = text.find(secret.as_str()).map(|at| excerpt(text, at));
                found.push(format!(
                    "{name} ({secret}) in {path}: {around:?} {spelled:?}"
                ));
            }
        }
        found
    }
}

/// Returns true if a short code occurs as a separate word; six digits may occur in a longer number
/// by chance.
fn is_separate_word(text: &str, code: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
    text.match_indices(code).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + code.len()..]);
        !part(before.chars().next_back()) && !part(after.chars().next())
    })
}

/// Returns the encodings of a secret that other programs might write, in lower case.
fn spellings(secret: &str) -> Vec<String> {
    let mut all = Vec::new();
    if secret.len() < 10 {
        return all;
    }
    all.push(hex(secret.as_bytes()));
    all.push(
        STANDARD
            .encode(secret)
            .trim_end_matches('=')
            .to_ascii_lowercase(),
    );
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    if encoded != secret {
        all.push(encoded.to_ascii_lowercase());
    }
    for raw in [URL_SAFE_NO_PAD.decode(secret), STANDARD.decode(secret)]
        .into_iter()
        .flatten()
    {
        if raw.len() >= 16 {
            all.push(hex(&raw));
        }
    }
    if let Some(raw) = base32(secret) {
        all.push(hex(&raw));
    }
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Decodes Base32 without padding (RFC 4648 §6).
fn base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0_u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn excerpt(text: &str, at: usize) -> String {
    let start = text[..at]
        .char_indices()
        .rev()
        .nth(200)
        .map_or(0, |(at, _)| at);
    text[start..].chars().take(400).collect()
}

/// Returns every key and value of a Redis database (RESP2) that belongs to the server's rate
/// limits.
pub fn redis(url: &str) -> String {
    let (_, place) = url.rsplit_once('@').expect("a password");
    let (address, number) = place.rsplit_once('/').expect("a database");
    let stream = TcpStream::connect(address).expect("Redis");
    let mut answers = BufReader::new(stream.try_clone().expect("a stream"));
    let mut ask = |command: &[&str]| {
        let mut text = format!("*{}\r\n", command.len());
        for part in command {
            let _ = write!(text, "${}\r\n{part}\r\n", part.len());
        }
        (&stream).write_all(text.as_bytes()).expect("a command");
        reply(&mut answers)
    };
    ask(&["SELECT", number]);
    let mut all = String::new();
    for key in ask(&["KEYS", "doorward:*"]) {
        let value = ask(&["GET", &key]).concat();
        let _ = writeln!(all, "{key} = {value}");
    }
    all
}

fn reply(answers: &mut impl std::io::BufRead) -> Vec<String> {
    let mut line = String::new();
    answers.read_line(&mut line).expect("an answer");
    let (kind, rest) = line.trim_end().split_at(1);
    match kind {
        "*" => {
            let count: usize = rest.parse().expect("a count");
            (0..count).flat_map(|_| reply(answers)).collect()
        }
        "$" if rest == "-1" => Vec::new(),
        "$" => {
            let mut bytes = vec![0; rest.parse::<usize>().expect("a length") + 2];
            answers.read_exact(&mut bytes).expect("bytes");
            bytes.truncate(bytes.len() - 2);
            vec![String::from_utf8_lossy(&bytes).into_owned()]
        }
        _ => vec![rest.to_owned()],
    }
}
