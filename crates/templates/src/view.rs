//! A page with sample data.

use askama::Template;
use doorward_i18n::Lang;

use super::layout::Layout;

/// A page with sample data. `render()` comes from [`Template`].
pub trait View: Template + Sized {
    const PAGE: &'static str;

    /// Returns the layout data, so that the gallery can change its theme.
    fn layout_mut(&mut self) -> &mut Layout;

    /// Returns the page in its states, each with a name: the normal one first, then errors and
    /// variants.
    fn samples(lang: Lang) -> Vec<(&'static str, Self)>;
}
