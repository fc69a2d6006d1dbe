//! Clients with certificates (RFC 8705), over real TLS.

use std::path::PathBuf;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, ClientId, ClientKind};
use doorward_protocol::certificate::{CertificateSubject, thumbprint};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Backend, Page, Stack, UserAgent, agent, stack};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A validity period that covers every test.
const AGES: (i64, i64) = (0, 4_000_000_000);

/// A holder of a key and a certificate.
pub struct Holder {
    key: PKey<Private>,
    certificate: X509,
    /// The intermediate certificates to send.
    chain: Vec<X509>,
}

/// The content of a certificate.
#[derive(Clone, Copy)]
pub struct CertificateContent {
    pub name: &'static str,
    pub dns: &'static str,
    pub valid: (i64, i64),
    pub is_authority: bool,
    pub for_servers_only: bool,
}

impl CertificateContent {
    /// Returns the content for a client of this name.
    pub fn named(name: &'static str) -> Self {
        Self {
            name,
            dns: "",
            valid: AGES,
            is_authority: false,
            for_servers_only: false,
        }
    }

    fn authority(name: &'static str) -> Self {
        Self {
            is_authority: true,
            ..Self::named(name)
        }
    }
}

impl Holder {
    /// Creates a holder with a certificate from `issuer`, or a self-signed one.
    pub fn new(says: CertificateContent, issuer: Option<&Self>) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_nid(Nid::COUNTRYNAME, "NL").unwrap();
        name.append_entry_by_nid(Nid::COMMONNAME, says.name)
            .unwrap();
        let name = name.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        let mut serial = BigNum::new().unwrap();
        serial.rand(64, MsbOption::MAYBE_ZERO, false).unwrap();
        builder
            .set_serial_number(&serial.to_asn1_integer().unwrap())
            .unwrap();
        builder.set_subject_name(&name).unwrap();
        let above = issuer.map_or(&*name, |issuer| issuer.certificate.subject_name());
        builder.set_issuer_name(above).unwrap();
        builder.set_pubkey(&key).unwrap();
        let time = |at| Asn1Time::from_unix(at).unwrap();
        builder.set_not_before(&time(says.valid.0)).unwrap();
        builder.set_not_after(&time(says.valid.1)).unwrap();
        if says.is_authority {
            let mut constraints = BasicConstraints::new();
            let constraints = constraints.critical().ca().build().unwrap();
            builder.append_extension(constraints).unwrap();
        }
        if says.for_servers_only {
            let usage = ExtendedKeyUsage::new().server_auth().build().unwrap();
            builder.append_extension(usage).unwrap();
        }
        if !says.dns.is_empty() {
            let names = SubjectAlternativeName::new()
                .dns(says.dns)
                .uri("spiffe://example.org/billing")
                .ip("192.0.2.7")
                .email("billing@example.org")
                .build(&builder.x509v3_context(None, None))
                .unwrap();
            builder.append_extension(names).unwrap();
        }
        let signer = issuer.map_or(&key, |issuer| &issuer.key);
        builder.sign(signer, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
            chain: Vec::new(),
        }
    }

    /// Creates a holder with a certificate from the trusted authority.
    pub fn issued(says: CertificateContent) -> Self {
        Self::new(says, Some(&AUTHORITY))
    }

    /// Adds intermediate certificates to send.
    pub fn with(mut self, chain: &[&Self]) -> Self {
        self.chain = chain
            .iter()
            .map(|chain| chain.certificate.clone())
            .collect();
        self
    }

    pub fn der(&self) -> Vec<u8> {
        self.certificate.to_der().unwrap()
    }

    pub fn thumbprint(&self) -> String {
        thumbprint(&self.der())
    }

    /// Returns the certificate as a proxy forwards it (RFC 9440 §2.2).
    pub fn field(&self) -> String {
        format!(":{}:", STANDARD.encode(self.der()))
    }

    /// Returns a JWK Set with the certificate itself (RFC 7517 §4.7).
    pub fn x5c(&self) -> String {
        let mut jwk = self.jwk();
        jwk["x5c"] = json!([STANDARD.encode(self.der())]);
        json!({ "keys": [jwk] }).to_string()
    }

    /// Returns a JWK Set with the key only.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    fn jwk(&self) -> Value {
        let algorithm = josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm::Es256;
        let pem = self.key.private_key_to_pem_pkcs8().unwrap();
        let pair = algorithm.key_pair_from_pem(pem).unwrap();
        serde_json::to_value(pair.to_jwk_public_key()).unwrap()
    }

    fn pem(&self) -> Vec<u8> {
        let own = std::iter::once(&self.certificate);
        let pems = own.chain(&self.chain).map(|own| own.to_pem().unwrap());
        pems.collect::<Vec<_>>().concat()
    }

    /// Returns an HTTP client that sends the certificate.
    pub fn http(&self) -> reqwest::Client {
        http(Some(self.identity()))
    }

    /// Returns the certificate and its key.
    pub fn identity(&self) -> reqwest::Identity {
        let key = self.key.private_key_to_pem_pkcs8().unwrap();
        reqwest::Identity::from_pkcs8_pem(&self.pem(), &key).unwrap()
    }
}

/// Returns an HTTP client that sends this certificate, or none. It does not verify the server's
/// certificate.
pub fn http(identity: Option<reqwest::Identity>) -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(true);
    let builder = match identity {
        Some(identity) => builder.identity(identity),
        None => builder,
    };
    builder.build().unwrap()
}

/// The authority that the server trusts.
pub static AUTHORITY: LazyLock<Holder> =
    LazyLock::new(|| Holder::new(CertificateContent::authority("trusted"), None));

/// Creates an authority below another.
pub fn below(issuer: &Holder) -> Holder {
    Holder::new(CertificateContent::authority("below"), Some(issuer))
}

/// Creates an authority that the server does not trust.
pub fn untrusted_authority() -> Holder {
    Holder::new(CertificateContent::authority("stranger"), None)
}

struct Files {
    _directory: TempDir,
    authority: PathBuf,
    certificate: PathBuf,
    key: String,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let directory = TempDir::new().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let server = Holder::issued(CertificateContent {
        dns: "localhost",
        ..CertificateContent::named("localhost")
    });
    let key = server.key.private_key_to_pem_pkcs8().unwrap();
    Files {
        authority: write("authority.pem", &AUTHORITY.pem()),
        certificate: write("server.pem", &server.pem()),
        key: String::from_utf8(key).unwrap(),
        _directory: directory,
    }
});

/// Settings that accept certificates at the server's own TLS listener.
pub const BY_LISTENER: &[(&str, &str)] = &[("DOORWARD__MTLS__LISTEN", "127.0.0.1:0")];
/// Settings as in [`BY_LISTENER`], which also allow fetching keys from this machine.
pub const BY_LISTENER_WITH_KEYS: &[(&str, &str)] = &[
    ("DOORWARD__MTLS__LISTEN", "127.0.0.1:0"),
    ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
];
pub const BY_PROXY: &[(&str, &str)] = &[
    ("DOORWARD__MTLS__HEADER", "client-cert"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.0/8 ::1/128"),
];
pub const BY_PROXY_AND_OPEN: &[(&str, &str)] = &[
    ("DOORWARD__MTLS__HEADER", "client-cert"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.0/8 ::1/128"),
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "open"),
];
/// Settings that accept certificates from the proxies of the guide.
pub const BEHIND_A_RECIPE: &[(&str, &str)] = &[
    ("DOORWARD__MTLS__HEADER", "client-cert"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.0/8"),
    ("DOORWARD__MTLS__PUBLIC_URL", "https://mtls.id.example.org"),
];
pub const UNTRUSTED_PROXY: &[(&str, &str)] = &[
    ("DOORWARD__MTLS__HEADER", "client-cert"),
    ("DOORWARD__TRUSTED_PROXIES", "192.0.2.0/24"),
];

/// Runs a check with the trusted authority.
pub fn run(backend: Backend, settings: &[(&str, &str)], check: impl AsyncFnOnce(&Stack)) {
    let files = &*FILES;
    let mut all = settings.to_vec();
    all.push((
        "DOORWARD__MTLS__CLIENT_CA",
        files.authority.to_str().unwrap(),
    ));
    if settings.starts_with(BY_LISTENER) {
        let certificate = files.certificate.to_str().unwrap();
        all.push(("DOORWARD__MTLS__CERTIFICATE", certificate));
        all.push(("DOORWARD__MTLS__PRIVATE_KEY", &files.key));
    }
    stack::run_with(backend, &all, check);
}

/// Creates a test of each `async fn(&Stack)`, as `flows_with!` does.
macro_rules! flows_with_certificates {
    ($settings:ident; $($check:ident),+ $(,)?) => {$(
        mod $check {
            use crate::support_mtls::{$settings, run};

            #[test]
            fn flow() {
                for &backend in doorward_testkit::Backend::of_flow(module_path!()) {
                    run(backend, $settings, super::$check);
                }
            }
        }
    )+};
}
pub(crate) use flows_with_certificates;

/// Registers a service with the client credentials grant.
pub async fn register(
    stack: &Stack,
    id: &str,
    method: ClientAuthMethod,
    change: impl FnOnce(&mut Client),
) {
    let now = stack.clock.now();
    let kind = match method {
        ClientAuthMethod::None => ClientKind::Public,
        _ => ClientKind::Confidential,
    };
    let mut client = Client {
        auth_method: method.into(),
        grant_types: vec![GrantType::ClientCredentials],
        ..Client::new(ClientId::parse(id).unwrap(), id.to_owned(), kind, now)
    };
    change(&mut client);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Registers a service whose certificate must have this name.
pub async fn register_subject(stack: &Stack, id: &str, subject: CertificateSubject) {
    register(stack, id, ClientAuthMethod::TlsClientAuth, |client| {
        client.certificate_subject = Some(subject);
    })
    .await;
}

/// Returns the distinguished name of [`Says::named`].
pub fn dn(name: &str) -> CertificateSubject {
    CertificateSubject::Dn(format!("CN={name},C=NL"))
}

/// Posts a form over this connection.
pub async fn post(http: &reqwest::Client, url: &str, fields: &[(&str, &str)]) -> Page {
    let request = http
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(fields.to_vec()));
    UserAgent::new().send(request).await
}

/// Requests a token for the client itself, with only `client_id` in the form.
pub async fn ask(http: &reqwest::Client, stack: &Stack, id: &str) -> Page {
    let fields = [("grant_type", "client_credentials"), ("client_id", id)];
    post(http, &stack.at_mtls("/oauth2/token"), &fields).await
}
