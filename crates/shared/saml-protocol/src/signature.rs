//! Signs and encrypts elements (XML Signature, XML Encryption 1.1). Nothing here verifies a signature.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::keys::KeyError;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::symm::{Cipher, encrypt_aead};
use rand::CryptoRng;

use crate::key::{VerificationKey, XmlSigner};

/// Start of the signed part alone, which declares its prefix then.
const ALONE: &str = "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">";
/// The schemas demand the signature after the issuer (SAML Core §2.3.3, §3.2.2).
const ISSUER_END: &str = "</saml:Issuer>";

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the cryptographic library failed")]
    Library(#[from] ErrorStack),
    #[error(transparent)]
    Template(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "signed_info.xml")]
struct SignedInfo<'a> {
    id: &'a str,
    digest: String,
}

#[derive(Template)]
#[template(path = "signature.xml")]
struct Signature<'a> {
    /// The signed part without its start.
    signed_info: &'a str,
    value: String,
    certificate: &'a str,
}

/// Signs a document whose root has this ID.
pub fn sign(mut document: String, id: &str, signer: &XmlSigner<'_>) -> Result<String, SignError> {
    // The signature is left out of what it covers, by the first transform.
    let digest = hash(MessageDigest::sha256(), document.as_bytes())?;
    let digest = STANDARD.encode(digest);
    let signed_info = SignedInfo { id, digest }.render()?;
    let value = (signer.sign)(signed_info.as_bytes())?;
    let signature = Signature {
        signed_info: signed_info.trim_start_matches(ALONE),
        value: STANDARD.encode(value),
        certificate: signer.certificate,
    };
    // Values are escaped: the first end is that of the root's issuer.
    let at = document.find(ISSUER_END).unwrap_or_default() + ISSUER_END.len();
    document.insert_str(at, &signature.render()?);
    Ok(document)
}

/// The encryption of one assertion for a service provider. Its secrets are new and random.
pub struct Encryption {
    key: VerificationKey,
    content_key: [u8; 32],
    nonce: [u8; 12],
}

impl Encryption {
    pub fn new(key: VerificationKey, rng: &mut impl CryptoRng) -> Self {
        let (mut content_key, mut nonce) = ([0; 32], [0; 12]);
        rng.fill_bytes(&mut content_key);
        rng.fill_bytes(&mut nonce);
        Self {
            key,
            content_key,
            nonce,
        }
    }

    /// Returns the `saml:EncryptedAssertion` of an assertion.
    pub fn encrypt(&self, assertion: &str) -> Result<String, SignError> {
        let (cipher, nonce, mut tag) = (Cipher::aes_256_gcm(), &self.nonce, [0; 16]);
        let text = assertion.as_bytes();
        let encrypted = encrypt_aead(cipher, &self.content_key, Some(nonce), &[], text, &mut tag)?;
        let encrypted = EncryptedAssertion {
            key: STANDARD.encode(self.key.encrypt(&self.content_key)?),
            content: STANDARD.encode([&nonce[..], &encrypted, &tag].concat()),
        };
        Ok(encrypted.render()?)
    }
}

#[derive(Template)]
#[template(path = "encrypted.xml")]
struct EncryptedAssertion {
    key: String,
    content: String,
}
