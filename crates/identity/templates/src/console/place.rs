//! Places of the navigation. The path data of the icons are those of the npm package lucide-static 0.468.0
//! (ISC), with circles and rectangles as paths.

use doorward_domain::model::group::is_at_or_below;

/// A place of the navigation: a section, or the page of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: &'static str,
    /// Key of the name.
    pub key: &'static str,
    /// Path data of the icon, on 24 × 24 units.
    pub icon: &'static str,
    pub starts_group: bool,
}

impl Place {
    /// Returns true for the page of the place, and for those below it.
    pub fn contains(&self, path: &str) -> bool {
        is_at_or_below(self.path, path)
    }
}

/// The path data of icons for features.
pub mod icons {
    pub const CLIPBOARD: &str = "M8 2h8v4H8zM16 4h2a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h2M9 14l2 2 4-4";
    pub const GLOBE: &str = "M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20M2 12h20";
    pub const RADIO: &str = "M4.9 19.1C1 15.2 1 8.8 4.9 4.9M7.8 16.2c-2.3-2.3-2.3-6.1 0-8.5M10 12a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16.2 7.8c2.3 2.3 2.3 6.1 0 8.5M19.1 4.9C23 8.8 23 15.1 19.1 19";
    pub const MEGAPHONE: &str = "M3 11l18-5v12L3 14v-3zM11.6 16.8a3 3 0 1 1-5.8-1.6";
}
