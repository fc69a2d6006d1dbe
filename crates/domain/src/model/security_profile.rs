//! Security profiles of clients.

use serde::Serialize;

doorward_protocol::words! {
    /// A specification whose demands on a client are pinned.
    #[derive(PartialOrd, Ord, Default, Serialize)]
    pub enum SecurityProfile {
        /// No profile: the settings apply as they are.
        #[default]
        None = "none",
        /// FAPI 2.0 Security Profile (Final).
        Fapi2 = "fapi2",
        /// FAPI 2.0 Message Signing 1.0 (Final), which includes the security profile.
        Fapi2MessageSigning = "fapi2-message-signing",
    }
}

impl SecurityProfile {
    /// Returns true if the demands of FAPI 2.0 apply.
    pub const fn is_fapi(self) -> bool {
        !matches!(self, Self::None)
    }
}
