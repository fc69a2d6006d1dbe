//! `[ldap]`: the LDAP server for applications that speak nothing else.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::key::{Kind, MINUTE};

section! {
    pub struct Ldap in "ldap" {
        /// Address and port of the LDAP server, such as `[::]:636`. It accepts only TLS from the first byte (LDAPS), is
        /// read-only, and accepts app passwords and API keys, never the password of an account. Unset: there is no
        /// LDAP server.
        listen: Option<SocketAddr> = Kind::Socket.unset();
        /// Distinguished name of the base entry, such as `dc=example,dc=org`. Users are in `ou=users` below it, groups in
        /// `ou=groups`. Applications store it: choose it once.
        base_dn: String = Kind::Text.default("dc=doorward");
        /// Path of the certificate chain (PEM), the server's own certificate first. Unset: that of `tls.certificate`. The
        /// server reads both files again every few seconds.
        certificate: Option<PathBuf> = Kind::Path.unset();
        /// Path of the private key of that certificate (PEM).
        private_key_file: Option<PathBuf> = Kind::Path.unset();
        /// Scope that an API key needs to search all users and groups. Register it with a resource, and assign the
        /// permission of the same name to the users of such keys.
        scope: String = Kind::Text.default("ldap:read");
        /// Maximum number of connections, those before the end of their TLS handshake included. Others are closed.
        connections: usize = Kind::Number(1, 100_000).default("500");
        /// Maximum number of connections of one IP address.
        connections_per_address: usize = Kind::Number(1, 100_000).default("200");
        /// Maximum size of a request in bytes. A longer one ends its connection before it is read.
        message_bytes: usize = Kind::Number(1_024, 1_048_576).default("65536");
        /// Time until a connection without a request is closed.
        idle: i64 = Kind::Duration(5, 60 * MINUTE).default("5m");
        /// Maximum number of entries of a response. An application that pages gets all, page by page.
        entries: usize = Kind::Number(1, 1_000).default("1000");
        /// Maximum number of entries that a search may read whose filter has no index. Such a search ends with
        /// `adminLimitExceeded`.
        scanned: usize = Kind::Number(100, 1_000_000).default("10000");
        /// Number that is added to the number of a user or a group on Unix systems (`uidNumber`, `gidNumber`). Choose it
        /// once, beyond all local users.
        first_number: i64 = Kind::Number(1_000, 2_000_000_000).default("200000");
    }
}

impl Ldap {
    pub const fn is_enabled(&self) -> bool {
        self.listen.is_some()
    }
}
