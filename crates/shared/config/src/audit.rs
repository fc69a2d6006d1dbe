//! `[audit]`: a copy of the audit log's head outside the database, its archives, and the streams to
//! other systems.

use std::path::PathBuf;

use doorward_rules::audit_stream::StreamName;

use super::key::{DAY, Kind};
use super::secret::{EndpointUrl, SecretText};

/// Value of `audit.streams.from` for a new stream with every event of the database.
const BEGINNING: &str = "beginning";

section! {
    pub struct Audit in "audit" {
        /// Path of a file that stores the head of the audit log outside the database. With it, the
        /// server and `doorward audit verify` detect that the end of the log was removed. Each
        /// replica needs a separate file, on storage that an attacker with database access cannot
        /// reach. Unset: `{database file}.audit-head.json` beside an SQLite database, and no file
        /// for PostgreSQL.
        head_file: Option<PathBuf> = Kind::Path.unset();
        /// Age from which `doorward audit archive` moves whole days of the audit log from the
        /// database into files. `0s` keeps everything in the database.
        retention: i64 = Kind::Duration(0, 3660 * DAY).default("0s");
        /// Age from which the addresses of audit events are erased from the database. The chain
        /// covers a hash of each address, which stays. `0s` keeps them. Events from before an upgrade to
        /// a version with this setting keep theirs.
        address_retention: i64 = Kind::Duration(0, 3660 * DAY).default("0s");
        /// Path of the directory with the files that `doorward audit archive` writes, and that
        /// `doorward audit verify` reads.
        archive_directory: Option<PathBuf> = Kind::Path.unset();
        section streams: AuditStreams;
    }
}

section! {
    /// Streams of the audit log to other systems.
    pub struct AuditStreams in "audit.streams" {
        /// Path of a file to which the server appends each sealed event as a line of JSON. It opens
        /// the file for each batch, so that a renamed one is replaced. One replica writes at a time,
        /// so several replicas need a shared file.
        file: Option<PathBuf> = Kind::Path.unset();
        /// Host and port of a syslog server that takes RFC 5424 over TLS (RFC 5425), such as
        /// `logs.example.org:6514`.
        syslog: Option<String> = Kind::Text.unset();
        /// Path of the client certificate chain (PEM) for the syslog server.
        syslog_certificate: Option<PathBuf> = Kind::Path.unset();
        /// Private key of that certificate (PEM), usually set as `syslog_private_key_file`.
        syslog_private_key: Option<SecretText> = Kind::Secret.unset();
        /// URL to which the server posts batches of events as lines of JSON
        /// (`application/x-ndjson`). A status of 2xx acknowledges the batch. Plain http is only
        /// possible on this machine.
        https: Option<EndpointUrl> = Kind::Endpoint.unset();
        /// Bearer token for that URL, usually set as `https_token_file`.
        https_token: Option<SecretText> = Kind::Secret.unset();
        /// Path of the certificate authorities (PEM) of the syslog server and the HTTPS endpoint.
        /// Unset: those of the operating system.
        ca: Option<PathBuf> = Kind::Path.unset();
        /// First event of a new stream. `now`: events from its first start on. `beginning`: also those
        /// that the database already has. A stream that has started continues at its position.
        from: String = Kind::OneOf(&["now", BEGINNING]).default("now");
    }
}

impl AuditStreams {
    /// Returns the configured streams, each with its target as it may be shown.
    pub fn targets(&self) -> Vec<(StreamName, String)> {
        let file = self.file.as_ref().map(|path| path.display().to_string());
        let targets = [
            (StreamName::File, file),
            (StreamName::Syslog, self.syslog.clone()),
            (
                StreamName::Https,
                self.https.as_ref().map(EndpointUrl::shown),
            ),
        ];
        let configured = targets.into_iter();
        configured
            .filter_map(|(name, target)| Some((name, target?)))
            .collect()
    }

    /// Returns true if a new stream begins with the first event of the database.
    pub fn begins_at_start(&self) -> bool {
        self.from == BEGINNING
    }
}
