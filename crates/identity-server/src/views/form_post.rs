//! The answer to an app by `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2).

use askama::Template;

use super::View;
use super::chrome::Chrome;
use crate::i18n::Lang;

/// A form that posts the answer to the app: by the script at once, without it by a button. The
/// reply's CSP must allow `form-action` to the origin of `action`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/form_post.html")]
pub struct FormPost {
    /// What every page needs.
    pub chrome: Chrome,
    /// The validated redirect URI.
    pub action: String,
    /// The app's name.
    pub app_name: String,
    /// The parameters of the answer.
    pub pairs: Vec<(String, String)>,
}

impl View for FormPost {
    const PAGE: &'static str = "form-post";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        vec![(
            "normal",
            Self {
                chrome: Chrome::sample(lang),
                action: "https://photos.example/callback".to_owned(),
                app_name: "Photo Album".to_owned(),
                pairs: vec![
                    ("code".to_owned(), "SplxlOBeZQQYbYS6WxSbIA".to_owned()),
                    ("state".to_owned(), "\"><svg onload=alert(1)>".to_owned()),
                ],
            },
        )]
    }
}
