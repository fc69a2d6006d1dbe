//! A page with one sentence, which asks for a step or confirms one, with at most one form and one
//! link.

use super::prelude::*;

/// The sentence of a status page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// After a registration: a mail was sent.
    CheckMail,
    /// Signed in, but the address is not verified.
    ProveEmail,
    /// Opened by a mail link: the button verifies the address.
    ConfirmEmail,
    /// Opened by a mail link: the button signs in.
    ConfirmSignIn,
    /// Opened by a link of the operator: the button signs an administrator in.
    ConfirmOperator,
    /// After a forgotten password: a mail was sent if the account exists.
    ResetSent,
    PasswordSet,
    /// Opened by the link at the new address: the button changes the address.
    ConfirmMove,
    Moved,
    /// Opened by the link at the former address: the button reverts the change.
    ConfirmUndo,
    Undone,
    InvitationAccepted,
    InvitationDeclined,
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

/// Catalog keys of a page: title, sentence, and the form with its button.
struct MessageKeys {
    title: &'static str,
    text: &'static str,
    form: Option<(&'static str, &'static str)>,
    link: Option<(&'static str, &'static str)>,
}

impl StepKind {
    pub const ALL: [Self; 13] = [
        Self::CheckMail,
        Self::ProveEmail,
        Self::ConfirmEmail,
        Self::ConfirmSignIn,
        Self::ConfirmOperator,
        Self::ResetSent,
        Self::PasswordSet,
        Self::ConfirmMove,
        Self::Moved,
        Self::ConfirmUndo,
        Self::Undone,
        Self::InvitationAccepted,
        Self::InvitationDeclined,
    ];

    const fn message_keys(self) -> MessageKeys {
        match self {
            Self::CheckMail => MessageKeys {
                title: "step-check-mail",
                text: "step-check-mail-text",
                form: None,
                link: Some(("/login", "login-submit")),
            },
            Self::ProveEmail => MessageKeys {
                title: "step-prove-email",
                text: "step-prove-email-text",
                form: Some(("/verify-email/resend", "step-resend")),
                link: Some(("/logout", "logout-submit")),
            },
            Self::ConfirmEmail => MessageKeys {
                title: "step-confirm-email",
                text: "step-confirm-email-text",
                form: Some(("/verify-email", "step-confirm-email-button")),
                link: None,
            },
            Self::ConfirmSignIn => MessageKeys {
                title: "email-code-title-link",
                text: "email-code-text-link",
                form: Some(("/login/email/link", "login-submit")),
                link: None,
            },
            Self::ConfirmOperator => MessageKeys {
                title: "step-operator",
                text: "step-operator-text",
                form: Some(("/login/operator", "login-submit")),
                link: None,
            },
            Self::ResetSent => MessageKeys {
                title: "step-check-mail",
                text: "step-reset-sent-text",
                form: None,
                link: Some(("/login", "login-submit")),
            },
            Self::PasswordSet => MessageKeys {
                title: "step-password-set",
                text: "step-password-set-text",
                form: None,
                link: Some(("/login", "login-submit")),
            },
            Self::ConfirmMove => MessageKeys {
                title: "step-confirm-email",
                text: "step-confirm-move-text",
                form: Some(("/account/email/confirm", "step-confirm-email-button")),
                link: None,
            },
            Self::Moved => MessageKeys {
                title: "step-moved",
                text: "step-moved-text",
                form: None,
                link: Some(("/account", "next-account")),
            },
            Self::ConfirmUndo => MessageKeys {
                title: "step-confirm-undo",
                text: "step-confirm-undo-text",
                form: Some(("/account/email/undo", "step-confirm-undo-button")),
                link: None,
            },
            Self::Undone => MessageKeys {
                title: "step-undone",
                text: "step-undone-text",
                form: None,
                link: Some(("/forgot-password", "mail-secure-button")),
            },
            Self::InvitationAccepted => MessageKeys {
                title: "step-invitation-accepted",
                text: "step-invitation-accepted-text",
                form: None,
                link: Some(("/account", "next-account")),
            },
            Self::InvitationDeclined => MessageKeys {
                title: "step-invitation-declined",
                text: "step-invitation-declined-text",
                form: None,
                link: Some(("/account", "next-account")),
            },
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::CheckMail => "check-mail",
            Self::ProveEmail => "prove-email",
            Self::ConfirmEmail => "confirm-email",
            Self::ConfirmSignIn => "confirm-sign-in",
            Self::ConfirmOperator => "confirm-operator",
            Self::ResetSent => "reset-sent",
            Self::PasswordSet => "password-set",
            Self::ConfirmMove => "confirm-move",
            Self::Moved => "moved",
            Self::ConfirmUndo => "confirm-undo",
            Self::Undone => "undone",
            Self::InvitationAccepted => "invitation-accepted",
            Self::InvitationDeclined => "invitation-declined",
        }
    }
}

impl StatusPage {
    fn title(&self) -> String {
        self.layout.t(self.kind.message_keys().title)
    }

    fn text(&self) -> String {
        self.layout.t(self.kind.message_keys().text)
    }

    fn form(&self) -> Option<(&'static str, String)> {
        let (action, label) = self.kind.message_keys().form?;
        Some((action, self.layout.t(label)))
    }

    fn link(&self) -> Option<(String, String)> {
        let (path, label) = self.kind.message_keys().link?;
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

impl View for StatusPage {
    const PAGE: &'static str = "step";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |kind, notice| Self {
            layout: layout.clone(),
            kind,
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            address: matches!(kind, StepKind::ProveEmail | StepKind::ConfirmOperator)
                .then(|| "alice@example.com".to_owned()),
            notice,
        };
        let mut all: Vec<(&'static str, Self)> = StepKind::ALL
            .into_iter()
            .map(|kind| (kind.name(), page(kind, None)))
            .collect();
        let prove = |notice| page(StepKind::ProveEmail, Some(notice));
        all.push(("resent", prove(StepNotice::Resent)));
        all.push(("enough-mails", prove(StepNotice::EnoughMails)));
        all
    }
}
