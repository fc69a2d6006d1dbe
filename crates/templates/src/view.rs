//! A page with sample data.

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::Chrome;

/// A page with sample data. `render()` comes from [`Template`].
pub trait View: Template + Sized {
    /// Name of the page in the gallery.
    const PAGE: &'static str;

    /// Returns the layout data, so that the gallery can change its theme.
    fn chrome_mut(&mut self) -> &mut Chrome;

    /// Returns the page in its states, each with a name: the normal one first, then errors and
    /// variants.
    fn samples(lang: Lang) -> Vec<(&'static str, Self)>;
}
