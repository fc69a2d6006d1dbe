//! Pages with sample values, which show an operator their texts and their brand.

use super::consent::{Consent, ConsentApp, Lifetime, RedirectHost, RequestedItems};
use super::email_code::{EmailCode, EmailCodeForm};
use super::field_error::{AccountFields, EmailProblem, UsernameProblem};
use super::forgot_password::Forgot;
use super::login::{Login, LoginError};
use super::logout::{LoggedOut, Logout};
use super::new_password::{NewPassword, PasswordChangeProof};
use super::prelude::*;
use super::register::Register;
use super::scope::ScopeRow;
use super::second_factor::{CodeSource, SecondStep};
use super::select_account::SelectAccount;

const NAME: &str = "Alice Archer";
const EMAIL: &str = "alice@example.org";
const HOST: &str = "photos.example.org";
const MIN_LENGTH: usize = 8;

/// Renders a page for an app with this name.
pub type RenderPage = fn(&Layout, &str) -> Option<String>;

/// The pages, first those that users see most often.
pub const PAGES: [RenderPage; 14] = [
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

fn account() -> AccountChip {
    AccountChip {
        name: NAME.to_owned(),
        login: EMAIL.to_owned(),
    }
}

fn login(layout: &Layout, app: &str, problem: Option<LoginError>) -> Login {
    Login {
        layout: layout.clone(),
        app_name: Some(app.to_owned()),
        problem,
        can_reset: true,
        can_register: true,
        show_remember: true,
        email_code: Some("/login/email".to_owned()),
        ..Login::default()
    }
}

fn sign_in(layout: &Layout, app: &str) -> Option<String> {
    login(layout, app, None).render().ok()
}

fn sign_in_rejected(layout: &Layout, app: &str) -> Option<String> {
    login(layout, app, Some(LoginError::Rejected)).render().ok()
}

fn consent(layout: &Layout, app: &str) -> Option<String> {
    consent_page(layout.clone(), app).render().ok()
}

/// Returns the consent page of an app with this name.
pub fn consent_page(layout: Layout, app: &str) -> Consent {
    let scopes = ["openid", "profile", "email", "offline_access"];
    let app = ConsentApp {
        name: app.to_owned(),
        host: RedirectHost::Host(HOST.to_owned()),
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
    Consent {
        layout,
        flow: String::new(),
        app,
        account: account(),
        asked,
    }
}

fn registration(layout: &Layout, app: &str, fields: AccountFields) -> Option<String> {
    let view = Register {
        layout: layout.clone(),
        flow: String::new(),
        app_name: Some(app.to_owned()),
        fields,
        min_length: MIN_LENGTH,
    };
    view.render().ok()
}

fn register(layout: &Layout, app: &str) -> Option<String> {
    registration(layout, app, AccountFields::default())
}

fn register_rejected(layout: &Layout, app: &str) -> Option<String> {
    let fields = AccountFields {
        username_problem: Some(UsernameProblem::Taken),
        email_problem: Some(EmailProblem::Invalid),
        password_mismatch: true,
        ..AccountFields::default()
    };
    registration(layout, app, fields)
}

fn forgotten_password(layout: &Layout, _: &str) -> Option<String> {
    let view = Forgot {
        layout: layout.clone(),
        flow: String::new(),
        missing: false,
    };
    view.render().ok()
}

fn new_password(layout: &Layout, _: &str) -> Option<String> {
    let view = NewPassword {
        layout: layout.clone(),
        flow: String::new(),
        proof: PasswordChangeProof::Link,
        username: EMAIL.to_owned(),
        current_problem: None,
        fields: AccountFields::default(),
        min_length: MIN_LENGTH,
        others: true,
        next: String::new(),
    };
    view.render().ok()
}

fn code(layout: &Layout, app: &str, way: CodeSource) -> Option<String> {
    let view = SecondStep {
        layout: layout.clone(),
        app_name: Some(app.to_owned()),
        way,
        has_app: true,
        trust_days: Some(14),
        ..SecondStep::default()
    };
    view.render().ok()
}

fn second_factor(layout: &Layout, app: &str) -> Option<String> {
    code(layout, app, CodeSource::App)
}

fn recovery_code(layout: &Layout, app: &str) -> Option<String> {
    code(layout, app, CodeSource::Recovery)
}

fn email_code_form(layout: &Layout, app: &str) -> Option<String> {
    let view = EmailCodeForm {
        layout: layout.clone(),
        app_name: Some(app.to_owned()),
        ..EmailCodeForm::default()
    };
    view.render().ok()
}

fn email_code(layout: &Layout, app: &str) -> Option<String> {
    let view = EmailCode {
        layout: layout.clone(),
        flow: String::new(),
        attempt: String::new(),
        app_name: Some(app.to_owned()),
        again: String::new(),
        problem: None,
    };
    view.render().ok()
}

fn select_account(layout: &Layout, app: &str) -> Option<String> {
    let view = SelectAccount {
        layout: layout.clone(),
        flow: String::new(),
        app_name: Some(app.to_owned()),
        account: account(),
    };
    view.render().ok()
}

fn sign_out(layout: &Layout, app: &str) -> Option<String> {
    let view = Logout {
        layout: layout.clone(),
        app_name: Some(app.to_owned()),
        account: account(),
        ..Logout::default()
    };
    view.render().ok()
}

fn signed_out(layout: &Layout, _: &str) -> Option<String> {
    let view = LoggedOut {
        layout: layout.clone(),
        ..LoggedOut::default()
    };
    view.render().ok()
}

#[cfg(test)]
mod tests {
    use super::{Layout, PAGES};

    #[test]
    fn each_page_is_rendered() {
        let layout = Layout::default();
        for page in PAGES {
            let html = page(&layout, "Photo Album").expect("a page");
            assert!(html.contains("<main"), "{html}");
        }
    }
}
