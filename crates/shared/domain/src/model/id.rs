//! Identifiers: one type each, so that the compiler rejects a mix-up.

use uuid::Uuid;

use crate::prelude::*;
use crate::time::UnixSeconds;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Generates an identifier ordered by `now` (UUID version 7, RFC 9562 §5.7). Never a
            /// secret.
            pub fn generate(now: UnixSeconds, rng: &mut impl CryptoRng) -> Self {
                Self(uuid_v7(now, rng))
            }

            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }

            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form; returns `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() == 36).then(|| Uuid::try_parse(text).ok().map(Self)).flatten()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }
    )+};
}

fn uuid_v7(now: UnixSeconds, rng: &mut impl CryptoRng) -> Uuid {
    let mut tail = [0_u8; 10];
    rng.fill_bytes(&mut tail);
    let millis = u64::try_from(now).unwrap_or(0).saturating_mul(1000);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

uuid_ids! {
    /// A user: the `sub` of their tokens.
    UserId;
    /// An [`Invitation`](super::Invitation) to an organization; not the token in its link.
    InvitationId;
    /// A browser session: the `sid` of its tokens.
    SessionId;
    /// A [`Signal`](super::signals::Signal): the first part of the `jti` of its tokens.
    SignalId;
    SignInAttemptId;
    /// A request, in its response, the log and the audit log. Its time leads to its events.
    RequestId;
    /// A grant: one refresh family.
    GrantId;
    ConsentId;
    AuditId;
    DenialId;
    AssignmentId;
    GroupId;
    /// A [`RegistrationToken`](super::RegistrationToken); not the token itself.
    RegistrationTokenId;
    /// A [`Passkey`](super::Passkey); not the credential id of the authenticator.
    PasskeyId;
    LinkId;
    /// A [`TrustedDevice`](super::TrustedDevice); not the value in its cookie.
    TrustedDeviceId;
    JobId;
    BulkChangeId;
    /// An [`AccessReview`](super::AccessReview).
    ReviewId;
    /// A [`ReviewLine`](super::ReviewLine).
    ReviewLineId;
    FactorCampaignId;
    /// An [`Approval`](super::Approval).
    ApprovalId;
    /// A [`Site`](super::Site).
    SiteId;
    /// A [`ScimSource`](super::scim::ScimSource).
    ScimSourceId;
    /// An [`AppPassword`](super::AppPassword); not the password itself.
    AppPasswordId;
}

impl SignInAttemptId {
    /// Returns the time of generation (RFC 9562 §5.7).
    pub fn at(&self) -> UnixSeconds {
        let millis = self.0.as_u128() >> 80;
        i64::try_from(millis / 1000).unwrap_or(i64::MAX)
    }
}

/// Defines an identifier that is a text of a certain form.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, |$text:ident| $is_valid:expr) => {
        $(#[$doc])*
        #[derive(
            Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier; returns `None` if it is malformed.
            pub fn parse($text: &str) -> Option<Self> {
                ($is_valid).then(|| Self($text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

pub(super) use text_id;

text_id! {
    /// The `client_id` of RFC 6749 §2.2: 1 to 255 visible ASCII characters (appendix A.1).
    ClientId, |text| (1..=255).contains(&text.len())
        && text.bytes().all(|b| (0x20..=0x7e).contains(&b))
}

macro_rules! random_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        text_id! { $(#[$doc])* $name, |text| is_random(text) }

        impl $name {
            /// Generates an identifier of 128 random bits.
            pub fn generate(rng: &mut impl CryptoRng) -> Self {
                let mut bytes = [0_u8; 16];
                rng.fill_bytes(&mut bytes);
                Self(URL_SAFE_NO_PAD.encode(bytes))
            }
        }
    )+};
}

/// Returns true for 22 characters of base64url: 128 bits.
fn is_random(text: &str) -> bool {
    let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() == 22 && text.bytes().all(is_base64url)
}

random_ids! {
    /// The identifier of an [`Interaction`](super::Interaction) in URLs: 22 characters of
    /// base64url, 128 random bits. Useless without the browser's cookie.
    InteractionId;
    /// The identifier of a [`DeviceRequest`](super::DeviceRequest) in URLs; useless except to the
    /// session that it is bound to.
    DeviceRequestId;
    /// The identifier of a user's picture in its URL; a new picture gets a new one.
    AvatarId;
    /// The identifier of a client's logo in its URL; a new logo gets a new one.
    LogoId;
    /// The identifier of a [`PendingSignIn`](super::PendingSignIn) in URLs; useless without the
    /// browser's cookie.
    AttemptId;
}
