//! Options for TLS client authentication (RFC 8705).

use clap::Args;
use doorward_protocol::certificate::CertificateSubject;

/// The certificate subject of a client with `tls_client_auth`: one of five forms.
#[derive(Debug, Args)]
#[group(multiple = false)]
#[expect(
    clippy::struct_field_names,
    reason = "they are options of the command line"
)]
pub struct SubjectArgs {
    /// Subject of the certificate for `tls_client_auth`, in the form of RFC 4514
    #[arg(long, value_name = "DN")]
    tls_subject_dn: Option<String>,
    /// DNS name in the certificate's subject alternative names, for `tls_client_auth`
    #[arg(long, value_name = "HOST")]
    tls_san_dns: Option<String>,
    /// URI in the certificate's subject alternative names, for `tls_client_auth`
    #[arg(long, value_name = "URI")]
    tls_san_uri: Option<String>,
    /// IP address in the certificate's subject alternative names, for `tls_client_auth`
    #[arg(long, value_name = "ADDRESS")]
    tls_san_ip: Option<String>,
    /// E-mail address in the certificate's subject alternative names, for `tls_client_auth`
    #[arg(long, value_name = "EMAIL")]
    tls_san_email: Option<String>,
}

impl SubjectArgs {
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
