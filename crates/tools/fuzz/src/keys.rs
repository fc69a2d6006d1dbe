//! Keys that are generated on first use, and signatures by them. Uses OpenSSL only, so that the
//! server's library never verifies its own signatures.

use std::sync::LazyLock;

use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Private;
use openssl::rsa::{Padding, Rsa};
use openssl::sha::sha256;

use crate::base64url;

/// ID of each key.
pub const KID: &str = "k1";

static RSA: LazyLock<Rsa<Private>> = LazyLock::new(|| Rsa::generate(2048).unwrap());
static EC: LazyLock<EcKey<Private>> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    EcKey::generate(&group).unwrap()
});

/// Returns the public RSA key as a JWK Set.
pub fn rsa_set() -> String {
    let [n, e] = [RSA.n(), RSA.e()].map(|number| base64url::encode(&number.to_vec()));
    format!(
        r#"{{"keys":[{{"kty":"RSA","kid":"{KID}","use":"sig","alg":"RS256","n":"{n}","e":"{e}"}}]}}"#
    )
}

/// Returns the public EC key as a JWK with only the members of RFC 7638 §3.2, in their order.
pub fn ec_jwk() -> String {
    let mut context = BigNumContext::new().unwrap();
    let (mut x, mut y) = (BigNum::new().unwrap(), BigNum::new().unwrap());
    EC.public_key()
        .affine_coordinates(EC.group(), &mut x, &mut y, &mut context)
        .unwrap();
    let [x, y] = [x, y].map(|number| base64url::encode(&number.to_vec_padded(32).unwrap()));
    format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
}

/// Returns a compact JWS by RS256 over exactly these bytes.
pub fn rs256(header: &[u8], payload: &[u8]) -> String {
    let signed = signed(header, payload);
    let mut signature = vec![0; 256];
    RSA.private_encrypt(&encoded(signed.as_bytes()), &mut signature, Padding::NONE)
        .unwrap();
    format!("{signed}.{}", base64url::encode(&signature))
}

/// Returns a compact JWS by ES256 over exactly these bytes.
pub fn es256(header: &[u8], payload: &[u8]) -> String {
    let signed = signed(header, payload);
    let signature = EcdsaSig::sign(&sha256(signed.as_bytes()), &EC).unwrap();
    let halves = [signature.r(), signature.s()].map(|half| half.to_vec_padded(32).unwrap());
    format!("{signed}.{}", base64url::encode(&halves.concat()))
}

/// Returns true for a signature by the RSA key: the number raised to the public exponent must equal
/// the padded block of RFC 8017 §9.2.
pub fn is_rs256(message: &[u8], signature: &[u8]) -> bool {
    let mut block = vec![0; 256];
    signature.len() == 256
        && RSA
            .public_decrypt(signature, &mut block, Padding::NONE)
            .is_ok()
        && block == encoded(message)
}

fn signed(header: &[u8], payload: &[u8]) -> String {
    [header, payload].map(base64url::encode).join(".")
}

/// Encodes a message as EMSA-PKCS1-v1_5 with SHA-256 for 2048 bits (RFC 8017 §9.2).
fn encoded(message: &[u8]) -> Vec<u8> {
    const DIGEST_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let mut block = vec![0xff; 256 - 32 - DIGEST_INFO.len()];
    block[0] = 0;
    block[1] = 1;
    let last = block.len() - 1;
    block[last] = 0;
    block.extend(DIGEST_INFO);
    block.extend(sha256(message));
    block
}
