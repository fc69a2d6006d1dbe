//! A page with sample data.

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::Chrome;

/// A page with sample data. `render()` comes from [`Template`].
pub trait View: Template + Sized {
    /// The page's name in the gallery.
    const PAGE: &'static str;

    /// The shared part, so that the gallery can change its theme.
    fn chrome_mut(&mut self) -> &mut Chrome;

    /// The page in its states: first the normal one, then errors and variants, each with a name.
    fn samples(lang: Lang) -> Vec<(&'static str, Self)>;
}
