//! `/admin/find`: searches users, clients and the places of the navigation, and opens one by its exact
//! name or identifier.

use doorward_admin::{api_keys, clients, exact_matches, keys, user_search, users};
use doorward_domain::model::ApiKeyId;
use doorward_domain::model::api_key::PREFIX;
use doorward_rules::list_filter::{ClientFilter, UserFilter};
use doorward_store::repo::exact_matches::ExactMatch;

use crate::organizations::pages::WRITE_ALL;
use crate::people::{forms, support_code};
use crate::{apps, groups, roles};
use doorward_console_ui::prelude::*;

pub(crate) const PATH: &str = "/admin/find";
const ROWS: u64 = 20;
/// Length of the ID of a signing key, which is a SHA-256 thumbprint (RFC 7638).
const KID_LENGTH: usize = 43;

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q"])?;
    let text = cursor.filter("q");
    let mut rows = Vec::new();
    if !text.is_empty() {
        let exact = exact(console, text).await?;
        let mut paths = named(console, text).await?;
        paths.extend(exact.iter().map(|object| object.path.clone()));
        let places = places(console, text);
        paths.extend(places.iter().filter_map(|(is_whole, place)| {
            let is_only = *is_whole && exact.is_empty();
            is_only.then(|| place.path.clone())
        }));
        if let [path] = &paths[..] {
            return Ok(console.page.see_other(path));
        }
        let found = exact
            .into_iter()
            .chain(places.into_iter().map(|(_, place)| place));
        rows.extend(found.map(|object| object.row(console)));
        rows.extend(beginning_with(console, text).await?);
    }
    // A code is used by a form, because a search changes nothing.
    if let Some(path) = support_code::path(console, text).filter(|_| rows.is_empty()) {
        return Ok(console.page.see_other(&path));
    }
    let columns = ["console-name", "console-found-id", "console-kind"];
    let mut view = List {
        actions: support_code::link(console, text).into_iter().collect(),
        table: console.table("console-find-results", &columns, rows, "console-no-match"),
        ..console.list(Section::Home, "console-find-results")
    };
    // The form is in the header.
    view.frame.query = Some(text.to_owned());
    Ok(console.page.html(StatusCode::OK, &view))
}

/// Forms for new objects, with their names and the access that they require.
const FORMS: [(&str, &str, Access); 5] = [
    ("/admin/people/new", "console-new-user", forms::WRITE),
    ("/admin/groups/new", "console-new-group", groups::WRITE),
    (
        "/admin/organizations/new",
        "console-new-organization",
        WRITE_ALL,
    ),
    ("/admin/roles/new", "console-new-role", roles::WRITE),
    ("/admin/apps/new", "console-new-app", apps::pages::WRITE),
];

/// Returns the places of the navigation and the forms for new objects whose names contain the text, each with
/// true if it is the whole name.
fn places(console: &Console<'_>, text: &str) -> Vec<(bool, Object)> {
    let wanted = text.to_lowercase();
    let places = console.places().into_iter();
    let places = places.map(|place| (place.path, place.key, "console-place"));
    let forms = FORMS.iter().filter(|(.., access)| console.has(*access));
    let forms = forms.map(|(path, key, _)| (*path, *key, "console-action"));
    let found = places.chain(forms).filter_map(|(path, key, kind)| {
        let name = console.t(key);
        let known = name.to_lowercase();
        known.contains(&wanted).then(|| {
            let object = Object {
                path: path.to_owned(),
                name,
                id: path.to_owned(),
                kind,
            };
            (known == wanted, object)
        })
    });
    found.collect()
}

struct Object {
    /// Path of its page, or of the list that contains it.
    path: String,
    name: String,
    id: String,
    kind: &'static str,
}

impl Object {
    fn row(self, console: &Console<'_>) -> Vec<Value> {
        vec![
            Value::Link(Link::new(self.path, self.name)),
            Value::Code(self.id),
            console.text(self.kind),
        ]
    }
}

async fn named(console: &Console<'_>, text: &str) -> Result<Vec<String>, Stop> {
    let context = console.context();
    let user = Console::read_optional(users::find(&context, text).await)?.flatten();
    let client = match ClientId::parse(text) {
        Some(id) => Console::read_optional(clients::get(&context, &id).await)?,
        None => None,
    };
    let user = user.map(|user| routes::user(user.id));
    let client = client.map(|client| routes::app(&client.id));
    Ok(user.into_iter().chain(client).collect())
}

async fn exact(console: &Console<'_>, text: &str) -> Result<Vec<Object>, Stop> {
    let context = console.context();
    let found = exact_matches::find(&context, text).await?.into_iter();
    let mut objects: Vec<Object> = found.filter_map(|found| object(found, text)).collect();
    if let Some(id) = text.strip_prefix(PREFIX).and_then(ApiKeyId::parse)
        && let Some((key, user)) = Console::read_optional(api_keys::get(&context, &id).await)?
    {
        objects.push(Object {
            path: routes::of_user(API_ACCESS, user.id),
            name: key.name,
            id: text.to_owned(),
            kind: "console-found-api-key",
        });
    }
    if text.len() == KID_LENGTH {
        let policy = console.page.context.issuing.keys.policy();
        let key = Console::read_optional(keys::get(&context, policy, text).await)?;
        objects.extend(key.map(|(key, _)| Object {
            path: Section::Keys.path().to_owned(),
            name: key.kid,
            id: key.algorithm.as_str().to_owned(),
            kind: "console-found-key",
        }));
    }
    Ok(objects)
}

fn object(found: ExactMatch, text: &str) -> Option<Object> {
    let unnamed = |path, kind| Object {
        path,
        name: text.to_owned(),
        id: text.to_owned(),
        kind,
    };
    Some(match found {
        ExactMatch::Organization { slug, name } => Object {
            path: routes::organization(&slug),
            name,
            id: slug,
            kind: "console-organization",
        },
        ExactMatch::Role(name) => unnamed(routes::role(&name), "console-role"),
        ExactMatch::Group { id, path, org } => Object {
            path: routes::group(id),
            name: path,
            id: org.unwrap_or_default(),
            kind: "console-found-group",
        },
        ExactMatch::SessionOf(user) => {
            unnamed(routes::of_user(SESSIONS, user), "console-found-session")
        }
        ExactMatch::Attempt(id) => unnamed(format!("{SIGN_INS}/{id}"), "console-found-attempt"),
        ExactMatch::Event(id) => unnamed(format!("{AUDIT}/{id}"), "console-found-event"),
        // Its sign-in attempt was found instead.
        ExactMatch::Denial(_) => return None,
    })
}

async fn beginning_with(console: &Console<'_>, text: &str) -> Result<Vec<Vec<Value>>, Stop> {
    let mut found = Vec::new();
    if console.may("users:read") {
        let filter = UserFilter {
            text: text.to_owned(),
            ..UserFilter::default()
        };
        let users = user_search::search(&console.context(), &filter, None, ROWS)
            .await?
            .items
            .into_iter();
        found.extend(users.map(|user| Object {
            path: routes::user(user.id),
            name: user.display_name(),
            id: user.email,
            kind: "console-found-person",
        }));
    }
    if console.may_globally("clients:read") {
        let filter = ClientFilter {
            text: text.to_owned(),
            ..ClientFilter::default()
        };
        let clients = clients::search(&console.context(), &filter, None, ROWS)
            .await?
            .items
            .into_iter();
        found.extend(clients.map(|client| Object {
            path: routes::app(&client.id),
            name: client.name,
            id: client.id.to_string(),
            kind: "console-app",
        }));
    }
    Ok(found
        .into_iter()
        .map(|object| object.row(console))
        .collect())
}
