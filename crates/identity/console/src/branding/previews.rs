//! Previews of a brand: the sign-in page, the consent page and a message, with sample data.

use std::sync::Arc;

use doorward_rules::brand::Brand;
use doorward_rules::own_brand::OwnBrand;
use doorward_services::own_brand;
use doorward_templates::{Layout, Login, Theme, preview};
use doorward_web::mail_page;

use doorward_console_ui::prelude::*;

/// The message of the preview: the one that sets a new password.
const MESSAGE: &str = "reset";
/// The app of the consent page if the brand is that of an organization.
const SAMPLE_APP: &str = "Service desk";
/// Steps of the form that show its values and save nothing.
const STEPS: [(&str, Preview); 5] = [
    ("preview-light", Preview::SignIn(Theme::Light)),
    ("preview-dark", Preview::SignIn(Theme::Dark)),
    ("preview-consent-light", Preview::Consent(Theme::Light)),
    ("preview-consent-dark", Preview::Consent(Theme::Dark)),
    ("preview-mail", Preview::Message),
];

/// A page or message with the brand.
#[derive(Clone, Copy)]
pub(super) enum Preview {
    SignIn(Theme),
    Consent(Theme),
    /// A message, which is light in both schemes.
    Message,
}

/// Returns the buttons of the form: their values and texts.
pub(super) fn buttons(console: &Console<'_>) -> Vec<(&'static str, String)> {
    let button = |(step, preview): (&'static str, Preview)| (step, preview.name(console));
    STEPS.map(button).into()
}

impl Preview {
    /// Returns the preview of a step of the form; `None` for another step.
    pub(super) fn of_step(step: &str) -> Option<Self> {
        let found = STEPS.into_iter().find(|(name, _)| *name == step);
        found.map(|(_, preview)| preview)
    }

    fn name(self, console: &Console<'_>) -> String {
        let (page, theme) = match self {
            Self::SignIn(theme) => (console.t("console-branding-preview-sign-in"), theme),
            Self::Consent(theme) => (console.t("console-branding-preview-consent"), theme),
            Self::Message => return console.t("console-branding-preview-message"),
        };
        format!("{page} · {}", console.layout.theme_name(&theme))
    }

    /// Shows the page or message with the brand of an organization, or of the app with this name.
    pub(super) async fn show(
        self,
        console: &Console<'_>,
        own: &OwnBrand,
        app_name: Option<String>,
    ) -> Answer {
        let brand = own_brand::replaced(console.page.context.core.brand(), [own]);
        match self {
            Self::SignIn(theme) => {
                let layout = layout(console, brand, theme);
                console.show(&sign_in(console, layout, app_name))
            }
            Self::Consent(theme) => {
                let app = app_name.as_deref().unwrap_or(SAMPLE_APP);
                let layout = layout(console, brand, theme);
                console.show(&preview::consent_page(layout, app))
            }
            Self::Message => message(console, &brand).await,
        }
    }
}

fn layout(console: &Console<'_>, brand: Brand, theme: Theme) -> Layout {
    Layout {
        theme,
        brand: Arc::new(brand),
        search_key: None,
        ..console.layout.clone()
    }
}

fn sign_in(console: &Console<'_>, layout: Layout, app_name: Option<String>) -> Login {
    let config = &console.page.context.core.config;
    Login {
        layout,
        app_name,
        can_reset: config.can_mail(),
        can_register: config.registration.enabled,
        show_remember: true,
        ..Login::default()
    }
}

async fn message(console: &Console<'_>, brand: &Brand) -> Answer {
    let page = console.page;
    let sample = page
        .web
        .mail_samples
        .html(MESSAGE, console.layout.lang, brand);
    let html = sample.ok_or(ErrorKind::NotFound)??;
    Ok(mail_page::respond(&page.context.core, html).await?)
}
