//! What the cookies of a browser tell a page: devices, invitation, provider.

use doorward_services::known_device::KnownDevice;
use doorward_services::trusted_device::TrustCookie;

use super::cookies::{self, CookieName};
use super::page::{Page, device_cookies};

impl Page {
    /// The token of an invitation that this browser has followed.
    pub fn followed_invitation(&self) -> Option<String> {
        cookies::value(&self.request, &self.state, CookieName::Invitation)
    }

    /// Where a browser goes that has nothing else to do: to the invitation that it follows, or to
    /// the account.
    pub fn front(&self) -> &'static str {
        match self.followed_invitation() {
            Some(_) => "/invitation",
            None => "/account",
        }
    }

    /// The provider that this browser was last signed in with, as it says.
    pub fn last_provider(&self) -> Option<String> {
        cookies::value(&self.request, &self.state, CookieName::Provider)
    }

    /// What this browser says about the accounts that were signed in to here.
    pub fn known_device(&self) -> Option<KnownDevice> {
        self.caller.device.clone()
    }

    /// Whether the offer of a passkey was put off in this browser.
    pub fn puts_passkey_off(&self) -> bool {
        cookies::value(&self.request, &self.state, CookieName::Later).is_some()
    }

    /// What this browser is trusted by, for any account.
    pub fn trust(&self) -> TrustCookie {
        device_cookies::of(&self.request, &self.state)
    }
}
