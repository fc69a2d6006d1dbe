//! The components and keys of user accounts.

use std::sync::Arc;

use doorward_domain::derived_keys::{
    ApiKeyKey, DraftKey, EmailCodeKey, PasskeyKey, RecoveryKey, SupportCodeKey, TotpKey,
};
use doorward_domain::secret::MasterKey;
use doorward_telemetry::metrics::Metrics;

use super::core::Core;
use crate::foreign_forms::ForeignForms;
use crate::hashing::HashingPool;
use crate::passkeys::Passkeys;
use crate::pictures::PictureEncoder;

#[derive(Debug)]
pub struct Accounts {
    pub hashing: HashingPool,
    /// The forms of imported password hashes that no sign-in has replaced yet.
    pub foreign_forms: ForeignForms,
    /// The relying party of passkeys; `None` if passkeys are disabled.
    pub passkeys: Option<Passkeys>,
    pub pictures: PictureEncoder,
    /// The key that encrypts the secrets of authenticator apps.
    pub totp_key: TotpKey,
    pub recovery_key: RecoveryKey,
    pub email_code_key: EmailCodeKey,
    pub api_key_key: ApiKeyKey,
    pub support_code_key: SupportCodeKey,
    /// The key that encrypts unsaved profile forms.
    pub draft_key: DraftKey,
}

impl Accounts {
    pub(super) fn new(core: &Core, master: &MasterKey, metrics: &Arc<Metrics>) -> Self {
        let config = &core.config;
        let timed = Arc::clone(metrics);
        let hashing = HashingPool::start(
            config.passwords.hash_params(),
            config.passwords.hash_memory_budget_kib,
            core.random.clone(),
        )
        .timed(Arc::new(move |took| timed.password_hash(took)));
        Self {
            hashing,
            foreign_forms: ForeignForms::default(),
            passkeys: Passkeys::new(config, PasskeyKey::derive(master)),
            pictures: PictureEncoder::default(),
            totp_key: TotpKey::derive(master),
            recovery_key: RecoveryKey::derive(master),
            email_code_key: EmailCodeKey::derive(master),
            api_key_key: ApiKeyKey::derive(master),
            support_code_key: SupportCodeKey::derive(master),
            draft_key: DraftKey::derive(master),
        }
    }
}
