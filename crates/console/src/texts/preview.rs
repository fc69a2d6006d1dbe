//! Preview of a text that is not saved: the page or the message that contains it, with sample values.

use actix_web::http::header::CONTENT_SECURITY_POLICY;
use doorward_email::own_template::MailTemplates;
use doorward_email::{mail_name, preview};
use doorward_rules::brand::Brand;
use doorward_templates::consent::{ConsentApp, Lifetime, RedirectHost, RequestedItems};
use doorward_templates::email_code::{EmailCode, EmailCodeForm};
use doorward_templates::field_error::{AccountFields, EmailProblem, UsernameProblem};
use doorward_templates::forgot_password::Forgot;
use doorward_templates::login::LoginError;
use doorward_templates::new_password::{NewPassword, PasswordChangeProof};
use doorward_templates::scope::ScopeRow;
use doorward_templates::second_factor::CodeSource;
use doorward_templates::{
    AccountChip, Consent, Layout, LoggedOut, Login, Logout, Register, SecondStep, SelectAccount,
    Template,
};

use super::draft::Draft;
use super::samples::{sample, sentence};
use doorward_console_ui::prelude::*;

/// A message has its own styles; it may not run or load anything.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
/// Text that marks the pages and messages that contain the text of a key.
const MARK: &str = "doorward-marked-text";
/// The minimum length of a password on the pages.
const MIN_LENGTH: usize = 8;

/// The values that the pages show.
pub(super) struct Scene {
    /// The layout with the language of the text, the brand and the color scheme.
    pub layout: Layout,
    pub app: String,
}

type RenderPage = fn(&Scene) -> Option<String>;

/// The pages, first those that users see most often.
const PAGES: [RenderPage; 14] = [
    sign_in,
    consent,
    register,
    sign_in_rejected,
    register_rejected,
    forgotten_password,
    new_password,
    second_factor,
    recovery_code,
    email_code_form,
    email_code,
    select_account,
    sign_out,
    signed_out,
];

/// Shows the first page that contains the text, else the first message, else the text alone on the
/// page of its owner.
pub(super) fn show(
    console: &Console<'_>,
    scene: &Scene,
    draft: &Draft,
    around: Detail,
) -> HttpResponse {
    let marked = draft.with_text(MARK);
    let is_marked = |html: Option<String>| html.is_some_and(|html| html.contains(MARK));
    let page = marked.show(|| PAGES.into_iter().find(|page| is_marked(page(scene))));
    let html = page.and_then(|page| draft.show(|| page(scene)));
    if let Some(html) = html {
        return HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html);
    }
    let mut names = mail_name::NAMES.into_iter();
    let name = marked.show(|| names.find(|name| is_marked(message(scene, name))));
    if let Some(html) = name.and_then(|name| draft.show(|| message(scene, name))) {
        return HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, MAIL_POLICY))
            .body(html);
    }
    let text = draft.show(|| sentence(draft.lang, draft.key, &scene.layout.brand.name));
    let view = Detail {
        lead: console.t("console-text-sentence-lead"),
        facts: vec![console.fact("console-text-sentence", Value::Name(text))],
        layout: Layout {
            theme: scene.layout.theme,
            ..around.layout.clone()
        },
        ..around
    };
    console.page.html(StatusCode::OK, &view)
}

/// Renders the HTML part of a message. The logo is an attachment, which a page does not have.
fn message(scene: &Scene, name: &str) -> Option<String> {
    let brand = Brand {
        logo: None,
        ..Brand::clone(&scene.layout.brand)
    };
    let written = preview::write(name, scene.layout.lang, &brand, &MailTemplates::default())?;
    Some(written.ok()?.html)
}

fn account() -> AccountChip {
    AccountChip {
        name: sample("name").to_owned(),
        login: sample("email").to_owned(),
    }
}

fn login(scene: &Scene, problem: Option<LoginError>) -> Login {
    Login {
        layout: scene.layout.clone(),
        app_name: Some(scene.app.clone()),
        problem,
        can_reset: true,
        can_register: true,
        show_remember: true,
        email_code: Some("/login/email".to_owned()),
        ..Login::default()
    }
}

fn sign_in(scene: &Scene) -> Option<String> {
    login(scene, None).render().ok()
}

fn sign_in_rejected(scene: &Scene) -> Option<String> {
    login(scene, Some(LoginError::Rejected)).render().ok()
}

fn consent(scene: &Scene) -> Option<String> {
    let scopes = ["openid", "profile", "email", "offline_access"];
    let app = ConsentApp {
        name: scene.app.clone(),
        host: RedirectHost::Host(sample("host").to_owned()),
        verified: true,
        publisher: None,
        policy_uri: None,
        tos_uri: None,
        logo: None,
        published_at: None,
    };
    let asked = RequestedItems {
        required: ScopeRow::list(scopes.map(|name| ScopeRow::new(name, None)).into()),
        optional: Vec::new(),
        kept: Vec::new(),
        details: Vec::new(),
        kept_details: Vec::new(),
        lifetime: Lifetime::UntilRemoved,
    };
    let view = Consent {
        layout: scene.layout.clone(),
        flow: String::new(),
        app,
        account: account(),
        asked,
    };
    view.render().ok()
}

fn registration(scene: &Scene, fields: AccountFields) -> Option<String> {
    let view = Register {
        layout: scene.layout.clone(),
        flow: String::new(),
        app_name: Some(scene.app.clone()),
        fields,
        min_length: MIN_LENGTH,
    };
    view.render().ok()
}

fn register(scene: &Scene) -> Option<String> {
    registration(scene, AccountFields::default())
}

fn register_rejected(scene: &Scene) -> Option<String> {
    let fields = AccountFields {
        username_problem: Some(UsernameProblem::Taken),
        email_problem: Some(EmailProblem::Invalid),
        password_mismatch: true,
        ..AccountFields::default()
    };
    registration(scene, fields)
}

fn forgotten_password(scene: &Scene) -> Option<String> {
    let view = Forgot {
        layout: scene.layout.clone(),
        flow: String::new(),
        missing: false,
    };
    view.render().ok()
}

fn new_password(scene: &Scene) -> Option<String> {
    let view = NewPassword {
        layout: scene.layout.clone(),
        flow: String::new(),
        proof: PasswordChangeProof::Link,
        username: sample("email").to_owned(),
        current_problem: None,
        fields: AccountFields::default(),
        min_length: MIN_LENGTH,
        others: true,
        next: String::new(),
    };
    view.render().ok()
}

fn code(scene: &Scene, way: CodeSource) -> Option<String> {
    let view = SecondStep {
        layout: scene.layout.clone(),
        app_name: Some(scene.app.clone()),
        way,
        has_app: true,
        trust_days: Some(14),
        ..SecondStep::default()
    };
    view.render().ok()
}

fn second_factor(scene: &Scene) -> Option<String> {
    code(scene, CodeSource::App)
}

fn recovery_code(scene: &Scene) -> Option<String> {
    code(scene, CodeSource::Recovery)
}

fn email_code_form(scene: &Scene) -> Option<String> {
    let view = EmailCodeForm {
        layout: scene.layout.clone(),
        app_name: Some(scene.app.clone()),
        ..EmailCodeForm::default()
    };
    view.render().ok()
}

fn email_code(scene: &Scene) -> Option<String> {
    let view = EmailCode {
        layout: scene.layout.clone(),
        flow: String::new(),
        attempt: String::new(),
        app_name: Some(scene.app.clone()),
        again: String::new(),
        problem: None,
    };
    view.render().ok()
}

fn select_account(scene: &Scene) -> Option<String> {
    let view = SelectAccount {
        layout: scene.layout.clone(),
        flow: String::new(),
        app_name: Some(scene.app.clone()),
        account: account(),
    };
    view.render().ok()
}

fn sign_out(scene: &Scene) -> Option<String> {
    let view = Logout {
        layout: scene.layout.clone(),
        app_name: Some(scene.app.clone()),
        account: account(),
        ..Logout::default()
    };
    view.render().ok()
}

fn signed_out(scene: &Scene) -> Option<String> {
    let view = LoggedOut {
        layout: scene.layout.clone(),
        ..LoggedOut::default()
    };
    view.render().ok()
}
