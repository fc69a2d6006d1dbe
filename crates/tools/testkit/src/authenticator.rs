//! A software authenticator: creates and uses passkeys as a browser would, with wrong data where a
//! test needs them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sha::sha256;
use openssl::sign::Signer;
use rand::Rng as _;
use serde_json::{Value, json};

/// User present (`WebAuthn` L3 §6.1).
pub const PRESENT: u8 = 0x01;
/// User verified.
pub const VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// A credential on a device.
#[derive(Clone, Debug)]
pub struct Authenticator {
    key: EcKey<Private>,
    pub credential_id: Vec<u8>,
    /// User handle, set when the credential is created.
    pub user_handle: Vec<u8>,
    /// Signature counter; 0 for synced credentials.
    pub counter: u32,
    /// Flags of every ceremony.
    pub flags: u8,
}

/// The data of a ceremony. [`CeremonyData::new`] returns correct ones; tests change a field.
#[derive(Clone, Debug)]
pub struct CeremonyData {
    /// Members of the client data.
    pub client_data: Value,
    /// Relying party ID whose hash is in the authenticator data.
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub credential_id: Vec<u8>,
    /// User handle; omitted if `None`.
    pub user_handle: Option<Vec<u8>>,
    /// Set to change a bit of the signature.
    pub spoils_signature: bool,
}

impl CeremonyData {
    /// Returns the correct data of this authenticator for these options in a browser at `origin`.
    pub fn new(device: &Authenticator, kind: &str, options: &Value, origin: &str) -> Self {
        let rp_id = options["rpId"].as_str().or(options["rp"]["id"].as_str());
        Self {
            client_data: json!({
                "type": kind, "challenge": options["challenge"], "origin": origin,
                "crossOrigin": false,
            }),
            rp_id: rp_id.expect("an RP ID").to_owned(),
            flags: device.flags,
            counter: device.counter,
            credential_id: device.credential_id.clone(),
            user_handle: Some(device.user_handle.clone()),
            spoils_signature: false,
        }
    }
}

impl Authenticator {
    /// Creates a synced authenticator, the most common kind.
    pub fn synced() -> Self {
        Self::new(PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP, 0)
    }

    /// Creates a device-bound authenticator with a counter.
    pub fn on_a_device() -> Self {
        Self::new(PRESENT | VERIFIED, 1)
    }

    fn new(flags: u8, counter: u32) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
        let mut credential_id = vec![0; 16];
        rand::rng().fill_bytes(&mut credential_id);
        Self {
            key: EcKey::generate(&group).expect("a key"),
            credential_id,
            user_handle: Vec::new(),
            counter,
            flags,
        }
    }

    /// Creates the credential for a page's options. Returns the browser's response.
    pub fn create(&mut self, options: &Value, origin: &str) -> String {
        let handle = options["user"]["id"].as_str().expect("a user handle");
        self.user_handle = URL_SAFE_NO_PAD.decode(handle).expect("base64url");
        self.create_with(&CeremonyData::new(self, "webauthn.create", options, origin))
    }

    /// Creates a credential with the given data.
    pub fn create_with(&self, said: &CeremonyData) -> String {
        let mut data = authenticator_data(said, said.flags | HAS_CREDENTIAL);
        data.extend_from_slice(&[0; 16]);
        let length = u16::try_from(said.credential_id.len()).expect("a short name");
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(&said.credential_id);
        data.extend_from_slice(&self.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": …} (§8.7), in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        let length = u16::try_from(data.len()).expect("short data");
        object.extend_from_slice(&length.to_be_bytes());
        object.extend_from_slice(&data);
        let id = URL_SAFE_NO_PAD.encode(&said.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(said.client_data.to_string()),
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal", "hybrid", "smart-card"],
            },
            "clientExtensionResults": {"credProps": {"rk": true}},
        })
        .to_string()
    }

    /// Signs for a page's options. Returns the browser's response.
    pub fn sign(&mut self, options: &Value, origin: &str) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        self.sign_saying(&CeremonyData::new(self, "webauthn.get", options, origin))
    }

    pub fn sign_saying(&self, said: &CeremonyData) -> String {
        let data = authenticator_data(said, said.flags);
        let client_data = said.client_data.to_string();
        let signed = [data.as_slice(), &sha256(client_data.as_bytes())].concat();
        let key = PKey::from_ec_key(self.key.clone()).expect("a key");
        let mut pen = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
        let mut signature = pen.sign_oneshot_to_vec(&signed).expect("a signature");
        if said.spoils_signature {
            *signature.last_mut().expect("bytes") ^= 1;
        }
        let id = URL_SAFE_NO_PAD.encode(&said.credential_id);
        let handle = said.user_handle.as_ref();
        json!({
            "id": id, "rawId": id, "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
                "userHandle": handle.map(|handle| URL_SAFE_NO_PAD.encode(handle)),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// Returns {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053 §7.1.1) in CBOR.
    fn cose_key(&self) -> Vec<u8> {
        let mut context = BigNumContext::new().expect("a context");
        let (mut x, mut y) = (BigNum::new().expect("x"), BigNum::new().expect("y"));
        self.key
            .public_key()
            .affine_coordinates(self.key.group(), &mut x, &mut y, &mut context)
            .expect("a point");
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(x.to_vec_padded(32).expect("x"));
        key.extend_from_slice(b"\x22\x58\x20");
        key.extend(y.to_vec_padded(32).expect("y"));
        key
    }
}

/// Returns the authenticator data (§6.1).
fn authenticator_data(said: &CeremonyData, flags: u8) -> Vec<u8> {
    let mut data = sha256(said.rp_id.as_bytes()).to_vec();
    data.push(flags);
    data.extend_from_slice(&said.counter.to_be_bytes());
    data
}
