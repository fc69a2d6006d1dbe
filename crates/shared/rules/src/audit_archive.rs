//! Archives of the audit log: whole days of the chain, moved from the database into files. The record
//! of an archive is authenticated like a link, so that a forged one hides no deletion.

use doorward_domain::model::{AuditId, AuditRecord};

use super::audit_chain::{ChainKey, ChainLink, LinkHash};
use crate::prelude::*;

/// Format identifier in the first line of a file; an incompatible format gets another number.
pub const FORMAT: &str = "doorward-audit/1";

/// A part of the chain in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditArchive {
    pub first_seq: i64,
    pub last_seq: i64,
    /// The first second of the day (UTC) of its links.
    pub day: UnixSeconds,
    /// The hash of the link before the first one.
    pub before_hash: LinkHash,
    /// The hash of the last link, which the next one in the database continues.
    pub last_hash: LinkHash,
    /// The number of events.
    pub events: u64,
    /// The name of the file, without its directory.
    pub file: String,
    /// The SHA-256 of the uncompressed lines before the last one.
    pub sha256: LinkHash,
    /// The HMAC over all of this.
    pub signature: LinkHash,
    pub archived_at: UnixSeconds,
    /// The time when the last of its rows was deleted.
    pub deleted_at: Option<UnixSeconds>,
}

impl AuditArchive {
    /// Returns the archive with its signature by the key of its last link.
    #[must_use]
    pub fn signed(mut self, key: &ChainKey) -> Self {
        self.signature = self.mac(key);
        self
    }

    /// Returns true if a holder of the key has made this record.
    pub fn is_genuine(&self, key: &ChainKey) -> bool {
        self.signature == self.mac(key)
    }

    /// Returns the link before the first one.
    pub const fn link_before(&self) -> ChainLink {
        ChainLink::without_event(self.first_seq - 1, self.day, self.before_hash)
    }

    /// Returns the last link, which the next one continues.
    pub const fn last_link(&self) -> ChainLink {
        ChainLink::without_event(self.last_seq, self.day, self.last_hash)
    }

    /// Returns the number of links.
    pub const fn links(&self) -> i64 {
        self.last_seq - self.first_seq + 1
    }

    fn mac(&self, key: &ChainKey) -> LinkHash {
        let mut mac = key.mac(self.last_seq);
        // No link begins with these bytes: it begins with the hash of another one.
        mac.update(b"doorward audit archive\0");
        for number in [self.first_seq, self.last_seq, self.day, self.archived_at] {
            mac.update(&number.to_be_bytes());
        }
        mac.update(&self.events.to_be_bytes());
        for hash in [&self.before_hash, &self.last_hash, &self.sha256] {
            mac.update(hash.as_bytes());
        }
        mac.update(self.file.as_bytes());
        LinkHash::from_array(mac.finalize().into_bytes().into())
    }
}

/// A line of a file: the head, a link with its event, or the end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum ArchiveLine {
    Head {
        format: String,
        first_seq: i64,
        before_hash: String,
    },
    Link {
        seq: i64,
        day: UnixSeconds,
        hash: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_salt: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address_hash: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<Box<ArchivedEvent>>,
    },
    End {
        last_seq: i64,
        last_hash: String,
        events: u64,
        sha256: String,
        signature: String,
        archived_at: UnixSeconds,
    },
}

/// An event in a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ArchivedEvent {
    id: String,
    at: UnixSeconds,
    kind: String,
    success: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// The detail as stored, because the chain covers its bytes.
    detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl From<&AuditRecord> for ArchivedEvent {
    fn from(record: &AuditRecord) -> Self {
        Self {
            id: record.id.to_string(),
            at: record.at,
            kind: record.kind.clone(),
            success: record.success,
            actor: record.actor.clone(),
            subject: record.subject.clone(),
            client_id: record.client_id.clone(),
            ip: record.ip.clone(),
            user_agent: record.user_agent.clone(),
            detail: record.detail.clone(),
            request_id: record.request_id.clone(),
        }
    }
}

impl ArchivedEvent {
    /// Returns the event; `None` if its ID is none.
    pub fn into_record(self) -> Option<AuditRecord> {
        Some(AuditRecord {
            id: AuditId::parse(&self.id)?,
            at: self.at,
            kind: self.kind,
            actor: self.actor,
            subject: self.subject,
            client_id: self.client_id,
            ip: self.ip,
            user_agent: self.user_agent,
            success: self.success,
            detail: self.detail,
            request_id: self.request_id,
        })
    }
}

impl ArchiveLine {
    pub fn of_link(link: &ChainLink, event: Option<&AuditRecord>) -> Self {
        Self::Link {
            seq: link.seq,
            day: link.day,
            hash: link.hash.to_string(),
            address_salt: link
                .address_salt
                .map(|salt| LinkHash::from_array(salt).to_string()),
            address_hash: link.address_hash.map(|hash| hash.to_string()),
            event: event.map(|event| Box::new(event.into())),
        }
    }

    /// Returns the link of a line with its event; `None` for another or a malformed line.
    pub fn into_link(self) -> Option<(ChainLink, Option<AuditRecord>)> {
        let Self::Link {
            seq,
            day,
            hash,
            address_salt,
            address_hash,
            event,
        } = self
        else {
            return None;
        };
        let event = match event {
            Some(event) => Some(event.into_record()?),
            None => None,
        };
        let bytes = |text: Option<String>| match text {
            Some(text) => LinkHash::parse(&text).map(Some),
            None => Some(None),
        };
        let link = ChainLink {
            event: event.as_ref().map(|event| event.id),
            address_salt: bytes(address_salt)?.map(|salt| *salt.as_bytes()),
            address_hash: bytes(address_hash)?,
            ..ChainLink::without_event(seq, day, LinkHash::parse(&hash)?)
        };
        Some((link, event))
    }
}

/// Returns the name of the file of a part of the chain: `audit-2026-11-27-1-4711.jsonl.gz`.
pub fn file_name(date: &str, first_seq: i64, last_seq: i64) -> String {
    format!("audit-{date}-{first_seq}-{last_seq}.jsonl.gz")
}

#[cfg(test)]
mod tests;
