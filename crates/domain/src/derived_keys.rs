//! Keys derived from the master key, one type for each purpose, so that no function can take the
//! key of another purpose.

use crate::secret::{KeyPurpose, MasterKey, Secret};

macro_rules! derived_key {
    ($(#[$doc:meta])* $name:ident = $purpose:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(Secret<[u8; 32]>);

        impl $name {
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
    /// The key that encrypts the secrets of authenticator apps.
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
    /// The key that encrypts the cursors of lists.
    PaginationKey = Pagination
}
derived_key! {
    /// The key that encrypts stored responses of creations, with the secrets that are shown only
    /// once.
    OnceKey = OnceAnswer
}
derived_key! {
    /// The key that encrypts unsaved profile forms.
    DraftKey = Draft
}
derived_key! {
    /// The key that makes the nonces of DPoP proofs.
    DpopNonceKey = DpopNonce
}
derived_key! {
    /// The key that encrypts the client secrets of identity providers, and login states.
    ProviderKey = Provider
}
derived_key! {
    /// The key that encrypts the state of passkey ceremonies.
    PasskeyKey = Passkey
}
derived_key! {
    /// The key that authenticates refresh tokens.
    RefreshTokenKey = RefreshToken
}
derived_key! {
    /// The key of the hashes of support codes.
    SupportCodeKey = SupportCode
}
