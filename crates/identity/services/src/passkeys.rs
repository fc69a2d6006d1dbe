//! `WebAuthn` by the `webauthn-rs` library: builds options for the browser and verifies its responses
//! (`WebAuthn` L3 §7). It stores nothing.

use std::time::Duration;

use doorward_config::Config;
use doorward_domain::derived_keys::PasskeyKey;
use doorward_domain::model::{Passkey, User};
use doorward_rules::passkey::{
    CEREMONY_TTL, Ceremony, CounterFinding, check_client_data, check_counter,
};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, DiscoverableKey,
    Passkey as Credential, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::error::{Result, ServerError};

/// The relying party: this server by its host name.
#[derive(Debug)]
pub struct Passkeys {
    webauthn: Webauthn,
    host: String,
    origin: String,
    key: PasskeyKey,
}

/// The options for the browser, and the state to keep on the server.
#[derive(Debug)]
pub struct CeremonyOptions {
    /// The input of `PublicKeyCredential.parse…OptionsFromJSON`.
    pub options: String,
    pub state: String,
}

/// The rejection of a response, as a word for the audit log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WebAuthnError(pub &'static str);

/// The error for a valid signature whose counter went back: the key may have been copied (§7.2 step
/// 22).
pub const COUNTER: WebAuthnError = WebAuthnError("counter");

/// The error for a valid signature of a passkey whose kind has changed since it was added: from one
/// device to synchronized, or back (§6.1.3). It must be added again.
pub const CHANGED: WebAuthnError = WebAuthnError("backup flags");

#[derive(Debug)]
pub struct Used {
    pub credential: String,
    /// True if the counter of a synchronized passkey is not higher than before.
    pub is_counter_behind: bool,
    /// True if it was copied to other devices.
    pub backed_up: bool,
}

#[derive(Debug)]
pub struct NewCredential {
    pub credential_id: Vec<u8>,
    pub credential: String,
    pub backup_eligible: bool,
    /// True if it was copied to other devices.
    pub backed_up: bool,
}

impl Passkeys {
    /// Creates the relying party for this issuer; `None` if passkeys are disabled.
    pub fn new(config: &Config, key: PasskeyKey) -> Option<Self> {
        let host = config.passkey_host()?;
        let origin = Url::parse(&config.issuer).ok()?;
        let ttl = Duration::from_secs(CEREMONY_TTL.unsigned_abs());
        // The library accepts an RP ID of another domain only with an origin there. Responses are
        // accepted from the issuer alone: see `check_client_data`.
        let base = config.passkey_origin(&host)?;
        let webauthn = WebauthnBuilder::new(&host, &base)
            .ok()?
            .append_allowed_origin(&origin)
            .rp_name(&config.branding.name)
            .timeout(ttl)
            .build()
            .ok()?;
        Some(Self {
            webauthn,
            host,
            origin: config.issuer.clone(),
            key,
        })
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the keys that encrypt the state of ceremonies.
    pub const fn key(&self) -> &PasskeyKey {
        &self.key
    }

    /// Builds the options of an authentication: with any passkey if `allowed` is empty (ASVS 5.0
    /// §6.3.8), otherwise with one of these.
    pub fn start_authentication(&self, allowed: &[Passkey]) -> Result<CeremonyOptions> {
        let (options, state) = self
            .webauthn
            .start_discoverable_authentication()
            .map_err(server_error)?;
        let mut options = public_key(&options)?;
        options["allowCredentials"] = allowed.iter().map(descriptor).collect();
        if let Some(options) = options.as_object_mut() {
            options.remove("extensions");
        }
        ceremony_options(&options, &state)
    }

    /// Builds the options of a registration, on a device that has none of the `known` passkeys.
    pub fn offer(&self, user: &User, known: &[Passkey]) -> Result<CeremonyOptions> {
        let ids = known
            .iter()
            .map(|known| CredentialID::from(known.credential_id.clone()));
        let (options, state) = self
            .webauthn
            .start_passkey_registration(
                user.id.as_uuid(),
                &user.email,
                &user.display_name(),
                Some(ids.collect()),
            )
            .map_err(server_error)?;
        let mut options = public_key(&options)?;
        // The credential must be discoverable without a login identifier.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        options["extensions"] = json!({"credProps": true});
        ceremony_options(&options, &state)
    }

    /// Parses a response, whose credential id and user handle are not verified yet.
    pub fn read(answer: &str) -> Result<Signed, WebAuthnError> {
        let signed: PublicKeyCredential = parse(answer)?;
        if signed.type_ != "public-key" {
            return Err(WebAuthnError("form"));
        }
        Ok(Signed(signed))
    }

    /// Verifies an assertion with the stored key of `passkey` (§7.2).
    pub fn verify(
        &self,
        signed: &Signed,
        state: &str,
        passkey: &Passkey,
    ) -> Result<Used, WebAuthnError> {
        let client_data = &signed.0.response.client_data_json;
        check_client_data(client_data.as_ref(), Ceremony::Get, &self.origin)
            .map_err(|foreign| WebAuthnError(foreign.as_str()))?;
        let mut stored: Value = parse(&passkey.credential)?;
        // The library rejects every counter that is not higher than the stored one.
        let highest = counter(stored["cred"]["counter"].take())?;
        stored["cred"]["counter"] = 0.into();
        let finished = self.finish(signed, state, &stored);
        if matches!(finished, Err(CHANGED)) {
            // The library compares the flags before it verifies the signature.
            let was_eligible = stored["cred"]["backup_eligible"] == true;
            stored["cred"]["backup_eligible"] = (!was_eligible).into();
            return Err(self.finish(signed, state, &stored).err().unwrap_or(CHANGED));
        }
        let (mut credential, result) = finished?;
        let presented = result.counter();
        let finding = check_counter(highest, presented, passkey.backup_eligible);
        if finding == CounterFinding::Copied {
            return Err(COUNTER);
        }
        credential.update_credential(&result);
        let mut stored = serde_json::to_value(&credential).map_err(|_| WebAuthnError("form"))?;
        stored["cred"]["counter"] = highest.max(presented).into();
        Ok(Used {
            credential: stored.to_string(),
            is_counter_behind: finding == CounterFinding::Behind,
            backed_up: result.backup_state(),
        })
    }

    /// Verifies an assertion with this stored credential.
    fn finish(
        &self,
        signed: &Signed,
        state: &str,
        stored: &Value,
    ) -> Result<(Credential, AuthenticationResult), WebAuthnError> {
        let state: DiscoverableAuthentication = parse(state)?;
        let credential = Credential::deserialize(stored).map_err(|_| WebAuthnError("form"))?;
        let key = DiscoverableKey::from(&credential);
        let result = self
            .webauthn
            .finish_discoverable_authentication(&signed.0, state, &[key])
            .map_err(|error| to_webauthn_error(&error))?;
        // The library requests user verification as well; without it there is one factor, not two.
        if !result.user_verified() {
            return Err(WebAuthnError("verification"));
        }
        Ok((credential, result))
    }

    /// Verifies a registration (§7.1).
    pub fn register(&self, answer: &str, state: &str) -> Result<NewCredential, WebAuthnError> {
        let created: RegisterPublicKeyCredential = parse(answer)?;
        let client_data = &created.response.client_data_json;
        check_client_data(client_data.as_ref(), Ceremony::Create, &self.origin)
            .map_err(|foreign| WebAuthnError(foreign.as_str()))?;
        // A credential that is not discoverable cannot be used on the sign-in page.
        let found = created
            .extensions
            .cred_props
            .as_ref()
            .and_then(|cred_prop| cred_prop.rk);
        if created.type_ != "public-key" || found == Some(false) {
            return Err(WebAuthnError("form"));
        }
        let state: PasskeyRegistration = parse(state)?;
        let credential = self
            .webauthn
            .finish_passkey_registration(&created, &state)
            .map_err(|error| to_webauthn_error(&error))?;
        let json = serde_json::to_value(&credential).map_err(|_| WebAuthnError("form"))?;
        let flag = |name: &str| json["cred"][name].as_bool().ok_or(WebAuthnError("form"));
        Ok(NewCredential {
            credential_id: credential.cred_id().to_vec(),
            backup_eligible: flag("backup_eligible")?,
            backed_up: flag("backup_state")?,
            credential: json.to_string(),
        })
    }
}

/// An assertion that is not verified yet.
#[derive(Debug)]
pub struct Signed(PublicKeyCredential);

impl Signed {
    pub fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }

    pub fn user_handle(&self) -> Option<&[u8]> {
        self.0.get_user_unique_id()
    }
}

fn descriptor(passkey: &Passkey) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(&passkey.credential_id)})
}

/// Returns the part of the options for the browser's API.
fn public_key(options: &impl serde::Serialize) -> Result<Value> {
    let mut options = serde_json::to_value(options).map_err(server_error)?;
    Ok(options["publicKey"].take())
}

fn ceremony_options(options: &Value, state: &impl serde::Serialize) -> Result<CeremonyOptions> {
    Ok(CeremonyOptions {
        options: options.to_string(),
        state: serde_json::to_string(state).map_err(server_error)?,
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, WebAuthnError> {
    serde_json::from_str(text).map_err(|_| WebAuthnError("form"))
}

fn counter(stored: Value) -> Result<u32, WebAuthnError> {
    serde_json::from_value(stored).map_err(|_| WebAuthnError("form"))
}

fn server_error(error: impl std::fmt::Display) -> ServerError {
    ServerError::Internal(format!("passkeys: {error}"))
}

fn to_webauthn_error(error: &WebauthnError) -> WebAuthnError {
    match error {
        WebauthnError::MismatchedChallenge => WebAuthnError("challenge"),
        WebauthnError::InvalidRPIDHash => WebAuthnError("rp id"),
        WebauthnError::UserNotPresent => WebAuthnError("presence"),
        WebauthnError::UserNotVerified => WebAuthnError("verification"),
        WebauthnError::AuthenticationFailure => WebAuthnError("signature"),
        WebauthnError::CredentialBackupEligibilityInconsistent => CHANGED,
        WebauthnError::CredentialMayNotBeHardwareBound => WebAuthnError("backup state"),
        _ => WebAuthnError("form"),
    }
}
