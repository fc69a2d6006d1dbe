//! Keys derived from the master key, one type for each purpose, so that no function can take the
//! key of another purpose.

use crate::secret::{KeyPurpose, MasterKey, Secret};

macro_rules! derived_keys {
    ($($name:ident = $purpose:ident;)+) => {$(
        #[doc = concat!("The key for [`KeyPurpose::", stringify!($purpose), "`].")]
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
    )+};
}

derived_keys! {
    CsrfKey = Csrf;
    TotpKey = TotpEncryption;
    RecoveryKey = RecoveryCode;
    EmailCodeKey = EmailCode;
    ApiKeyKey = ApiKey;
    PaginationKey = Pagination;
    OnceKey = OnceAnswer;
    DraftKey = Draft;
    DpopNonceKey = DpopNonce;
    ProviderKey = Provider;
    PasskeyKey = Passkey;
    RefreshTokenKey = RefreshToken;
    SupportCodeKey = SupportCode;
    HttpsKey = Https;
}
