//! The head of the audit chain, recorded outside the database so that a truncated chain is
//! detected.

use serde_json::{Value, json};

use super::audit_chain::{ChainLink, LinkHash};
use doorward_domain::time::UnixSeconds;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditHead {
    pub seq: i64,
    pub hash: LinkHash,
    pub at: UnixSeconds,
    /// The position of the first head in this file: truncation before it is not detected.
    pub since_seq: i64,
    /// The time at which the file was created.
    pub since: UnixSeconds,
    /// True if the file was created again because a backup was restored.
    pub restored: bool,
}

impl AuditHead {
    pub const fn at_link(last: &ChainLink, now: UnixSeconds) -> Self {
        Self {
            seq: last.seq,
            hash: last.hash,
            at: now,
            since_seq: last.seq,
            since: now,
            restored: false,
        }
    }

    #[must_use]
    pub const fn advance(&self, last: &ChainLink, now: UnixSeconds) -> Self {
        Self {
            seq: last.seq,
            hash: last.hash,
            at: now,
            ..*self
        }
    }

    /// Formats it as the content of a head file.
    pub fn to_json(&self) -> String {
        let value = json!({
            "seq": self.seq,
            "hash": self.hash.to_string(),
            "at": self.at,
            "since_seq": self.since_seq,
            "since": self.since,
            "restored": self.restored,
        });
        format!("{value}\n")
    }

    /// Parses the content of a head file; returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let number = |name: &str| value.get(name).and_then(Value::as_i64);
        let head = Self {
            seq: number("seq")?,
            hash: LinkHash::parse(value.get("hash")?.as_str()?)?,
            at: number("at")?,
            since_seq: number("since_seq")?,
            since: number("since")?,
            restored: value.get("restored")?.as_bool()?,
        };
        (head.seq >= 1 && head.since_seq <= head.seq).then_some(head)
    }
}

/// The state of the chain, compared with the recorded head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeadComparison {
    /// Neither links nor a recorded head.
    Empty,
    /// A chain that ends with the head.
    Reached,
    /// A chain that continues after the head, or has no recorded head yet. Contains the head to
    /// record.
    Grown(AuditHead),
    /// A chain without the head: its end was cut off or rewritten.
    Behind,
}

/// Compares the chain with the recorded head. `found` is the current hash of the link at the
/// position of the head, `last` the last link.
pub fn compare(
    head: Option<&AuditHead>,
    found: Option<LinkHash>,
    last: Option<&ChainLink>,
    now: UnixSeconds,
) -> HeadComparison {
    match (head, last) {
        (None, None) => HeadComparison::Empty,
        (None, Some(last)) => HeadComparison::Grown(AuditHead::at_link(last, now)),
        (Some(head), _) if found != Some(head.hash) => HeadComparison::Behind,
        (Some(head), Some(last)) if last.seq > head.seq => {
            HeadComparison::Grown(head.advance(last, now))
        }
        (Some(_), _) => HeadComparison::Reached,
    }
}

#[cfg(test)]
mod tests;
