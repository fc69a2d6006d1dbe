//! A page with sample data.

use askama::Template;

use super::account_frame::AccountPlace;
use super::layout::Layout;

/// Current time of the samples.
pub(super) const NOW: i64 = 1_795_000_000;

/// A difference of a state of a page to the page.
pub(super) type Variation<T> = fn(&mut T);

/// A page with sample data. `render()` comes from [`Template`].
pub(super) trait View: Template + Clone {
    /// Place of the page in the navigation of the account.
    const PLACE: Option<AccountPlace> = None;

    /// Returns the place of the page in the navigation of the account; `None` for a page without
    /// that navigation, such as a step of a sign-in.
    fn place(&self) -> Option<AccountPlace> {
        Self::PLACE
    }

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
