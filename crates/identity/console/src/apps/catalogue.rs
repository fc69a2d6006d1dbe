//! `/admin/apps/new/catalogue`: the applications whose settings are known.

use doorward_admin::applications::ChosenApplication;
use doorward_applications::application::{Application, Kind};
use doorward_applications::catalogue;
use doorward_domain::model::ClientKind;
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::token::GrantType;
use doorward_templates::assets;
use doorward_templates::console::{UserLink, plain_text};

use crate::apps::labels;
use doorward_console_ui::prelude::*;

pub(crate) const PATH: &str = "/admin/apps/new/catalogue";

const KINDS: [(&str, &str); 4] = [
    ("application", "console-catalogue-kind-application"),
    ("proxy", "console-catalogue-kind-proxy"),
    ("library", "console-catalogue-kind-library"),
    ("resource server", "console-catalogue-kind-resource"),
];

fn category(console: &Console<'_>, kind: Kind) -> String {
    let found = KINDS.iter().find(|(name, _)| *name == kind.as_str());
    console.t(found.map_or(kind.as_str(), |(_, key)| *key))
}

/// Returns the links to all applications, and to those of each kind.
fn presets(console: &Console<'_>, cursor: &Cursor) -> Vec<(Link, bool)> {
    let (typed, chosen) = (cursor.filter("q"), cursor.filter("kind"));
    let all = [("", "console-all-time")].into_iter().chain(KINDS);
    all.map(|(kind, key)| {
        let path = filtered(PATH, [("q", typed), ("kind", kind)]);
        (console.link(path, key), kind == chosen)
    })
    .collect()
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q", "kind"])?;
    let (text, kind) = (cursor.filter("q"), cursor.filter("kind"));
    let wanted = text.trim().to_lowercase();
    let is_found = |application: &&Application| {
        let names = application.names().chain([application.title.as_str()]);
        let mut texts = names.chain([application.about.as_str()]);
        let is_kind = kind.is_empty() || application.kind.as_str() == kind;
        is_kind && texts.any(|text| text.to_lowercase().contains(&wanted))
    };
    let kept = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
    let found: Vec<&Application> = catalogue::all().iter().filter(is_found).collect();
    let table = console
        .table_of("console-catalogue", &found, "console-no-match")
        .column("console-name", |application| {
            let path = format!("{PATH}/{}", application.id);
            Value::User(UserLink {
                link: Link::new(path, application.title.clone()),
                login: category(console, application.kind),
                picture: assets::logos::url(application.id).map(str::to_owned),
            })
        })
        .column("console-description", |application| {
            Value::Name(plain_text(&application.about))
        });
    console.show(&List {
        lead: console.t("console-catalogue-text"),
        search: Some(Search {
            presets: presets(console, &cursor),
            kept: kept.map(|kind| ("kind", kind)).into_iter().collect(),
            ..list::search(console, PATH, "console-catalogue-find", text)
        }),
        table: Table {
            is_cards: true,
            ..table.table()
        },
        ..console.list_below(Section::Apps, "console-catalogue")
    })
}

/// Returns the page of an application around its form: the settings that its client gets, for the
/// example of an address unless one was chosen.
pub(crate) fn around(
    console: &Console<'_>,
    application: &'static Application,
    chosen: Option<&ChosenApplication>,
) -> Result<Detail, Stop> {
    let example = || ChosenApplication {
        application,
        url: application.example(),
    };
    let chosen = chosen.cloned().unwrap_or_else(example);
    let mut new = NewClient::named("", ClientKind::Confidential);
    chosen.complete(&mut new)?;
    let settings = new.settings;
    let grants = settings.grant_types.iter().flatten();
    let grants = grants.map(|grant: &GrantType| labels::grant(console, grant.as_str()));
    let scopes = settings.scopes.iter();
    let scopes = scopes.flat_map(|all| all.iter().map(str::to_owned));
    let resource = application.resource.as_ref();
    let resource = resource.map(|resource| resource.at(chosen.url.as_ref()).identifier);
    let claims = application.client.claims.iter();
    let sets = [
        (
            "console-redirect-uris",
            settings.redirect_uris.unwrap_or_default(),
        ),
        (
            "console-logout-uris",
            settings.post_logout_redirect_uris.unwrap_or_default(),
        ),
        ("console-grants", grants.collect()),
        ("console-scopes", scopes.collect()),
        (
            "console-catalogue-resource",
            resource
                .into_iter()
                .chain(settings.serves.into_iter().flatten())
                .collect(),
        ),
        (
            "console-catalogue-claims",
            claims.map(|claim| claim.claim.clone()).collect(),
        ),
    ];
    let sets: Vec<(&str, Vec<String>)> = sets
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let table = console
        .table_of("console-catalogue-sets", &sets, "console-none")
        .column("console-field", |(key, _)| console.text(key))
        .column("console-value", |(_, values)| Value::Codes(values.clone()));
    let back = console.link(PATH, "console-catalogue");
    Ok(Detail {
        lead: plain_text(&application.about),
        tables: vec![table.table()],
        ..console.detail(Section::Apps, back, application.title.clone())
    })
}
