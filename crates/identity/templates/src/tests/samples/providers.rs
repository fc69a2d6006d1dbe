use doorward_rules::provider::Preset;

use super::{NOW, Sampled};
use crate::field_error::{AccountFields, UsernameProblem};
use crate::layout::Layout;
use crate::login::ProviderProblem;
use crate::providers::{
    Going, LinkRow, LinkedAccounts, LinkedAccountsError, LinksNotice, ProviderButton, WaitingLink,
    Welcome, WelcomeChoice,
};

impl ProviderButton {
    pub(crate) fn samples() -> Vec<Self> {
        let button = |id: &str, name: &str, was_last| Self {
            id: id.to_owned(),
            name: name.to_owned(),
            known: Preset::parse(id),
            was_last,
        };
        vec![
            button("github", "GitHub", true),
            button("google", "Google", false),
            button("acme", "Acme Widgets GmbH & Co. KG", false),
        ]
    }
}

impl Sampled for Going {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let view = Self {
            layout: layout.with_return_to("/login"),
            provider: "GitHub".to_owned(),
            url: "https://github.example/login/oauth/authorize?client_id=1&state=2".to_owned(),
        };
        vec![("normal", view)]
    }
}

impl Sampled for Welcome {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let page = |choice| Self {
            layout: layout.with_return_to("/login/new"),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            provider: "GitHub".to_owned(),
            label: "alice@example.com".to_owned(),
            choice,
        };
        let register = |fields: AccountFields, email_is_settled| WelcomeChoice::Register {
            fields: Box::new(fields),
            email_is_settled,
        };
        let typed = AccountFields {
            username: "alice".to_owned(),
            email: "alice@example.com".to_owned(),
            ..AccountFields::default()
        };
        let existing = AccountFields {
            username_problem: Some(UsernameProblem::Taken),
            ..typed.clone()
        };
        let email = "alice@example.com".to_owned();
        vec![
            ("settled", page(register(typed.clone(), true))),
            ("open", page(register(typed, false))),
            ("taken", page(register(existing, true))),
            ("prove", page(WelcomeChoice::Prove { email })),
        ]
    }
}

impl Sampled for LinkedAccounts {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use {LinkedAccountsError as Problem, LinksNotice as Notice};

        let row = |provider: &str, label: &str, is_closed, last_used_at| LinkRow {
            id: format!("0199-{}", provider.len()),
            provider: provider.to_owned(),
            label: label.to_owned(),
            is_closed,
            created_at: NOW - 40 * 86_400,
            last_used_at,
        };
        let full = Self {
            layout: layout.with_return_to("/account/providers"),
            person: "alice".to_owned(),
            rows: vec![
                row("GitHub", "alice@example.com", false, Some(NOW - 3600)),
                row("https://old.example", "4711", true, None),
            ],
            others: ProviderButton::samples().split_off(1),
            is_fresh: true,
            now: NOW,
            ..Self::default()
        };
        full.in_states([
            ("normal", |_| ()),
            ("none", |page| {
                page.rows.clear();
                page.is_fresh = false;
            }),
            ("waiting", |page| {
                page.waiting = Some(WaitingLink {
                    provider: "Google".to_owned(),
                    label: "alice@gmail.example".to_owned(),
                });
                "Zk3s9QyV0cX1bT7m".clone_into(&mut page.flow);
            }),
            ("linked", |page| page.notice = Some(Notice::Linked)),
            ("removed", |page| page.notice = Some(Notice::Removed)),
            ("stays", |page| page.problem = Some(Problem::Stays)),
            ("taken", |page| page.problem = Some(Problem::Taken)),
            ("full", |page| page.problem = Some(Problem::TooMany)),
            ("failed", |page| {
                page.problem = Some(Problem::Provider(ProviderProblem::Rejected));
            }),
        ])
    }
}
