//! `POST /preferences`: language, colour scheme, the shortcut key of the search and the organization of the
//! console, stored in cookies, without JavaScript.

use doorward_domain::model::organization::is_slug;
use doorward_i18n::Lang;
use doorward_templates::Theme;
use doorward_web::cookies::{self, CookieName};
use doorward_web::page::preferences::{OFF, ON};

use super::prelude::*;

/// Stores a preference and returns to the page of the form.
pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let mut response = page.see_other(return_path(text(&fields, "return_to")?));
    if let Some(lang) = Lang::from_tag(text(&fields, "lang")?) {
        let cookie = cookies::preference(&page.context.core, CookieName::Lang, lang.code());
        let _ = response.add_cookie(&cookie);
    }
    let theme = text(&fields, "theme")?;
    if !theme.is_empty() {
        let value = Theme::parse(theme).as_str();
        let _ = response.add_cookie(&cookies::preference(
            &page.context.core,
            CookieName::Theme,
            value,
        ));
    }
    let search_key = text(&fields, "search_key")?;
    if let Some(value) = [ON, OFF].into_iter().find(|value| *value == search_key) {
        let cookie = cookies::preference(&page.context.core, CookieName::SearchKey, value);
        let _ = response.add_cookie(&cookie);
    }
    let organization = text(&fields, "console_organization")?;
    if is_slug(organization) {
        let name = CookieName::ConsoleOrganization;
        let cookie = cookies::preference(&page.context.core, name, organization);
        let _ = response.add_cookie(&cookie);
    }
    Ok(response)
}

/// Returns a path of this server, or `/`: one leading slash, no backslash and no control character,
/// because browsers read `/\` as `//`.
fn return_path(requested: &str) -> &str {
    let mut chars = requested.chars();
    let rooted = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    let plain = requested
        .bytes()
        .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    if rooted && plain { requested } else { "/" }
}

#[cfg(test)]
mod tests;
