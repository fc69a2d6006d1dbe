//! What a client proves by certificates (RFC 8705).

use clap::Args;
use doorward_domain::model::Client;
use doorward_protocol::certificate::CertificateSubject;

/// What the certificate of a client with `tls_client_auth` names: one of five.
#[derive(Debug, Args)]
#[group(multiple = false)]
#[expect(
    clippy::struct_field_names,
    reason = "they are options of the command line"
)]
pub(super) struct SubjectArgs {
    /// With `tls_client_auth`: the subject of its certificate, as in RFC 4514
    #[arg(long, value_name = "DN")]
    tls_subject_dn: Option<String>,
    /// With `tls_client_auth`: a DNS name among the alternative names of its certificate
    #[arg(long, value_name = "HOST")]
    tls_san_dns: Option<String>,
    /// With `tls_client_auth`: a URI among them
    #[arg(long, value_name = "URI")]
    tls_san_uri: Option<String>,
    /// With `tls_client_auth`: an IP address among them
    #[arg(long, value_name = "ADDRESS")]
    tls_san_ip: Option<String>,
    /// With `tls_client_auth`: an e-mail address among them
    #[arg(long, value_name = "EMAIL")]
    tls_san_email: Option<String>,
}

impl SubjectArgs {
    /// The one that was given.
    pub fn subject(&self) -> Option<CertificateSubject> {
        let given = [
            &self.tls_subject_dn,
            &self.tls_san_dns,
            &self.tls_san_uri,
            &self.tls_san_ip,
            &self.tls_san_email,
        ];
        CertificateSubject::one_of(given.map(Clone::clone)).unwrap_or_default()
    }
}

/// What the certificate names, in words.
pub(super) fn shown(client: &Client) -> String {
    let subject = client.certificate_subject.as_ref();
    subject.map_or_else(
        || "-".to_owned(),
        |subject| format!("{} {}", subject.member(), subject.value()),
    )
}
