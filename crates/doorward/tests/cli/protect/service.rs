use actix_web::{App, HttpServer, dev::Server, web::Data};
use doorward_access::Access;
use doorward_access::guard::{Allowed, RouteGuard, Routes};
use doorward_access::rbac::Requirement;

struct ReadTasks;
impl RouteGuard for ReadTasks {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
}

async fn report(caller: Allowed<ReadTasks>) -> String {
    format!(
        "{} of {:?} may see this report\n",
        caller.subject, caller.org
    )
}

pub fn serve(issuer: &str, audience: &str) -> Result<Server, Box<dyn std::error::Error>> {
    let access = Data::new(Access::builder(issuer, audience).build()?);
    let app = move || {
        let routes = Routes::new().get("/report", report);
        App::new()
            .app_data(access.clone())
            .configure(|config| routes.register(config))
    };
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:8402")?;
    Ok(server.run())
}
