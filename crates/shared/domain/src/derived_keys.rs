//! Keys derived from the master key, one type for each purpose, so that no function can take the
//! key of another purpose.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::secret::{KeyPurpose, MasterKey, OpenError, Secret, open_with, seal};

macro_rules! derived_keys {
    ($($name:ident = $purpose:ident;)+) => {$(
        #[doc = concat!("The keys for [`KeyPurpose::", stringify!($purpose), "`].")]
        #[derive(Clone, Debug)]
        pub struct $name {
            newest: Secret<[u8; 32]>,
            /// The keys derived from the other secret keys.
            others: Vec<Secret<[u8; 32]>>,
        }

        impl $name {
            pub fn derive(master: &MasterKey) -> Self {
                let others = master.derive_others(KeyPurpose::$purpose);
                Self {
                    newest: Secret::new(master.derive(KeyPurpose::$purpose)),
                    others: others.into_iter().map(Secret::new).collect(),
                }
            }

            /// Returns the bytes of the newest key, for a cipher or a keyed hash.
            pub const fn expose(&self) -> &[u8; 32] {
                self.newest.expose()
            }

            /// Returns all keys, the newest first, to open or recognize a value.
            pub fn all(&self) -> impl Iterator<Item = &[u8; 32]> {
                std::iter::once(&self.newest).chain(&self.others).map(Secret::expose)
            }

            /// Opens a value that was sealed with any of the keys.
            pub fn open(
                &self,
                sealed: &[u8],
                aad: &[u8],
            ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
                open_with(self.all(), sealed, aad)
            }

            /// Seals a value as text for a URL. `aad` binds it to its place.
            ///
            /// # Errors
            /// Returns the error of a value that is no JSON.
            pub fn seal_json(
                &self,
                value: &impl Serialize,
                aad: &[u8],
                rng: &mut impl CryptoRng,
            ) -> serde_json::Result<String> {
                let plain = serde_json::to_vec(value)?;
                Ok(URL_SAFE_NO_PAD.encode(seal(self.expose(), &plain, aad, rng)))
            }

            /// Opens such a text; `None` if it was changed, or sealed for another place.
            pub fn open_json<T: DeserializeOwned>(&self, text: &str, aad: &[u8]) -> Option<T> {
                let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
                serde_json::from_slice(&self.open(&sealed, aad).ok()?).ok()
            }
        }
    )+};
}

derived_keys! {
    CsrfKey = Csrf;
    CookieKey = Cookie;
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
    JobKey = Job;
    SignalsKey = Signals;
    PingKey = Ping;
    ScimKey = Scim;
}
