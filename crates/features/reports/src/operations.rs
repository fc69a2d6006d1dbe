//! Operations of reports.

use std::collections::BTreeMap;

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::{AppCount, MonthlyReport, ReportFigure};
use doorward_services::view;

use crate::month::Month;
use crate::use_cases::{app_names, get, list};

doorward_admin::entries! { LIST: List, SHOW: Show, APPS: Apps }

doorward_admin::targets! {
    {
        /// Month in UTC, such as 2026-10.
        month
    } => Show, Apps
}

view! {
    /// The numbers of a month (UTC). An absent one is not known: its events were archived before the count, or
    /// the sign-in methods were not counted at the end of the month.
    #[schema(as = MonthlyReport)]
    pub ReportView(report: MonthlyReport) {
        /// Month: `2026-10`.
        month: String = Month::of(report.month).to_string();
        /// Time of the count (RFC 3339); before the end of the month, the numbers are those up to then.
        counted_at: Time = report.counted_at;
        /// Users who signed in.
        active_users?: i64 = report.figure(ReportFigure::ActiveUsers);
        /// Users who registered, were created or imported.
        new_users?: i64 = report.figure(ReportFigure::NewUsers);
        /// Users whom an administrator disabled.
        disabled_users?: i64 = report.figure(ReportFigure::DisabledUsers);
        /// Deleted users.
        deleted_users?: i64 = report.figure(ReportFigure::DeletedUsers);
        /// Successful sign-ins.
        sign_ins?: i64 = report.figure(ReportFigure::SignIns);
        /// Failed sign-ins.
        failed_sign_ins?: i64 = report.figure(ReportFigure::FailedSignIns);
        /// Roles assigned to users, groups and clients.
        roles_assigned?: i64 = report.figure(ReportFigure::RolesAssigned);
        /// Roles revoked, without those that expired.
        roles_revoked?: i64 = report.figure(ReportFigure::RolesRevoked);
        /// Members added to groups and organizations.
        members_added?: i64 = report.figure(ReportFigure::MembersAdded);
        /// Members removed from groups and organizations.
        members_removed?: i64 = report.figure(ReportFigure::MembersRemoved);
        /// Users who are not disabled, at the time of the count.
        users?: i64 = report.figure(ReportFigure::Users);
        /// Those with a password.
        with_password?: i64 = report.figure(ReportFigure::WithPassword);
        /// Those with a passkey.
        with_passkey?: i64 = report.figure(ReportFigure::WithPasskey);
        /// Those with an authenticator app.
        with_authenticator?: i64 = report.figure(ReportFigure::WithAuthenticator);
        /// Those with an account of an identity provider.
        with_provider?: i64 = report.figure(ReportFigure::WithProvider);
        /// Those with a passkey or an authenticator app.
        with_second_factor?: i64 = report.figure(ReportFigure::WithSecondFactor);
    }
}

view! {
    /// The sign-ins of an app in a month.
    #[schema(as = MonthlyAppReport)]
    pub AppView(app: AppCount, name: Option<String>) {
        /// ID of the client; absent: all other apps.
        client_id?: String = app.client_id;
        /// Name of the app, for callers who may read clients.
        name?: String = name;
        /// Successful sign-ins.
        sign_ins: i64 = app.sign_ins;
        /// Failed sign-ins.
        failed_sign_ins: i64 = app.failed_sign_ins;
        /// Rejected requests of the app.
        rejected_requests: i64 = app.rejected_requests;
    }
}

/// A list of reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {}

impl Operation for List {
    const TITLE: &'static str = "List the reports of months, the newest first";
    const TEXT: &'static str = "The server stores the report of each month after its end, and once a day \
        that of the present month.";
    const CALL: &'static str = "GET reports paged";
    const COMMAND: &'static str = "report list";
    const TABLE: &'static str = "month active_users new_users disabled_users deleted_users sign_ins \
        failed_sign_ins users with_second_factor";
    type Done = FoundPage<ReportView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (before, limit) = (context.page.after_id(Month::parse)?, context.page.limit);
        let found = list(context, before, limit + 1).await?;
        let name = |report: &MonthlyReport| Month::of(report.month).to_string();
        Ok(FoundPage::cut_rows(found, limit, name).map(ReportView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show the report of a month";
    const TEXT: &'static str =
        "A month without a stored report is counted now, which may take some seconds.";
    const CALL: &'static str = "GET reports/{month}";
    const COMMAND: &'static str = "report show MONTH";
    type Done = Shown<ReportView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let report = get(context, &self.month).await?;
        Ok(Shown::unversioned(report.into()))
    }
}

impl Operation for Apps {
    const TITLE: &'static str = "List the sign-ins of a month by app, the most first";
    const TEXT: &'static str = "Lists up to 200 apps, and the sums of all others without an ID.";
    const CALL: &'static str = "GET reports/{month}/apps paged";
    const COMMAND: &'static str = "report apps MONTH";
    const TABLE: &'static str = "client_id name sign_ins failed_sign_ins rejected_requests";
    type Done = FoundPage<AppView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let report = get(context, &self.month).await?;
        let names = app_names(context, &report).await?;
        // The cursor is the position of the last app.
        let after = context
            .page
            .after_id(|cursor| cursor.parse::<usize>().ok())?;
        let apps = report.apps.into_iter().enumerate();
        let rest = apps.skip(after.map_or(0, |last| last + 1)).collect();
        let page = FoundPage::cut_rows(rest, context.page.limit, |(place, _)| place.to_string());
        Ok(page.map(|(_, app)| view(app, &names)))
    }
}

fn view(app: AppCount, names: &BTreeMap<String, String>) -> AppView {
    let id = app.client_id.as_ref();
    let name = id.and_then(|id| names.get(id)).cloned();
    AppView::new(app, name)
}
