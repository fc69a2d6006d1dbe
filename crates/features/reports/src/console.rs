//! `/admin/reports` and `/admin/reports/{id}`: the numbers of months, and their files.

use std::collections::BTreeMap;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::{AppCount, MonthlyReport, ReportFigure};

use crate::month::Month;
use crate::use_cases;

pub(super) const PATH: &str = "/admin/reports";
const TITLE: &str = "reports-title";
const SIGN_INS_KEY: &str = "console-sign-ins";
const FAILED: &str = "console-stat-failed";

const READ: Access = Access::Global("system:read");

/// The numbers with the keys of their texts, in the order of the page.
const FIGURES: [(ReportFigure, &str); ReportFigure::ALL.len()] = [
    (ReportFigure::ActiveUsers, "reports-active-users"),
    (ReportFigure::NewUsers, "reports-new-users"),
    (ReportFigure::DisabledUsers, "reports-disabled-users"),
    (ReportFigure::DeletedUsers, "reports-deleted-users"),
    (ReportFigure::SignIns, SIGN_INS_KEY),
    (ReportFigure::FailedSignIns, FAILED),
    (ReportFigure::RolesAssigned, "reports-roles-assigned"),
    (ReportFigure::RolesRevoked, "reports-roles-revoked"),
    (ReportFigure::MembersAdded, "reports-members-added"),
    (ReportFigure::MembersRemoved, "reports-members-removed"),
    (ReportFigure::Users, "reports-users"),
    (ReportFigure::WithPassword, "reports-with-password"),
    (ReportFigure::WithPasskey, "reports-with-passkey"),
    (
        ReportFigure::WithAuthenticator,
        "reports-with-authenticator",
    ),
    (ReportFigure::WithProvider, "reports-with-provider"),
    (ReportFigure::WithSecondFactor, "reports-with-second-factor"),
];

/// The numbers in the list of months.
const LISTED: [usize; 7] = [0, 1, 3, 4, 5, 10, 15];

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .files::<Reports>(["/admin/reports.csv", "/admin/reports.json"])
        .files::<Apps>([
            "/admin/reports/{id}/apps.csv",
            "/admin/reports/{id}/apps.json",
        ])
        .page_for("/admin/reports/{id}", READ, show);
}

fn name(report: &MonthlyReport) -> String {
    Month::of(report.month).to_string()
}

fn number(console: &Console<'_>, n: i64) -> Value {
    Value::Text(console.layout.lang.number(n))
}

fn figure(console: &Console<'_>, report: &MonthlyReport, figure: ReportFigure) -> Value {
    match report.figure(figure) {
        Some(n) => number(console, n),
        None => console.text("console-unknown"),
    }
}

/// Returns the users with a second factor, with their share of all users.
fn adoption(console: &Console<'_>, report: &MonthlyReport) -> Value {
    let [users, with] =
        [ReportFigure::Users, ReportFigure::WithSecondFactor].map(|figure| report.figure(figure));
    match (users, with) {
        (Some(users @ 1..), Some(with)) => {
            let lang = console.layout.lang;
            let share = lang.number(with.saturating_mul(100) / users);
            Value::Text(format!("{} ({share} %)", lang.number(with)))
        }
        _ => figure(console, report, ReportFigure::WithSecondFactor),
    }
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let before = cursor.after_id(Month::parse)?;
    let mut found = use_cases::list(&console.context(), before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, name);
    let table = console.table_of(TITLE, &found, "reports-none");
    let table = table.column("reports-month", |report| {
        let month = name(report);
        Value::Link(Link::new(format!("{PATH}/{month}"), month))
    });
    let columns = LISTED.map(|place| FIGURES[place]).into_iter();
    let table = columns.fold(table, |table, (own, key)| {
        table.column(key, |report| match own {
            ReportFigure::WithSecondFactor => adoption(console, report),
            own => figure(console, report, own),
        })
    });
    let sorted = ("reports-month", list::DESCENDING);
    console.show(&List {
        lead: console.t("reports-text"),
        actions: filter_bar::files(console, &cursor, PATH),
        table: list::sorted(console, sorted, table.table()),
        pager,
        ..console.list_below(Section::System, TITLE)
    })
}

async fn show(console: &Console<'_>) -> Answer {
    let context = console.context();
    let report = use_cases::get(&context, &parameter(console.page, "id")).await?;
    let names = use_cases::app_names(&context, &report).await?;
    let mut facts = vec![console.fact("reports-counted", Value::Moment(report.counted_at))];
    facts.extend(FIGURES.map(|(own, key)| match own {
        ReportFigure::WithSecondFactor => console.fact(key, adoption(console, &report)),
        own => console.fact(key, figure(console, &report, own)),
    }));
    let month = Month::of(report.month);
    let is_open = report.counted_at < month.end();
    let file = |end: &str, key| console.link(format!("{PATH}/{month}/apps.{end}"), key);
    let files = [
        file("csv", "console-audit-download"),
        file("json", "console-download-json"),
    ];
    let files = files.into_iter().filter(|_| !report.apps.is_empty());
    console.show(&Detail {
        state: is_open.then(|| console.state(Tone::Plain, "reports-open")),
        facts,
        tables: vec![apps(console, &report, &names)],
        actions: files.collect(),
        ..console.detail(
            Section::System,
            console.link(PATH, TITLE),
            month.to_string(),
        )
    })
}

fn apps(console: &Console<'_>, report: &MonthlyReport, names: &BTreeMap<String, String>) -> Table {
    console
        .table_of("reports-apps", &report.apps, "reports-no-apps")
        .column("console-app", |app| match &app.client_id {
            None => console.text("reports-other-apps"),
            Some(id) => match (names.get(id), ClientId::parse(id)) {
                (Some(name), Some(id)) => Value::Link(Link::new(routes::app(&id), name.clone())),
                _ => Value::Code(id.clone()),
            },
        })
        .column(SIGN_INS_KEY, |app| number(console, app.sign_ins))
        .column(FAILED, |app| number(console, app.failed_sign_ins))
        .column("console-stat-rejected", |app| {
            number(console, app.rejected_requests)
        })
        .table()
}

macro_rules! figure_columns {
    ($($figure:ident),*) => {
        &[
            Column::File("month", |_, report| json!(name(report))),
            Column::File("counted_at", |file, report| file.time(report.counted_at)),
            $(Column::File(ReportFigure::$figure.as_str(), |_, report| {
                json!(report.figure(ReportFigure::$figure))
            }),)*
        ]
    };
}

/// The reports of all months.
struct Reports;

impl FileList for Reports {
    type Row = MonthlyReport;

    const SECTION: Section = Section::System;
    const ACCESS: Access = READ;
    const COLUMNS: &'static [Column<MonthlyReport>] = figure_columns!(
        ActiveUsers,
        NewUsers,
        DisabledUsers,
        DeletedUsers,
        SignIns,
        FailedSignIns,
        RolesAssigned,
        RolesRevoked,
        MembersAdded,
        MembersRemoved,
        Users,
        WithPassword,
        WithPasskey,
        WithAuthenticator,
        WithProvider,
        WithSecondFactor
    );

    async fn open(_: &Console<'_>) -> Result<Self, Stop> {
        Ok(Self)
    }

    async fn read(&self, context: &AdminContext<'_>, after: Option<&str>) -> Rows<MonthlyReport> {
        let before = after.and_then(Month::parse);
        let found = use_cases::list(context, before, list_file::ROWS).await?;
        Ok(list_file::found(found, name))
    }
}

/// The apps of a month, with their names.
struct Apps(Vec<(AppCount, Option<String>)>);

impl FileList for Apps {
    type Row = (AppCount, Option<String>);

    const SECTION: Section = Section::System;
    const ACCESS: Access = READ;
    const COLUMNS: &'static [Column<Self::Row>] = &[
        Column::File("client_id", |_, (app, _)| json!(app.client_id)),
        Column::File("name", |_, (_, name)| json!(name)),
        Column::File("sign_ins", |_, (app, _)| json!(app.sign_ins)),
        Column::File("failed_sign_ins", |_, (app, _)| json!(app.failed_sign_ins)),
        Column::File("rejected_requests", |_, (app, _)| {
            json!(app.rejected_requests)
        }),
    ];

    async fn open(console: &Console<'_>) -> Result<Self, Stop> {
        let context = console.context();
        let report = use_cases::get(&context, &parameter(console.page, "id")).await?;
        let mut names = use_cases::app_names(&context, &report).await?;
        let named = |app: AppCount| {
            let name = app.client_id.as_ref().and_then(|id| names.remove(id));
            (app, name)
        };
        Ok(Self(report.apps.into_iter().map(named).collect()))
    }

    async fn read(&self, _: &AdminContext<'_>, _: Option<&str>) -> Rows<Self::Row> {
        Ok(FoundPage::whole(self.0.clone()))
    }
}
