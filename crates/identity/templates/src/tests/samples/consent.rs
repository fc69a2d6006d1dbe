use doorward_rules::consent::PageLink;

use super::Sampled;
use crate::consent::{Consent, ConsentApp, Lifetime, RedirectHost, RequestedItems};
use crate::detail::{DetailLine, DetailRow};
use crate::layout::{AccountChip, Layout};
use crate::scope::ScopeRow;

impl RequestedItems {
    /// Returns a request without optional scopes.
    pub(crate) fn sample(scopes: Vec<ScopeRow>) -> Self {
        Self {
            required: ScopeRow::list(scopes),
            optional: Vec::new(),
            kept: Vec::new(),
            details: Vec::new(),
            kept_details: Vec::new(),
            lifetime: Lifetime::UntilRemoved,
        }
    }
}

impl Sampled for Consent {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = plain(layout);
        let mut many = scopes(
            "openid profile email address phone offline_access tasks:read tasks:write \
             tasks:delete tasks:read_all tasks:write_all tasks:delete_all",
        );
        let prints = Some("Order prints of your photos".to_owned());
        many.push(ScopeRow::new("prints:order", prints));
        many.push(ScopeRow::new("frames:hang", None));
        let many = RequestedItems {
            optional: scopes("tasks:delete_all tasks:write_all prints:order"),
            lifetime: Lifetime::Until(1_795_000_000),
            ..RequestedItems::sample(many)
        };
        let groups = RequestedItems::sample(scopes("openid profile groups roles"));
        let with = |change: fn(&mut ConsentApp)| plain.vary(|page| change(&mut page.app));
        let here = with(|app| app.host = RedirectHost::ThisComputer);
        let published = with(|app| {
            app.publisher = Some("Example Pictures Ltd".to_owned());
            app.policy_uri = Some(link("https://photos.example/privacy", None));
            app.tos_uri = Some(link("https://photos.example/terms", None));
        });
        let local = here.vary(|page| {
            page.app.verified = false;
            page.app.published_at = Some("album.example".to_owned());
        });
        let unverified = local.vary(|page| {
            "Album <b>Sync</b>".clone_into(&mut page.app.name);
            page.app.host = RedirectHost::App("com.example.album".to_owned());
            page.app.policy_uri = Some(link("https://legal.example/p", Some("legal.example")));
            page.app.logo = None;
        });
        vec![
            ("normal", plain.clone()),
            ("many", here.vary(|page| page.asked = many)),
            ("groups", plain.vary(|page| page.asked = groups)),
            ("new", published.vary(|page| page.asked = grown(layout))),
            ("local", local),
            ("unverified", unverified),
        ]
    }
}

fn link(url: &str, foreign_host: Option<&str>) -> PageLink {
    PageLink {
        url: url.to_owned(),
        foreign_host: foreign_host.map(str::to_owned),
    }
}

fn scopes(names: &str) -> Vec<ScopeRow> {
    let names = names.split(' ');
    let row = |name: &str| ScopeRow {
        resource: name.starts_with("tasks:").then(|| "Tasks".to_owned()),
        ..ScopeRow::new(name, None)
    };
    ScopeRow::list(names.map(row).collect())
}

fn new(row: ScopeRow) -> ScopeRow {
    ScopeRow {
        is_new: true,
        ..row
    }
}

fn payment(layout: &Layout) -> DetailRow {
    let line = |label: String, text: &str| DetailLine {
        label,
        text: text.to_owned(),
    };
    DetailRow {
        sentence: "Pay from your account".to_owned(),
        lines: vec![
            line("Amount".to_owned(), "123.50"),
            line("To".to_owned(), "Merchant <b>A</b>"),
            line(
                layout.t("details-actions"),
                "start a payment, see how it goes",
            ),
            line(
                layout.t("details-locations"),
                "https://bank.example/payments",
            ),
        ],
        is_new: true,
    }
}

fn grown(layout: &Layout) -> RequestedItems {
    RequestedItems {
        optional: scopes("phone").into_iter().map(new).collect(),
        kept: scopes("openid email"),
        details: vec![payment(layout)],
        kept_details: vec![DetailRow {
            is_new: false,
            ..payment(layout)
        }],
        lifetime: Lifetime::Until(1_795_000_000),
        ..RequestedItems::sample(scopes("tasks:read").into_iter().map(new).collect())
    }
}

fn plain(layout: &Layout) -> Consent {
    Consent {
        layout: layout.clone(),
        flow: "Zk3s9QyV0cX1bT7m".to_owned(),
        app: ConsentApp {
            name: "Photo Album".to_owned(),
            host: RedirectHost::Host("photos.example".to_owned()),
            verified: true,
            published_at: None,
            publisher: None,
            policy_uri: None,
            tos_uri: None,
            logo: Some("/logos/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
        },
        account: AccountChip::sample(),
        asked: RequestedItems::sample(scopes("openid profile email")),
    }
}
