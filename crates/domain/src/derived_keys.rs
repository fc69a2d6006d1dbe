//! Keys derived from the master key, one type for each purpose: no function can take the key of another purpose.

use crate::secret::{KeyPurpose, MasterKey, Secret};

macro_rules! derived_key {
    ($(#[$doc:meta])* $name:ident = $purpose:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(Secret<[u8; 32]>);

        impl $name {
            /// Derives the key from the master key.
            pub fn derive(master: &MasterKey) -> Self {
                Self(Secret::new(master.derive(KeyPurpose::$purpose)))
            }

            /// Returns the bytes, for a cipher or a keyed hash.
            pub const fn expose(&self) -> &[u8; 32] {
                self.0.expose()
            }
        }
    };
}

derived_key! {
    /// The key that authenticates anti-forgery tokens of forms.
    CsrfKey = Csrf
}
derived_key! {
    /// The key that seals the secrets of authenticator apps.
    TotpKey = TotpEncryption
}
derived_key! {
    /// The key of the hashes of recovery codes.
    RecoveryKey = RecoveryCode
}
derived_key! {
    /// The key of the hashes of mailed codes.
    EmailCodeKey = EmailCode
}
derived_key! {
    /// The key of the hashes of API keys.
    ApiKeyKey = ApiKey
}
derived_key! {
    /// The key that seals the cursors of lists.
    PaginationKey = Pagination
}
derived_key! {
    /// The key that seals the kept answers of creations, with the secrets that are shown once.
    OnceKey = OnceAnswer
}
derived_key! {
    /// The key that seals forms that could not be saved yet.
    DraftKey = Draft
}
derived_key! {
    /// The key that makes the nonces of DPoP proofs.
    DpopNonceKey = DpopNonce
}
derived_key! {
    /// The key that seals the secrets of upstream providers, and sign-ins that are on their way to them.
    ProviderKey = Provider
}
derived_key! {
    /// The key that seals the state of passkey ceremonies.
    PasskeyKey = Passkey
}
