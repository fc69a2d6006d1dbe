//! The answer to an app by `response_mode=form_post` (OAuth 2.0 Form Post Response Mode §2), and the one
//! that waits for the user's decision (RFC 9700 §4.11.2).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::Chrome;
use super::view::View;

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
    /// Where the answer goes if the user lets it go; it does not go by itself.
    pub held: Option<Held>,
}

/// An answer that the user may send, or not.
#[derive(Clone, Debug)]
pub struct Held {
    /// The origin of the address, or the scheme of an app.
    pub host: String,
    /// The whole address, where no form is posted.
    pub link: Option<String>,
}

impl FormPost {
    fn heading(&self) -> String {
        match &self.held {
            Some(held) => self.chrome.tv("onward-title", "host", &held.host),
            None => self.chrome.tv("form-post-title", "app", &self.app_name),
        }
    }
}

impl View for FormPost {
    const PAGE: &'static str = "form-post";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let plain = Self {
            chrome: Chrome::sample(lang),
            action: "https://photos.example/callback".to_owned(),
            app_name: "Photo Album".to_owned(),
            pairs: vec![
                ("code".to_owned(), "SplxlOBeZQQYbYS6WxSbIA".to_owned()),
                ("state".to_owned(), "\"><svg onload=alert(1)>".to_owned()),
            ],
            held: None,
        };
        let held = |link: Option<&str>| Self {
            held: Some(Held {
                host: "https://photos.example".to_owned(),
                link: link.map(str::to_owned),
            }),
            ..plain.clone()
        };
        let link = "https://photos.example/callback?error=invalid_scope";
        vec![
            ("normal", plain.clone()),
            ("held", held(Some(link))),
            ("held-form", held(None)),
        ]
    }
}
