//! The head of the audit chain as it is written down outside the database, so that a chain whose
//! end was cut off is noticed (SECURITY LG-4).

use serde_json::{Value, json};

use super::audit_chain::{ChainLink, LinkHash};
use crate::time::UnixSeconds;

/// A head that was written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditHead {
    /// The place of the last link.
    pub seq: i64,
    /// Its hash.
    pub hash: LinkHash,
    /// When it was written down.
    pub at: UnixSeconds,
    /// The place of the first head that this file held: what was cut off before is not noticed.
    pub since_seq: i64,
    /// When the file began.
    pub since: UnixSeconds,
    /// Whether the file began anew because a backup was restored.
    pub restored: bool,
}

impl AuditHead {
    /// Begins with this link.
    pub const fn begin(last: &ChainLink, now: UnixSeconds) -> Self {
        Self {
            seq: last.seq,
            hash: last.hash,
            at: now,
            since_seq: last.seq,
            since: now,
            restored: false,
        }
    }

    /// Moves on to this link.
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

/// How the chain stands to the head that was written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing was sealed yet, and nothing was written down.
    Empty,
    /// The chain ends with the head.
    Reached,
    /// The chain goes on from the head, or there was no head: this one is to be written down.
    Grown(AuditHead),
    /// The head is not in the chain: its end was cut off, or it was made anew.
    Behind,
}

/// Compares the chain with the head that was written down. `found` is the hash of the link at the
/// head's place now, `last` the last link.
pub fn compare(
    head: Option<&AuditHead>,
    found: Option<LinkHash>,
    last: Option<&ChainLink>,
    now: UnixSeconds,
) -> Standing {
    match (head, last) {
        (None, None) => Standing::Empty,
        (None, Some(last)) => Standing::Grown(AuditHead::begin(last, now)),
        (Some(head), _) if found != Some(head.hash) => Standing::Behind,
        (Some(head), Some(last)) if last.seq > head.seq => Standing::Grown(head.advance(last, now)),
        (Some(_), _) => Standing::Reached,
    }
}

#[cfg(test)]
mod tests;
