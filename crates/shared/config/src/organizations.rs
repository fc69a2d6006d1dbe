//! `[organizations]`: hosts of organizations.

use doorward_domain::model::organization::is_slug;
use doorward_rules::organization_domain::{MAX_LABEL, MAX_NAME, is_label};

use super::key::Kind;

#[cfg(test)]
mod tests;

section! {
    pub struct Organizations in "organizations" {
        /// Domain whose subdomains select an organization. With `id.example.com`, a request to
        /// `acme.id.example.com` is for the organization `acme`. An authorization request and the
        /// pages of a sign-in are redirected to the issuer with `organization=acme`, where they have
        /// the brand of the organization; sign-in by the account API and the client credentials
        /// grant are served there. Nothing else is: pages, cookies, links and tokens always belong
        /// to the issuer. Point `*.id.example.com` at this server, with a certificate for it.
        base_domain: Option<String> = Kind::Text.unset();
    }
}

impl Organizations {
    pub fn base_domain(&self) -> Option<&str> {
        self.base_domain.as_deref().filter(|name| !name.is_empty())
    }
}

/// Returns true for a domain name that leaves space for a slug before it (RFC 1123 §2.1, RFC 1035
/// §2.3.4). A numeric last label is rejected, because it would be an IP address.
pub(super) fn is_domain(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit());
    text.len() + MAX_LABEL < MAX_NAME && !is_number && text.split('.').all(is_label)
}

/// Returns the slug of the organization whose host this is: one label directly below the base
/// domain. Host names are case-insensitive (RFC 4343 §2).
pub fn slug_of(host: &str, base: &str) -> Option<String> {
    let host = host.to_ascii_lowercase();
    let slug = host.strip_suffix(base)?.strip_suffix('.')?;
    is_slug(slug).then(|| slug.to_owned())
}
