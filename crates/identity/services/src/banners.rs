//! Texts above the content of every page.

use doorward_i18n::date;
use doorward_protocol::added::Added;

use crate::context::Core;
use crate::prelude::*;

/// Returns a text in a language; `None` while there is nothing to say.
pub type Banner = fn(&Core, Lang) -> Option<String>;

/// The banners of features.
pub static ADDED: Added<Banner> = Added::new();

/// Returns the texts of this moment: that the database is a copy, that changes are rejected, and those of
/// features.
pub fn all(core: &Core, lang: Lang) -> Vec<String> {
    let state = core.state.get();
    let dated = |key, name, at| {
        let at = date::utc(lang, at);
        lang.text_with(key, &[(name, at.into())])
    };
    let copy = state.copied_at.map(|at| dated("banner-copy", "moment", at));
    let read_only = core.state.read_only(core.now());
    let read_only = read_only.map(|period| dated("banner-read-only", "moment", period.until));
    let added = ADDED.all().iter();
    let added = added.filter_map(|banner| banner(core, lang));
    copy.into_iter().chain(read_only).chain(added).collect()
}
