//! The table of everything that depends on the secret key: the columns with encrypted values, and
//! what a change of the secret key does to the values of each derived key.

use uuid::Uuid;

use crate::secret::KeyPurpose;
use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// A column with values that are encrypted under a key derived from the secret key.
    pub enum SealedColumn {
        /// First, so that a change that ends early leaves no kept key to the former secret key alone.
        KeptKey = "kept_keys.sealed",
        SigningKey = "signing_keys.private_sealed",
        TotpFactor = "totp_factors.secret_sealed",
        Provider = "providers.secret_sealed",
        Job = "jobs.payload_sealed",
        StoredResponse = "idempotency_keys.answer_sealed",
        /// The header of pushes.
        SignalStream = "signal_streams.authorization_sealed",
        Ping = "device_requests.ping_sealed",
        /// The tokens of applications that get users.
        ScimTarget = "scim_targets.token_sealed",
    }
}

/// The primary key of a row with an encrypted value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowKey {
    Text(String),
    Uuid(Uuid),
    Bytes(Vec<u8>),
}

impl SealedColumn {
    /// Returns the names of the table and of the column.
    pub fn place(self) -> (&'static str, &'static str) {
        self.as_str().split_once('.').unwrap_or_default()
    }

    /// Returns the name of the primary key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::KeptKey | Self::Provider | Self::Job | Self::SignalStream | Self::Ping => "id",
            Self::SigningKey => "kid",
            Self::TotpFactor => "user_id",
            Self::ScimTarget => "client_id",
            Self::StoredResponse => "key_hash",
        }
    }

    pub const fn purpose(self) -> KeyPurpose {
        match self {
            Self::KeptKey => KeyPurpose::KeptKey,
            Self::SigningKey => KeyPurpose::KeyEncryption,
            Self::TotpFactor => KeyPurpose::TotpEncryption,
            Self::Provider => KeyPurpose::Provider,
            Self::Job => KeyPurpose::Job,
            Self::StoredResponse => KeyPurpose::OnceAnswer,
            Self::SignalStream => KeyPurpose::Signals,
            Self::Ping => KeyPurpose::Ping,
            Self::ScimTarget => KeyPurpose::Scim,
        }
    }

    /// Returns the associated data that binds a value to its row.
    pub fn associated_data(self, row: &RowKey) -> Vec<u8> {
        match (self, row) {
            (Self::Provider, RowKey::Text(id)) => provider_secret_place(id),
            (_, RowKey::Text(text)) => text.as_bytes().to_vec(),
            (_, RowKey::Uuid(id)) => id.as_bytes().to_vec(),
            (_, RowKey::Bytes(bytes)) => bytes.clone(),
        }
    }
}

/// Returns the associated data of the client secret of a provider.
pub fn provider_secret_place(provider: &str) -> Vec<u8> {
    format!("client secret {provider}").into_bytes()
}

/// The fate of a key that is derived from a former secret key: values that cannot be encrypted again
/// need it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormerKey {
    /// Every value is encrypted again, or none exists.
    Dropped,
    /// Kept for a day: browsers and clients hold its values for minutes or hours.
    Day,
    /// Kept as long as a refresh family may last.
    RefreshTokens,
    /// Kept as long as the cookie of a known device. A server encrypts the keys of its certificate again
    /// within a minute.
    Year,
    /// Kept until no API key from before the change is left.
    ApiKeys,
    /// Kept until no recovery code from before the change is left.
    RecoveryCodes,
    /// Kept for the links of the audit chain from before the change.
    AuditChain,
    /// The first key is kept and stays in use: its values must never change.
    Continues,
}

impl FormerKey {
    /// Returns the fate of the keys of a purpose.
    pub const fn of(purpose: KeyPurpose) -> Self {
        match purpose {
            KeyPurpose::KeyEncryption
            | KeyPurpose::TotpEncryption
            | KeyPurpose::Job
            | KeyPurpose::Signals
            | KeyPurpose::Ping
            | KeyPurpose::Scim
            | KeyPurpose::KeptKey => Self::Dropped,
            KeyPurpose::Csrf
            | KeyPurpose::Cookie
            | KeyPurpose::Pagination
            | KeyPurpose::OnceAnswer
            | KeyPurpose::Draft
            | KeyPurpose::DpopNonce
            | KeyPurpose::Passkey
            // The login state of sign-ins with a provider; client secrets are encrypted again.
            | KeyPurpose::Provider
            | KeyPurpose::EmailCode
            | KeyPurpose::SupportCode => Self::Day,
            KeyPurpose::RefreshToken => Self::RefreshTokens,
            KeyPurpose::Throttle | KeyPurpose::Https => Self::Year,
            KeyPurpose::ApiKey => Self::ApiKeys,
            KeyPurpose::RecoveryCode => Self::RecoveryCodes,
            KeyPurpose::Audit => Self::AuditChain,
            KeyPurpose::PairwiseSubject => Self::Continues,
        }
    }

    /// Returns the time until which a key is kept from now on; `None` if that has no limit in time.
    pub const fn expires_at(self, now: UnixSeconds, refresh_ttl: i64) -> Option<UnixSeconds> {
        match self {
            Self::Dropped => Some(now),
            Self::Day => Some(now + DAY),
            Self::RefreshTokens => Some(now.saturating_add(refresh_ttl)),
            Self::Year => Some(now + YEAR),
            Self::ApiKeys | Self::RecoveryCodes | Self::AuditChain | Self::Continues => None,
        }
    }
}

const DAY: i64 = 24 * 60 * 60;
/// The maximum age of the cookie of a known device.
const YEAR: i64 = 365 * DAY;

#[cfg(test)]
mod tests;
