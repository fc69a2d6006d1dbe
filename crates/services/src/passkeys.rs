//! Passkeys by the library that verifies them: what a browser is asked for, and whether what it
//! answers is so (`WebAuthn` L3 §7). It knows no people and keeps nothing.

use std::time::Duration;

use doorward_config::Config;
use doorward_domain::model::{Passkey, User};
use doorward_domain::rules::passkey::{CEREMONY_LIFE, Ceremony, check_client_data};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey as Credential,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::error::ServerError;

/// The relying party: this server under its one name.
#[derive(Debug)]
pub struct Passkeys {
    webauthn: Webauthn,
    host: String,
    origin: String,
    key: [u8; 32],
}

/// What the browser is told, and what the server has to remember of it.
#[derive(Debug)]
pub struct CeremonyOptions {
    /// For `PublicKeyCredential.parse…OptionsFromJSON`.
    pub options: String,
    /// For the end of the ceremony.
    pub state: String,
}

/// Why an answer is not accepted, in a word for the audit log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WebAuthnError(pub &'static str);

/// The signature is right, and the counter went back: there may be two of this key (§7.2 step 22).
pub const COUNTER: WebAuthnError = WebAuthnError("counter");

/// A credential after it was used.
#[derive(Debug)]
pub struct Used {
    /// As it is to be kept.
    pub credential: String,
    /// It was copied to other devices.
    pub backed_up: bool,
}

/// A credential that was just made.
#[derive(Debug)]
pub struct Made {
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// As it is to be kept.
    pub credential: String,
    /// It may be copied to other devices.
    pub backup_eligible: bool,
    /// It was.
    pub backed_up: bool,
}

impl Passkeys {
    /// For this issuer; none where passkeys are off.
    pub fn new(config: &Config, key: [u8; 32]) -> Option<Self> {
        let host = config.passkey_host()?;
        let origin = Url::parse(&config.issuer).ok()?;
        let life = Duration::from_secs(CEREMONY_LIFE.unsigned_abs());
        let webauthn = WebauthnBuilder::new(&host, &origin)
            .ok()?
            .rp_name(&config.branding.name)
            .timeout(life)
            .build()
            .ok()?;
        Some(Self {
            webauthn,
            host,
            origin: config.issuer.clone(),
            key,
        })
    }

    /// The host that they belong to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The key that seals what waits in pages.
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Asks for a signature: by any passkey where `allowed` is empty (EN-3), else by one of these.
    pub fn ask(&self, allowed: &[Passkey]) -> Result<CeremonyOptions, ServerError> {
        let (options, state) = self
            .webauthn
            .start_discoverable_authentication()
            .map_err(ours)?;
        let mut options = public_key(&options)?;
        options["allowCredentials"] = allowed.iter().map(descriptor).collect();
        if let Some(options) = options.as_object_mut() {
            options.remove("extensions");
        }
        Ok(CeremonyOptions {
            options: options.to_string(),
            state: serde_json::to_string(&state).map_err(ours)?,
        })
    }

    /// Asks for a new one, on a device that holds none of these.
    pub fn offer(&self, user: &User, known: &[Passkey]) -> Result<CeremonyOptions, ServerError> {
        let ids = known
            .iter()
            .map(|one| CredentialID::from(one.credential_id.clone()));
        let (options, state) = self
            .webauthn
            .start_passkey_registration(
                user.id.as_uuid(),
                &user.email,
                &user.display_name(),
                Some(ids.collect()),
            )
            .map_err(ours)?;
        let mut options = public_key(&options)?;
        // It has to be found without a name being typed first.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        options["extensions"] = json!({"credProps": true});
        Ok(CeremonyOptions {
            options: options.to_string(),
            state: serde_json::to_string(&state).map_err(ours)?,
        })
    }

    /// Which credential an answer is said to be of, and whose that says to be.
    pub fn read(answer: &str) -> Result<Signed, WebAuthnError> {
        let signed: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| WebAuthnError("form"))?;
        if signed.type_ != "public-key" {
            return Err(WebAuthnError("form"));
        }
        Ok(Signed(signed))
    }

    /// Verifies a signature with the key that is kept of `passkey` (§7.2).
    pub fn verify(
        &self,
        signed: &Signed,
        state: &str,
        passkey: &Passkey,
    ) -> Result<Used, WebAuthnError> {
        let client_data = &signed.0.response.client_data_json;
        check_client_data(client_data.as_ref(), Ceremony::Get, &self.origin)
            .map_err(|foreign| WebAuthnError(foreign.as_str()))?;
        let state: DiscoverableAuthentication =
            serde_json::from_str(state).map_err(|_| WebAuthnError("form"))?;
        let mut credential: Credential =
            serde_json::from_str(&passkey.credential).map_err(|_| WebAuthnError("form"))?;
        let result = self
            .webauthn
            .finish_discoverable_authentication(
                &signed.0,
                state,
                &[DiscoverableKey::from(&credential)],
            )
            .map_err(|error| refused(&error))?;
        // The library asks for it as well; without it there is one factor, not two.
        if !result.user_verified() {
            return Err(WebAuthnError("verification"));
        }
        credential.update_credential(&result);
        Ok(Used {
            credential: serde_json::to_string(&credential).map_err(|_| WebAuthnError("form"))?,
            backed_up: result.backup_state(),
        })
    }

    /// Verifies what a device made (§7.1).
    pub fn register(&self, answer: &str, state: &str) -> Result<Made, WebAuthnError> {
        let made: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| WebAuthnError("form"))?;
        let client_data = &made.response.client_data_json;
        check_client_data(client_data.as_ref(), Ceremony::Create, &self.origin)
            .map_err(|foreign| WebAuthnError(foreign.as_str()))?;
        // A key that cannot be found by itself would be of no use on the sign-in page.
        let found = made.extensions.cred_props.as_ref().and_then(|one| one.rk);
        if made.type_ != "public-key" || found == Some(false) {
            return Err(WebAuthnError("form"));
        }
        let state: PasskeyRegistration =
            serde_json::from_str(state).map_err(|_| WebAuthnError("form"))?;
        let credential = self
            .webauthn
            .finish_passkey_registration(&made, &state)
            .map_err(|error| refused(&error))?;
        let json = serde_json::to_value(&credential).map_err(|_| WebAuthnError("form"))?;
        let flag = |name: &str| json["cred"][name].as_bool().ok_or(WebAuthnError("form"));
        Ok(Made {
            credential_id: credential.cred_id().to_vec(),
            backup_eligible: flag("backup_eligible")?,
            backed_up: flag("backup_state")?,
            credential: json.to_string(),
        })
    }
}

/// A signature, not verified yet.
#[derive(Debug)]
pub struct Signed(PublicKeyCredential);

impl Signed {
    /// Which credential it is said to be of.
    pub fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }

    /// Whose that is, as the authenticator remembers it.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.0.get_user_unique_id()
    }
}

fn descriptor(passkey: &Passkey) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(&passkey.credential_id)})
}

/// The part of the options that is for the browser's API.
fn public_key(options: &impl serde::Serialize) -> Result<Value, ServerError> {
    let mut options = serde_json::to_value(options).map_err(ours)?;
    Ok(options["publicKey"].take())
}

fn ours(error: impl std::fmt::Display) -> ServerError {
    ServerError::Internal(format!("passkeys: {error}"))
}

fn refused(error: &WebauthnError) -> WebAuthnError {
    match error {
        WebauthnError::CredentialPossibleCompromise => COUNTER,
        WebauthnError::MismatchedChallenge => WebAuthnError("challenge"),
        WebauthnError::InvalidRPIDHash => WebAuthnError("rp id"),
        WebauthnError::UserNotPresent => WebAuthnError("presence"),
        WebauthnError::UserNotVerified => WebAuthnError("verification"),
        WebauthnError::AuthenticationFailure => WebAuthnError("signature"),
        WebauthnError::CredentialBackupEligibilityInconsistent
        | WebauthnError::CredentialMayNotBeHardwareBound => WebAuthnError("backup flags"),
        _ => WebAuthnError("form"),
    }
}
