//! `/admin/apps` and `/admin/apps/{id}`: clients.

pub(crate) mod catalogue;
pub(crate) mod edit;
mod form;
mod impact;
pub(crate) mod labels;
pub(crate) mod logo;
pub(crate) mod new;
pub mod pages;
mod registered;
mod secrets;
mod settings_page;
pub(crate) mod simulation;
pub(crate) mod tokens;
pub(crate) mod users;

use doorward_admin::{applications, clients};
use doorward_domain::model::{ClientChange, ClientKind, FactorRequirement};
use doorward_rules::lint;
use doorward_rules::list_filter::{ClientFilter, ClientOrigin};
use doorward_store::repo::client_activity::ActiveClient;
use doorward_store::repo::client_search::ClientOrder;
use doorward_templates::assets;
use doorward_templates::consent::logo_path;
use doorward_templates::console::UserLink;

use crate::apps::pages::{LOGO_REMOVED, LOGO_SAVED, SAVED, WRITE};
use crate::audit::latest;
use doorward_console_ui::list_file::ROWS;
use doorward_console_ui::prelude::*;

const SELECTS: [Filter; 3] = [
    Filter::choice(
        "state",
        "console-state",
        &[
            ("active", "console-active"),
            ("disabled", "console-disabled"),
        ],
    ),
    Filter::choice(
        "kind",
        "console-kind",
        &[
            ("confidential", "console-kind-server"),
            ("public", "console-kind-device"),
            ("saml", "console-kind-saml"),
        ],
    )
    .of(is_kind_of_program),
    Filter::choice(
        "registered_by",
        "console-registered-by",
        &[
            ("administrator", "console-registered-admin"),
            ("dynamic", "console-registered-self"),
            ("document", "console-registered-document"),
        ],
    ),
];

/// Returns true for a kind of clients that this program registers: features may be left out.
fn is_kind_of_program(word: &str) -> bool {
    applications::client_kinds().any(|kind| kind.as_str() == word)
}

pub(crate) fn filter(console: &Console<'_>) -> Result<(Cursor, ClientFilter), Stop> {
    let cursor = Cursor::read(console, &[&ClientFilter::NAMES[..], &[list::SORT]].concat())?;
    let filter = ClientFilter::parse(|name| cursor.filter(name));
    let filter = filter.map_err(|_| ErrorKind::BadRequest)?;
    Ok((cursor, filter))
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let (cursor, filter) = filter(console)?;
    let (context, limit) = (console.context(), LIMIT as u64);
    let order = match cursor.filter(list::SORT) {
        NEWEST => ClientOrder::Newest,
        _ => ClientOrder::Name,
    };
    let filtered = (&filter, order);
    let found = clients::search_with_activity(&context, filtered, cursor.after(), limit).await?;
    let mut actions = list::new_link(console, APPS, "console-new-app", console.has(WRITE));
    if console.has(WRITE) {
        actions.push(console.link(catalogue::PATH, "console-catalogue"));
    }
    actions.push(console.link(REGISTRATION_TOKENS, "console-permits"));
    actions.extend(filter_bar::files(console, &cursor, APPS));
    let empty = if filter == ClientFilter::default() {
        "console-no-apps"
    } else {
        list::empty(found.next.as_deref(), "console-no-match")
    };
    let unused = console.link(routes::UNUSED, "console-unused");
    console.show(&List {
        lead: console.t("console-apps-text"),
        notice: console.notice(&["console-app-deleted"])?,
        actions,
        search: Some(Search {
            presets: vec![(unused, false)],
            kept: list::kept(&cursor),
            ..list::search(console, APPS, "console-find-app", &filter.text)
        }),
        selects: filter_bar::fields(console, &cursor, &SELECTS),
        chosen: filter_bar::chosen(console, &cursor, APPS, &SELECTS),
        table: list::sortable(
            console,
            &cursor,
            APPS,
            &SORTED,
            table(console, &found, empty),
        ),
        pager: cursor.pager(console, found.next.as_deref()),
        ..console.list(Section::Apps, "console-apps")
    })
}

const COLUMNS: &[Column<Client>] = &[
    Column::Page("console-name", |_, client| named(client)),
    Column::File("id", |_, client| json!(client.id.as_str())),
    Column::File("name", |_, client| json!(client.name)),
    Column::Page("console-kind", |console, client| {
        Value::Text(kind(console, client))
    }),
    Column::File("kind", |_, client| json!(client.kind.as_str())),
    Column::Page("console-state", |console, client| {
        Value::States(vec![pages::state(console, client)])
    }),
    Column::File("state", |_, client| list::enabled(client.is_active())),
    Column::Page("console-created", |_, client| Value::Ago(client.created_at)),
    Column::File("registered_by", |_, client| {
        json!(ClientOrigin::of_client(client).as_str())
    }),
    Column::File("created_at", |file, client| file.time(client.created_at)),
    Column::File("updated_at", |file, client| file.time(client.updated_at)),
];

/// Returns the link to an app with its ID, and its logo, that of the catalogue, or its initial.
fn named(client: &Client) -> Value {
    let is_known = ClientOrigin::of_client(client) == ClientOrigin::Administrator;
    let known = || assets::logos::url(client.id.as_str()).map(str::to_owned);
    let logo = client.consent.logo.as_ref().map(logo_path);
    Value::User(UserLink {
        link: Link::new(app(&client.id), client.name.as_str()),
        login: client.id.to_string(),
        picture: logo.or_else(|| known().filter(|_| is_known)),
    })
}

const NEWEST: &str = "newest";
const SORTED: [Sorting; 2] = [
    ("console-name", "", list::ASCENDING),
    ("console-created", NEWEST, list::DESCENDING),
];

fn table(console: &Console<'_>, found: &FoundPage<ActiveClient>, empty: &str) -> Table {
    let mut columns = list::headings(COLUMNS);
    columns.extend(["console-last-use", "console-failures-day"]);
    let row = |found: &ActiveClient| {
        let mut row = list::cells(console, COLUMNS, &found.client);
        row.push(pages::last_use(console, found));
        row.push(pages::failures(console, found));
        row
    };
    let (key, count_key) = ("console-apps", "console-apps-count");
    let rows = found.items.iter().map(row).collect();
    Table {
        caption: list::caption(console, found.count, key, count_key),
        ..console.table(key, &columns, rows, empty)
    }
}

pub(crate) struct Clients(ClientFilter);

impl FileList for Clients {
    type Row = Client;

    const SECTION: Section = Section::Apps;
    const ACCESS: Access = Access::Global("clients:read");
    const COLUMNS: &'static [Column<Client>] = COLUMNS;

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self(filter(console)?.1))
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<Client> {
        clients::search(context, &self.0, after, ROWS).await
    }
}

fn kind(console: &Console<'_>, client: &Client) -> String {
    console.t(match client.kind {
        _ if clients::acts_for_itself(client) => "console-kind-service",
        ClientKind::Confidential => "console-kind-web",
        ClientKind::Public => "console-kind-device",
        ClientKind::Saml => "console-kind-saml",
    })
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let id = parameter(console.page, "id");
    let id = ClientId::parse(&id).ok_or(ErrorKind::NotFound)?;
    let found = clients::get_with_activity(&console.context(), &id).await?;
    let (client, uses) = (&found.client, found.secret_uses);
    let may_change = console.has(WRITE);
    let home = app(&client.id);
    let offered = AppAction::ALL.into_iter().filter(|action| {
        let is_linked = may_change && *action != AppAction::EndSecret;
        is_linked && action.applies_to(client, console.now())
    });
    let (risky, others): (Vec<_>, Vec<_>) = offered.partition(|action| action.is_risky());
    let path = |action: AppAction| format!("{home}/{}", action.as_str());
    let link = |action: AppAction| console.link(path(action), action.messages().submit);
    let risk = |action: AppAction| action.messages().risk(console, path(action));
    let mut done = AppAction::ALL.map(|action| action.messages().done).to_vec();
    done.extend([SAVED, LOGO_SAVED, LOGO_REMOVED]);
    done.extend(NOTICES);
    // The page of the credentials has the secrets, for those who may open it.
    let secrets = secrets::table(console, client, uses, may_change);
    let secrets = secrets.filter(|_| !may_change || client.document.is_some());
    let changes = latest::table(console, AuditKind::ClientChanged, client.id.as_str()).await?;
    let tables = deviations(console, client).into_iter();
    let tables = tables.chain(secrets).chain(changes);
    console.show(&Detail {
        notice: console.notice(&done)?,
        facts: facts(console, &found),
        tables: tables.collect(),
        actions: others.into_iter().map(link).collect(),
        risky: risky.into_iter().map(risk).collect(),
        elsewhere: also_as::of_object(
            console,
            &clients::operations::SHOW,
            ("id", client.id.as_str()),
        )
        .await?,
        ..pages::detail(console, client, "")
    })
}

fn facts(console: &Console<'_>, found: &ActiveClient) -> Vec<Fact> {
    let client = &found.client;
    let scopes = client.scopes.to_string();
    let scopes = console.code(Some(scopes).filter(|all| !all.is_empty()));
    let requires_mfa = client.factor_requirement() > FactorRequirement::OneFactor;
    let mut facts = vec![
        ("console-id", Value::Copy(client.id.to_string())),
        ("console-kind", Value::Text(kind(console, client))),
    ];
    // The page of its kind has what another protocol has instead.
    if client.kind != ClientKind::Saml {
        facts.extend(oauth_facts(console, client));
    }
    facts.extend([
        ("console-scopes", scopes),
        ("console-first-party", console.yes(client.first_party)),
        ("console-require-mfa", console.yes(requires_mfa)),
        ("console-last-use", pages::last_use(console, found)),
        ("console-failures-day", pages::failures(console, found)),
        ("console-created", Value::Moment(client.created_at)),
        ("console-updated", Value::Moment(client.updated_at)),
    ]);
    let facts = facts.into_iter();
    facts.map(|(key, value)| console.fact(key, value)).collect()
}

fn oauth_facts(console: &Console<'_>, client: &Client) -> [(&'static str, Value); 4] {
    let grants = client.grant_types.iter();
    let grants = grants.map(|grant| labels::grant(console, grant.as_str()));
    let auth_method = client.auth_method.as_str().to_owned();
    [
        (
            "console-redirect-uris",
            console.codes(client.redirect_uris.clone()),
        ),
        (
            "console-logout-uris",
            console.codes(client.post_logout_redirect_uris.clone()),
        ),
        ("console-grants", console.texts(grants)),
        ("console-app-auth", Value::Code(auth_method)),
    ]
}

/// Returns a table of the deviations from RFC 9700 about which the operator can do something, if
/// there are any.
fn deviations(console: &Console<'_>, client: &Client) -> Option<Table> {
    let mut found = lint::deviations(client);
    found.retain(|found| found.is_due);
    if found.is_empty() {
        return None;
    }
    let table = console
        .table_of("console-attention", &found, "console-none")
        .column("console-rule", |found| {
            Value::Code(found.section.to_owned())
        })
        .column("console-weakness", |found| {
            Value::Name(found.what.to_owned())
        })
        .column("console-remedy", |found| {
            Value::Name(found.remediation.to_owned())
        })
        .table();
    Some(table)
}

doorward_protocol::words! {
    pub(crate) enum AppAction {
        NewSecret = "new-secret",
        EndSecret = "end-secret",
        Enable = "enable",
        Disable = "disable",
        Delete = "delete",
    }
}

impl AppAction {
    const fn is_risky(self) -> bool {
        matches!(self, Self::EndSecret | Self::Disable | Self::Delete)
    }

    const fn ends_access(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    fn applies_to(self, client: &Client, now: UnixSeconds) -> bool {
        match self {
            Self::NewSecret => client.auth_method.is_by_secret(),
            Self::EndSecret => client.live_former_secret(now).is_some(),
            Self::Enable => !client.is_active(),
            Self::Disable => client.is_active(),
            Self::Delete => true,
        }
    }

    const fn messages(self) -> Messages {
        Messages::new(match self {
            Self::NewSecret => [
                "console-app-secret-question",
                "console-app-secret-text",
                "console-app-secret",
                "console-secret-made",
            ],
            Self::EndSecret => [
                "console-app-end-secret-question",
                "console-app-end-secret-text",
                "console-app-end-secret",
                "console-app-secret-ended",
            ],
            Self::Enable => [
                "console-app-enable-question",
                "console-app-enable-text",
                "console-app-enable",
                "console-app-enabled",
            ],
            Self::Disable => [
                "console-app-disable-question",
                "console-app-disable-text",
                "console-app-disable",
                "console-app-disabled",
            ],
            Self::Delete => [
                "console-app-delete-question",
                "console-app-delete-text",
                "console-app-delete",
                "console-app-deleted",
            ],
        })
    }
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let client = pages::named(console).await?;
    let action = visit.action(&AppAction::ALL, AppAction::as_str)?;
    if !action.applies_to(&client, console.now()) {
        return Err(ErrorKind::NotFound.into());
    }
    let (mut messages, mut choice) = (action.messages(), None);
    if action == AppAction::NewSecret {
        choice = secrets::choice(console, &client, &visit.form)?;
    }
    if choice.is_some() {
        messages.text = "console-app-secret-overlap-text";
    }
    let facts = if action.ends_access() {
        impact::of_end(console, &client).await?
    } else {
        Vec::new()
    };
    let home = app(&client.id);
    let question = Question {
        choices: choice.into_iter().collect(),
        typed: (action == AppAction::Delete).then(|| client.name.trim().to_owned()),
        version: Some(version(&client)),
        is_risky: action.is_risky(),
        facts,
        ..Question::new(Section::Apps, messages, client.name.as_str(), home.as_str())
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let result = match action {
        AppAction::NewSecret => return secrets::make(visit, &client, question).await,
        AppAction::Delete => clients::delete(&context, &client.id).await.map(drop),
        AppAction::EndSecret => clients::end_secret(&context, &client.id).await,
        AppAction::Enable | AppAction::Disable => {
            let change = ClientChange {
                disabled: Some(action == AppAction::Disable),
                ..ClientChange::default()
            };
            let changed = clients::update(&context, &client.id, change).await;
            changed.map(|_| ())
        }
    };
    let next = match action {
        AppAction::Delete => APPS,
        _ => home.as_str(),
    };
    question.finish_at(visit, result, next).await
}
