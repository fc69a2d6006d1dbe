use actix_web::{App, HttpServer};
use doorward_access::prelude::*;
use std::env::var;

permission!(ReadTasks = "tasks:read");

async fn report(caller: Allowed<ReadTasks>) -> String {
    format!("{} may see this report\n", caller.subject)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let access = Access::discover(var("ISSUER")?, var("AUDIENCE")?)?;
    let app = move || App::new().configure(access.guard(Routes::new().get("/report", report)));
    Ok(HttpServer::new(app).bind(var("LISTEN")?)?.run().await?)
}
