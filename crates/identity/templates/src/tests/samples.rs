//! Sample data of every page.

mod account;
mod account_apps;
mod account_sessions;
mod activity;
mod api_keys;
mod change_email;
mod check_up;
mod connect_device;
mod consent;
mod console;
mod email_code;
mod error;
mod factor_due;
mod forgot_password;
mod form_post;
mod inbox;
mod invitation;
mod layout;
mod login;
mod logout;
mod memberships;
mod new_password;
mod passkeys;
mod personal_data;
mod profile;
mod profile_fields;
mod providers;
mod register;
mod reviews;
mod second_factor;
mod select_account;
mod session_ended;
mod setup;
mod sign_in_methods;
mod status_page;
mod support_code;
mod two_factor;

use askama::Template;

use crate::layout::Layout;

/// Current time of the samples.
const NOW: i64 = 1_795_000_000;

/// A difference of a state of a page to the page.
type Variation<T> = fn(&mut T);

/// A page with sample data.
pub(crate) trait Sampled: Template + Clone {
    /// Returns the page in its states, each with a name: the normal one first, then errors and
    /// variants.
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)>;

    /// Returns the page in states, each with a name and its difference to this page.
    fn in_states<const N: usize>(
        &self,
        states: [(&'static str, Variation<Self>); N],
    ) -> Vec<(&'static str, Self)> {
        states
            .map(|(name, change)| (name, self.vary(change)))
            .into()
    }

    /// Returns the page with a change.
    #[must_use]
    fn vary(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut page = self.clone();
        change(&mut page);
        page
    }
}
