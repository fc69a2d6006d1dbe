//! Security profiles of clients.

use serde::Serialize;

/// A specification whose demands on a client are pinned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
pub enum SecurityProfile {
    /// No profile: the settings apply as they are.
    #[default]
    None,
    /// FAPI 2.0 Security Profile (Final).
    Fapi2,
    /// FAPI 2.0 Message Signing 1.0 (Final), which includes the security profile.
    Fapi2MessageSigning,
}

impl SecurityProfile {
    /// Every profile, each with the demands of those before it.
    pub const ALL: [Self; 3] = [Self::None, Self::Fapi2, Self::Fapi2MessageSigning];

    /// Returns the word in storage, in the admin API and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fapi2 => "fapi2",
            Self::Fapi2MessageSigning => "fapi2-message-signing",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == text)
    }

    /// Returns true if the demands of FAPI 2.0 apply.
    pub const fn is_fapi(self) -> bool {
        !matches!(self, Self::None)
    }
}
