//! The lists that are offered as files. Each has the filter of its page.

mod assignments;
mod attempts;
mod audit;
mod clients;
mod groups;
mod organizations;
mod roles;
mod sessions;
mod users;

use actix_web::web::ServiceConfig;

use crate::list_file::register;

use assignments::Assignments;
use attempts::Attempts;
use audit::Audit;
use clients::Clients;
use groups::Groups;
use organizations::Organizations;
use roles::Roles;
use sessions::Sessions;
use users::Users;

/// Registers the files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Users>(config, ["/admin/people.csv", "/admin/people.json"]);
    register::<Groups>(config, ["/admin/groups.csv", "/admin/groups.json"]);
    register::<Organizations>(
        config,
        ["/admin/organizations.csv", "/admin/organizations.json"],
    );
    register::<Roles>(config, ["/admin/roles.csv", "/admin/roles.json"]);
    register::<Assignments>(config, ["/admin/grants.csv", "/admin/grants.json"]);
    register::<Clients>(config, ["/admin/apps.csv", "/admin/apps.json"]);
    register::<Attempts>(config, ["/admin/sign-ins.csv", "/admin/sign-ins.json"]);
    register::<Sessions>(config, ["/admin/sessions.csv", "/admin/sessions.json"]);
    register::<Audit>(config, ["/admin/audit.csv", "/admin/audit.json"]);
}
