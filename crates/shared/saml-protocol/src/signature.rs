//! Signs and encrypts elements (XML Signature, XML Encryption 1.1). Nothing here verifies a signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::keys::KeyError;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::symm::{Cipher, encrypt_aead};
use rand::CryptoRng;

use crate::key::{VerificationKey, XmlSigner};
use crate::names::{AES256_GCM, ENCRYPTION, ENVELOPED, EXCLUSIVE, RSA_OAEP, RSA_SHA256, SHA256};
use crate::write::Node;

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the cryptographic library failed")]
    Library(#[from] ErrorStack),
}

/// Signs an element with this ID, and adds the signature at the position that its schema demands.
pub fn sign(
    element: &mut Node,
    id: &str,
    at: usize,
    signer: &XmlSigner<'_>,
) -> Result<(), SignError> {
    // The signature is left out of what it covers, by the first transform.
    let digest = hash(MessageDigest::sha256(), element.canonical().as_bytes())?;
    let method = |name, algorithm: &str| Node::new(name).attribute("Algorithm", algorithm);
    let transforms = [ENVELOPED, EXCLUSIVE].map(|name| method("ds:Transform", name));
    let reference = Node::new("ds:Reference")
        .attribute("URI", format!("#{id}"))
        .child(Node::new("ds:Transforms").children(transforms))
        .child(method("ds:DigestMethod", SHA256))
        .child(Node::new("ds:DigestValue").text(STANDARD.encode(digest)));
    let signed_info = Node::new("ds:SignedInfo")
        .child(method("ds:CanonicalizationMethod", EXCLUSIVE))
        .child(method("ds:SignatureMethod", RSA_SHA256))
        .child(reference);
    let value = (signer.sign)(signed_info.canonical().as_bytes())?;
    let signature = Node::new("ds:Signature")
        .child(signed_info)
        .child(Node::new("ds:SignatureValue").text(STANDARD.encode(value)))
        .child(key_info(signer.certificate));
    element.insert(at, signature);
    Ok(())
}

/// Returns the key of a signature, for a document that offers several.
pub fn key_info(certificate: &str) -> Node {
    let certificate = Node::new("ds:X509Certificate").text(certificate);
    Node::new("ds:KeyInfo").child(Node::new("ds:X509Data").child(certificate))
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
}

/// Returns the `saml:EncryptedAssertion` of an assertion.
pub fn encrypt(assertion: &Node, encryption: &Encryption) -> Result<Node, SignError> {
    let Encryption {
        key,
        content_key,
        nonce,
    } = encryption;
    let mut tag = [0; 16];
    let text = assertion.canonical();
    let cipher = Cipher::aes_256_gcm();
    let encrypted = encrypt_aead(
        cipher,
        content_key,
        Some(nonce),
        &[],
        text.as_bytes(),
        &mut tag,
    )?;
    let content = [&nonce[..], &encrypted, &tag].concat();
    let method =
        |algorithm: &str| Node::new("xenc:EncryptionMethod").attribute("Algorithm", algorithm);
    let cipher_data = |bytes: &[u8]| {
        let value = Node::new("xenc:CipherValue").text(STANDARD.encode(bytes));
        Node::new("xenc:CipherData").child(value)
    };
    let encrypted_key = Node::new("xenc:EncryptedKey")
        .child(method(RSA_OAEP))
        .child(cipher_data(&key.encrypt(content_key)?));
    let data = Node::new("xenc:EncryptedData")
        .attribute("Type", format!("{ENCRYPTION}Element"))
        .child(method(AES256_GCM))
        .child(Node::new("ds:KeyInfo").child(encrypted_key))
        .child(cipher_data(&content));
    Ok(Node::new("saml:EncryptedAssertion").child(data))
}
