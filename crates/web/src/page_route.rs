//! Routes of page handlers. A handler returns a response or an error, which is rendered here.

use actix_web::web;
use actix_web::{FromRequest, HttpResponse, Route};

use super::page::{Page, Result};

pub fn get<F>(handler: F) -> Route
where
    F: AsyncFn(&Page) -> Result<HttpResponse> + Copy + 'static,
{
    get_with(async move |page: &Page, (): ()| handler(page).await)
}

/// Returns a route for `GET` whose handler extracts `A` from the request.
pub fn get_with<F, A>(handler: F) -> Route
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Copy + 'static,
    A: FromRequest + 'static,
{
    on(web::get(), handler)
}

pub fn post<F, A>(handler: F) -> Route
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Copy + 'static,
    A: FromRequest + 'static,
{
    on(web::post(), handler)
}

fn on<F, A>(route: Route, handler: F) -> Route
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Copy + 'static,
    A: FromRequest + 'static,
{
    route.to(move |page: Page, input: A| async move {
        let outcome = match page.read_look().await {
            Ok(()) => handler(&page, input).await,
            Err(error) => Err(error.into()),
        };
        page.finish(outcome)
    })
}
