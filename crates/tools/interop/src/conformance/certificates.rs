//! Keys and certificates of a run, made by OpenSSL.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumRef, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, PKeyRef, Private};
use openssl::rsa::{Rsa, RsaRef};
use openssl::x509::extension::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
};
use openssl::x509::{X509, X509Builder, X509Name, X509Ref};
use serde_json::{Value, json};

use super::files::write;
use crate::failure::Failure;
use crate::key::public_jwk;

/// The certificate of the run's authority.
pub const AUTHORITY: &str = "ca.pem";
/// Days for which a certificate is valid.
const DAYS: u32 = 365;
const BITS: u32 = 2048;

/// The keys of a client at the suite.
pub struct ClientKeys {
    /// JWK Set with the private key that signs assertions and request objects.
    pub private: Value,
    /// Certificate and its key for mutual TLS, as PEM.
    pub mutual_tls: Value,
}

/// Writes the authority, and the certificates of the host that it issues: `localhost.pem` for the
/// TLS proxies, `mtls.pem` for the listener of `[mtls]`.
///
/// # Errors
///
/// Returns an error if a file cannot be written.
pub fn write_servers(directory: &Path, host: &str) -> Result<(), Failure> {
    let authority = Holder::new("Conformance run", None).map_err(|error| error.to_string())?;
    write(directory, AUTHORITY, &authority.pem)?;
    for name in ["localhost", "mtls"] {
        let server = Holder::new(host, Some(&authority)).map_err(|error| error.to_string())?;
        write(directory, &format!("{name}.pem"), &server.pem)?;
        write(directory, &format!("{name}.key"), &server.key_pem)?;
    }
    Ok(())
}

/// Writes `secret.key`, which Doorward encrypts with.
///
/// # Errors
///
/// Returns an error if the file cannot be written.
pub fn write_secret(directory: &Path) -> Result<(), Failure> {
    let mut secret = [0; 32];
    openssl::rand::rand_bytes(&mut secret).map_err(|error| error.to_string())?;
    write(directory, "secret.key", &STANDARD.encode(secret))
}

/// Writes the public keys of a client (`client-1.jwks`), with its self-signed certificate, and
/// returns the private ones. The keys are RSA keys for PS256: with others, the suite skips the
/// modules that try RS256.
///
/// # Errors
///
/// Returns an error if the file cannot be written.
pub fn write_client(directory: &Path, number: usize) -> Result<ClientKeys, Failure> {
    let (public, keys) = client(number).map_err(|error| error.to_string())?;
    let file = jwks_file(number);
    write(directory, &file, &public.to_string())?;
    Ok(keys)
}

/// Returns the name of the file with a client's public keys.
pub fn jwks_file(number: usize) -> String {
    format!("client-{number}.jwks")
}

fn client(number: usize) -> Result<(Value, ClientKeys), ErrorStack> {
    let rsa = Rsa::generate(BITS)?;
    let key_id = format!("client-{number}");
    let mut public = public_jwk(&rsa, &key_id);
    public["alg"] = json!("PS256");
    let certificate = Holder::new(&key_id, None)?;
    let mut of_certificate = public_jwk(&certificate.rsa, &format!("certificate-{number}"));
    of_certificate["x5c"] = json!([STANDARD.encode(certificate.certificate.to_der()?)]);
    let keys = ClientKeys {
        private: json!({"keys": [private_jwk(&rsa, &public)]}),
        mutual_tls: json!({"cert": certificate.pem, "key": certificate.key_pem}),
    };
    Ok((json!({"keys": [public, of_certificate]}), keys))
}

/// Adds the private members (RFC 7518 §6.3.2).
fn private_jwk(rsa: &RsaRef<Private>, public: &Value) -> Value {
    let mut jwk = public.clone();
    let members = [
        ("d", Some(rsa.d())),
        ("p", rsa.p()),
        ("q", rsa.q()),
        ("dp", rsa.dmp1()),
        ("dq", rsa.dmq1()),
        ("qi", rsa.iqmp()),
    ];
    for (name, number) in members {
        let encode = |number: &BigNumRef| URL_SAFE_NO_PAD.encode(number.to_vec());
        jwk[name] = json!(number.map(encode));
    }
    jwk
}

/// A certificate with its key.
struct Holder {
    certificate: X509,
    rsa: Rsa<Private>,
    key: PKey<Private>,
    pem: String,
    key_pem: String,
}

impl Holder {
    /// Creates a certificate for a host from an authority, or a self-signed one.
    fn new(name: &str, authority: Option<&Self>) -> Result<Self, ErrorStack> {
        let rsa = Rsa::generate(BITS)?;
        let key = PKey::from_rsa(rsa.clone())?;
        let (issuer, signer) = match authority {
            Some(authority) => (Some(&*authority.certificate), &*authority.key),
            None => (None, &*key),
        };
        let certificate = issue(name, &key, issuer, signer)?;
        let text = |pem| String::from_utf8_lossy(pem).into_owned();
        Ok(Self {
            pem: text(&certificate.to_pem()?),
            key_pem: text(&key.private_key_to_pem_pkcs8()?),
            certificate,
            rsa,
            key,
        })
    }
}

fn issue(
    name: &str,
    key: &PKeyRef<Private>,
    issuer: Option<&X509Ref>,
    signer: &PKeyRef<Private>,
) -> Result<X509, ErrorStack> {
    let mut subject = X509Name::builder()?;
    subject.append_entry_by_text("CN", name)?;
    let subject = subject.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let serial = serial()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(issuer.map_or(&*subject, X509Ref::subject_name))?;
    builder.set_pubkey(key)?;
    builder.set_not_before(Asn1Time::days_from_now(0)?.as_ref())?;
    builder.set_not_after(Asn1Time::days_from_now(DAYS)?.as_ref())?;
    extend(&mut builder, name, issuer)?;
    builder.sign(signer, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn serial() -> Result<openssl::asn1::Asn1Integer, ErrorStack> {
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
    serial.to_asn1_integer()
}

fn extend(
    builder: &mut X509Builder,
    name: &str,
    issuer: Option<&X509Ref>,
) -> Result<(), ErrorStack> {
    if issuer.is_none() {
        // An authority, or a client that is its own one.
        builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
        let usage = KeyUsage::new()
            .key_cert_sign()
            .digital_signature()
            .build()?;
        return builder.append_extension(usage);
    }
    let mut names = SubjectAlternativeName::new();
    if name.parse::<std::net::IpAddr>().is_ok() {
        names.ip(name);
    } else {
        names.dns(name);
    }
    let names = names.build(&builder.x509v3_context(issuer, None))?;
    builder.append_extension(names)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)
}
