//! Streams of the audit log to other systems: the line of an event, its syslog message, and the time
//! of the next attempt.

use doorward_domain::model::AuditRecord;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::audit_chain::ChainLink;
use crate::prelude::*;

doorward_protocol::words! {
    /// A stream, by the kind of its target.
    pub enum StreamName {
        File = "file",
        Syslog = "syslog",
        Https = "https",
    }
}

/// The progress of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditStream {
    pub name: StreamName,
    /// The position of the last link that was sent.
    pub position: i64,
    /// The time at which the target last took events.
    pub sent_at: Option<UnixSeconds>,
    /// The number of failed attempts since then.
    pub failures: u32,
    /// The time of the next attempt after a failed one.
    pub retry_at: Option<UnixSeconds>,
    /// The reason of the last failed attempt.
    pub last_error: Option<String>,
}

impl AuditStream {
    /// Returns true if the next attempt has to wait. A time that is too far ahead comes from a clock
    /// that was ahead.
    pub fn must_wait(&self, now: UnixSeconds) -> bool {
        self.retry_at
            .is_some_and(|at| now < at && at <= now + MAX_WAIT)
    }
}

/// The maximum time between two attempts, in seconds.
const MAX_WAIT: i64 = 60;

/// The age of the oldest event that was not sent from which a stream counts as late, in seconds.
pub const LATE: i64 = 300;

/// Returns the seconds until the next attempt after this number of failed ones.
pub fn retry_wait(failures: u32) -> i64 {
    // 2^6 exceeds the maximum.
    Ord::min(1_i64 << Ord::min(failures, 6), MAX_WAIT)
}

/// Returns an event as JSON, as `doorward audit export` prints it.
pub fn document(event: &AuditRecord) -> Value {
    let detail: Value = serde_json::from_str(&event.detail).unwrap_or(Value::Null);
    json!({
        "id": event.id.to_string(),
        "at": timestamp(event.at),
        "kind": event.kind,
        "success": event.success,
        "actor": event.actor,
        "subject": event.subject,
        "client_id": event.client_id,
        "ip": event.ip,
        "user_agent": event.user_agent,
        "detail": detail,
        "request_id": event.request_id,
    })
}

/// Returns the line of a sealed event, without its end: the event with its position and hash in the
/// chain. All characters are ASCII.
pub fn line(link: &ChainLink, event: &AuditRecord) -> String {
    let mut document = document(event);
    document["seq"] = link.seq.into();
    document["hash"] = link.hash.to_string().into();
    escape_non_ascii(&document.to_string())
}

/// Replaces other characters by `\u` escapes, which JSON allows in its strings.
fn escape_non_ascii(json: &str) -> String {
    use std::fmt::Write as _;

    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing into a string cannot fail.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    escaped
}

/// `log audit` (RFC 5424 §6.2.1).
const FACILITY: u8 = 13;
const WARNING: u8 = 4;
const INFORMATIONAL: u8 = 6;

/// Returns the syslog message of a sealed event with its length before it (RFC 5424, RFC 5425 §4.3).
///
/// The message is ASCII, so that it needs no byte order mark (RFC 5424 §6.4).
pub fn syslog_frame(host: &str, link: &ChainLink, event: &AuditRecord) -> String {
    let severity = if event.success {
        INFORMATIONAL
    } else {
        WARNING
    };
    let message = format!(
        "<{priority}>1 {time} {host} doorward - {id} [origin software=\"doorward\" swVersion=\"{version}\"] {line}",
        priority = FACILITY * 8 + severity,
        time = timestamp(event.at),
        host = header_value(host, 255),
        id = header_value(&event.kind, 32),
        version = env!("CARGO_PKG_VERSION"),
        line = line(link, event),
    );
    format!("{} {message}", message.len())
}

/// Returns the printable ASCII characters of a header field, or `-` without any (RFC 5424 §6).
fn header_value(text: &str, max: usize) -> String {
    let printable = text.chars().filter(char::is_ascii_graphic);
    let value: String = printable.take(max).collect();
    if value.is_empty() {
        "-".to_owned()
    } else {
        value
    }
}

/// Returns a time as RFC 3339, which RFC 5424 §6.2.3 uses as well.
fn timestamp(seconds: UnixSeconds) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| "-".to_owned())
}

#[cfg(test)]
mod tests;
