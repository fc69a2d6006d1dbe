//! `[tls.acme]`: a certificate from an authority that speaks ACME (RFC 8555).

use super::SecretText;
use super::key::Kind;

/// The challenges that the server answers.
pub const HTTP_01: &str = "http-01";
pub const TLS_ALPN_01: &str = "tls-alpn-01";

section! {
    pub struct Acme in "tls.acme" {
        /// URL of the directory of an ACME authority, such as
        /// `https://acme-v02.api.letsencrypt.org/directory`. The server then obtains the certificate
        /// of `listen`, renews it in time, and stores it in the database for all replicas, its key
        /// encrypted with `secret_key`. Not together with `tls.certificate`.
        directory: Option<String> = Kind::Url.unset();
        /// Accepts the terms of service of the authority. Required, because the account is yours.
        accept_terms: bool = Kind::Boolean.default("false");
        /// E-mail addresses for messages of the authority, such as `ops@example.org`.
        contacts: Vec<String> = Kind::StringList.default("");
        /// Host names of the certificate in addition to that of `issuer`, for example hosts of
        /// organizations. A challenge proves each, so each must lead to this server; wildcards are
        /// not possible.
        hosts: Vec<String> = Kind::StringList.default("");
        /// Challenge that proves the hosts. `http-01`: the authority reads a file at port 80, which
        /// `tls.http_listen` answers. `tls-alpn-01`: the authority connects to port 443, so only that
        /// port must be reachable; a proxy that terminates TLS prevents it.
        challenge: String = Kind::OneOf(&[HTTP_01, TLS_ALPN_01]).default(HTTP_01);
        /// Key ID of your account with the authority, if it requires one (external account binding,
        /// RFC 8555 §7.3.4).
        eab_key_id: Option<String> = Kind::Text.unset();
        /// HMAC key of that account in base64url, as the authority shows it.
        eab_hmac_key: Option<SecretText> = Kind::Secret.unset();
    }
}
