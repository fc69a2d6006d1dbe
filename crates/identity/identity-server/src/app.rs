//! The app: all routes with their middleware. Each worker of each listener has one.

use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::PayloadConfig;
use doorward_web::body::MAX_FORM;

use crate::health::Probes;
use crate::prelude::*;
use crate::routes;

/// The data of the app, which all workers share.
#[derive(Clone)]
pub(crate) struct AppData {
    pub web: Data<WebContext>,
    pub probes: Data<Probes>,
}

pub(crate) fn application(
    AppData { web, probes }: &AppData,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let config = &web.context.core.config;
    App::new()
        .app_data(web.clone())
        .app_data(probes.clone())
        .app_data(PayloadConfig::new(MAX_FORM))
        .configure(|app| routes::configure(app, config))
        .wrap(from_fn(doorward_oauth_http::denial::explained))
        .wrap(Compress::default())
        .wrap(doorward_web::middleware::stack(web))
}
