//! Values of a browser's cookies for pages: devices, invitation, identity provider.

use doorward_accounts::trusted_device::TrustCookie;
use doorward_services::known_device::KnownDevice;

use super::cookies::{self, CookieName};
use super::page::Page;

impl Page {
    pub fn followed_invitation(&self) -> Option<String> {
        cookies::value(&self.request, &self.context.core, CookieName::Invitation)
    }

    /// Returns the default page: the invitation that the browser opened, or the account.
    pub fn front(&self) -> &'static str {
        match self.followed_invitation() {
            Some(_) => "/invitation",
            None => "/account",
        }
    }

    pub fn last_provider(&self) -> Option<String> {
        cookies::value(&self.request, &self.context.core, CookieName::Provider)
    }

    /// Returns the accounts that signed in on this browser, according to its cookie.
    pub fn known_device(&self) -> Option<KnownDevice> {
        self.caller().device.clone()
    }

    pub fn is_passkey_postponed(&self) -> bool {
        cookies::value(&self.request, &self.context.core, CookieName::Later).is_some()
    }

    /// Returns the trusted-device tokens of this browser, for any account.
    pub fn trust(&self) -> TrustCookie {
        cookies::trusted(&self.request, &self.context.core)
    }
}
