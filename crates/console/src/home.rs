//! `/admin`: what needs attention, and the latest changes.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::keys::KeyState;
use doorward_admin::{clients, decisions, keys, system};
use doorward_domain::model::AuditKind;
use doorward_domain::rules::lint::{self, RequirementLevel};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::console::{Link, List, Section, Table};

use crate::console::Console;
use crate::system_pages::FAILED_JOBS;
use crate::{audit, find, people, routes};

/// Number of changes on the page.
const CHANGES: u64 = 10;
/// Number of clients that are examined, so that the page stays fast with many.
const EXAMINED: u64 = 100;
/// Maximum number of clients' settings on the page that need attention.
const CLIENTS: usize = 10;

/// The kinds of events that are changes by administrators.
const KINDS: [AuditKind; 11] = [
    AuditKind::UserChanged,
    AuditKind::RoleChanged,
    AuditKind::GroupChanged,
    AuditKind::OrganizationChanged,
    AuditKind::ClientChanged,
    AuditKind::ProviderChanged,
    AuditKind::KeyChanged,
    AuditKind::SystemChanged,
    AuditKind::ScopeChanged,
    AuditKind::ResourceChanged,
    AuditKind::ClaimChanged,
];

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin", show));
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let view = List {
        attention: attention(&console).await?,
        search: Some(people::search(&console, find::PATH, "console-find", "")),
        table: changes(&console).await?,
        ..console.list(Section::Home, "console-title")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns what needs attention and the administrator may see.
async fn attention(console: &Console<'_>) -> Result<Vec<Link>, PageError> {
    let mut found = Vec::new();
    if console.may_globally("keys:read") {
        let policy = console.page.context.issuing.keys.policy();
        let all = Console::read(keys::list(&console.context(), policy).await)?;
        for alg in &console.page.context.core.config.keys.algorithms {
            let signs = all
                .iter()
                .any(|(key, state)| key.algorithm == *alg && *state == KeyState::Signing);
            if !signs {
                let name = alg.as_str();
                let text = console.layout.t_with("console-no-key", "algorithm", name);
                found.push(Link::new(Section::Keys.path(), text));
            }
        }
    }
    if console.may_globally("system:read") {
        let failed = system::count_failed_jobs(&console.context()).await;
        let failed = Console::read(failed)?;
        if failed > 0 {
            let (layout, count) = (&console.layout, console.count(failed));
            let text = layout.t_with("console-jobs-attention", "count", count);
            found.push(Link::new(FAILED_JOBS, text));
        }
    }
    if console.may_globally("clients:read") {
        let some = clients::page(&console.context(), None, EXAMINED).await;
        let some = Console::read(some)?;
        let deviations = some.iter().flat_map(|client| {
            // The other level is advice, and the default of new clients deviates from it.
            let all = lint::deviations(client).into_iter();
            let musts = all.filter(|deviation| deviation.demand == RequirementLevel::Must);
            musts.map(move |deviation| (client, deviation.what))
        });
        for (client, what) in deviations.take(CLIENTS) {
            let text = format!("{}: {what}", client.name);
            found.push(Link::new(routes::app(&client.id), text));
        }
    }
    Ok(found)
}

async fn changes(console: &Console<'_>) -> Result<Table, PageError> {
    let filter = AuditFilter {
        kinds: KINDS.to_vec(),
        ..AuditFilter::default()
    };
    let events = if console.may_globally("audit:read") {
        let found = decisions::search(&console.context(), &filter, None, CHANGES).await;
        Console::read(found)?
    } else {
        Vec::new()
    };
    let mut table = audit::table(console, &events).await?;
    table.caption = console.t("console-latest");
    table.empty = console.t("console-no-changes");
    Ok(table)
}
