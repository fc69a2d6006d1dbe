//! Identifiers: one type each, so that none can stand where another belongs.

use std::fmt;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::UnixSeconds;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, ordered by `now` (UUID version 7, RFC 9562 §5.7). Never a secret.
            pub fn generate(now: UnixSeconds, rng: &mut impl CryptoRng) -> Self {
                Self(uuid_v7(now, rng))
            }

            /// The identifier with this value.
            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }

            /// The value itself.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form; anything else is none.
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() == 36).then(|| Uuid::try_parse(text).ok().map(Self)).flatten()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }
    };
}

fn uuid_v7(now: UnixSeconds, rng: &mut impl CryptoRng) -> Uuid {
    let mut tail = [0_u8; 10];
    rng.fill_bytes(&mut tail);
    let millis = u64::try_from(now).unwrap_or(0).saturating_mul(1000);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

uuid_id!(
    /// A person: the `sub` of their tokens.
    UserId
);
uuid_id!(
    /// An [`Invitation`](super::Invitation) into an organization. Its link is something else.
    InvitationId
);
uuid_id!(
    /// A browser session at the identity server: the `sid` of its tokens.
    SessionId
);
uuid_id!(
    /// What a person (or nobody) allowed a client at one moment: one refresh family.
    GrantId
);
uuid_id!(
    /// A remembered consent.
    ConsentId
);
uuid_id!(
    /// A line of the audit log.
    AuditId
);
uuid_id!(
    /// A refusal that can be explained.
    DenialId
);
uuid_id!(
    /// A role given to a subject.
    AssignmentId
);
uuid_id!(
    /// A group of people.
    GroupId
);
uuid_id!(
    /// A [`RegistrationToken`](super::RegistrationToken); not the token itself.
    RegistrationTokenId
);
uuid_id!(
    /// A [`Passkey`](super::Passkey); not what the authenticator calls it.
    PasskeyId
);
uuid_id!(
    /// A [`LinkedAccount`](super::LinkedAccount).
    LinkId
);
uuid_id!(
    /// A [`TrustedDevice`](super::TrustedDevice); not the value in its cookie.
    TrustedDeviceId
);
uuid_id!(
    /// Work that waits to be done.
    JobId
);

/// The `client_id` of RFC 6749 §2.2: 1 to 255 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Reads a client identifier (RFC 6749 appendix A.1, at most 255 characters).
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|b| (0x20..=0x7e).contains(&b));
        (!text.is_empty() && text.len() <= 255 && printable).then(|| Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new identifier of 128 random bits.
            pub fn generate(rng: &mut impl CryptoRng) -> Self {
                use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
                let mut bytes = [0_u8; 16];
                rng.fill_bytes(&mut bytes);
                Self(URL_SAFE_NO_PAD.encode(bytes))
            }

            /// Reads the form that [`generate`](Self::generate) makes; anything else is none.
            pub fn parse(text: &str) -> Option<Self> {
                let plain = text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                (text.len() == 22 && plain).then(|| Self(text.to_owned()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

random_id!(
    /// Names an [`Interaction`](super::Interaction) in a URL: 22 characters of base64url, 128 random
    /// bits. Useless without the browser's own cookie.
    InteractionId
);
random_id!(
    /// Names a [`DeviceRequest`](super::DeviceRequest) in a URL; useless but to the session that
    /// claimed it.
    DeviceRequestId
);
random_id!(
    /// Names a person's uploaded picture in a URL: another picture has another name.
    AvatarId
);
random_id!(
    /// Names the logo of a client in a URL: another picture has another name.
    LogoId
);
random_id!(
    /// Names a [`PendingSignIn`](super::PendingSignIn) in a URL; likewise useless elsewhere.
    AttemptId
);
