//! A page with one sentence, which asks for a step or confirms one, with at most one form and one
//! link.

use super::prelude::*;

words! {
    /// The sentence of a status page.
    pub enum StepKind {
        /// After a registration: a mail was sent.
        CheckMail = "check-mail",
        /// Signed in, but the address is not verified.
        ProveEmail = "prove-email",
        /// Opened by a mail link: the button verifies the address.
        ConfirmEmail = "confirm-email",
        /// Opened by a mail link: the button signs in.
        ConfirmSignIn = "confirm-sign-in",
        /// Opened by a link of the operator: the button signs an administrator in.
        ConfirmOperator = "confirm-operator",
        /// After a forgotten password: a mail was sent if the account exists.
        ResetSent = "reset-sent",
        PasswordSet = "password-set",
        /// Opened by the link at the new address: the button changes the address.
        ConfirmMove = "confirm-move",
        Moved = "moved",
        /// Opened by the link at the former address: the button reverts the change.
        ConfirmUndo = "confirm-undo",
        Undone = "undone",
        InvitationAccepted = "invitation-accepted",
        InvitationDeclined = "invitation-declined",
    }
}

/// A notice of the last action, above the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNotice {
    Resent,
    /// No other mail was sent, because the limit was reached.
    EnoughMails,
}

/// `GET /verify-email` and similar pages. Fields of the form: `csrf`, `flow`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/step.html")]
pub struct StatusPage {
    pub layout: Layout,
    pub kind: StepKind,
    pub flow: String,
    /// Related e-mail address, if there is one.
    pub address: Option<String>,
    pub notice: Option<StepNotice>,
}

/// A path with the catalog key of the button or link that leads there.
type Target = (&'static str, &'static str);

const SIGN_IN: Target = ("/login", "login-submit");
const ACCOUNT: Target = ("/account", "next-account");

impl StepKind {
    /// Returns the catalog keys of title and sentence.
    const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::CheckMail => ("step-check-mail", "step-check-mail-text"),
            Self::ProveEmail => ("step-prove-email", "step-prove-email-text"),
            Self::ConfirmEmail => ("step-confirm-email", "step-confirm-email-text"),
            Self::ConfirmSignIn => ("email-code-title-link", "email-code-text-link"),
            Self::ConfirmOperator => ("step-operator", "step-operator-text"),
            Self::ResetSent => ("step-check-mail", "step-reset-sent-text"),
            Self::PasswordSet => ("step-password-set", "step-password-set-text"),
            Self::ConfirmMove => ("step-confirm-email", "step-confirm-move-text"),
            Self::Moved => ("step-moved", "step-moved-text"),
            Self::ConfirmUndo => ("step-confirm-undo", "step-confirm-undo-text"),
            Self::Undone => ("step-undone", "step-undone-text"),
            Self::InvitationAccepted => {
                ("step-invitation-accepted", "step-invitation-accepted-text")
            }
            Self::InvitationDeclined => {
                ("step-invitation-declined", "step-invitation-declined-text")
            }
        }
    }

    const fn form(self) -> Option<Target> {
        Some(match self {
            Self::ProveEmail => ("/verify-email/resend", "step-resend"),
            Self::ConfirmEmail => ("/verify-email", "step-confirm-email-button"),
            Self::ConfirmSignIn => ("/login/email/link", "login-submit"),
            Self::ConfirmOperator => ("/login/operator", "login-submit"),
            Self::ConfirmMove => ("/account/email/confirm", "step-confirm-email-button"),
            Self::ConfirmUndo => ("/account/email/undo", "step-confirm-undo-button"),
            _ => return None,
        })
    }

    const fn link(self) -> Option<Target> {
        Some(match self {
            Self::CheckMail | Self::ResetSent | Self::PasswordSet => SIGN_IN,
            Self::ProveEmail => ("/logout", "logout-submit"),
            Self::Moved | Self::InvitationAccepted | Self::InvitationDeclined => ACCOUNT,
            Self::Undone => ("/forgot-password", "mail-secure-button"),
            _ => return None,
        })
    }
}

impl StatusPage {
    fn title(&self) -> String {
        self.layout.t(self.kind.keys().0)
    }

    fn text(&self) -> String {
        self.layout.t(self.kind.keys().1)
    }

    fn form(&self) -> Option<(&'static str, String)> {
        let (action, label) = self.kind.form()?;
        Some((action, self.layout.t(label)))
    }

    fn link(&self) -> Option<(String, String)> {
        let (path, label) = self.kind.link()?;
        let address = if self.flow.is_empty() || path == "/logout" {
            path.to_owned()
        } else {
            format!("{path}?flow={}", self.flow)
        };
        Some((address, self.layout.t(label)))
    }

    fn notice_text(&self) -> Option<String> {
        (self.notice == Some(StepNotice::Resent)).then(|| self.layout.t("step-resent"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let enough = self.notice == Some(StepNotice::EnoughMails);
        summarize([("", enough.then(|| self.layout.t("step-enough-mails")))])
    }
}
