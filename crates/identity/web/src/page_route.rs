//! Routes of page handlers. A handler returns a response or an error, which is rendered here.
//!
//! Each handler is behind a pointer, so that the code of actix-web for a route is compiled once.

use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpResponse, Route, web};
use futures_util::future::LocalBoxFuture;

use super::page::{Page, Result};

/// The response of a handler; the outer error if the input cannot be read from the request.
type Answer<'p> = LocalBoxFuture<'p, std::result::Result<Result<HttpResponse>, Error>>;
type Handler = Rc<dyn for<'p> Fn(&'p Page, &'p mut Payload) -> Answer<'p>>;

pub fn get<F>(handler: F) -> Route
where
    F: AsyncFn(&Page) -> Result<HttpResponse> + Clone + 'static,
{
    get_with(async move |page: &Page, (): ()| handler(page).await)
}

/// Returns a route for `GET` whose handler extracts `A` from the request.
pub fn get_with<F, A>(handler: F) -> Route
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Clone + 'static,
    A: FromRequest + 'static,
{
    at(web::get(), erased(handler))
}

pub fn post<F, A>(handler: F) -> Route
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Clone + 'static,
    A: FromRequest + 'static,
{
    at(web::post(), erased(handler))
}

fn erased<F, A>(handler: F) -> Handler
where
    F: AsyncFn(&Page, A) -> Result<HttpResponse> + Clone + 'static,
    A: FromRequest + 'static,
{
    Rc::new(move |page, payload| {
        let handler = handler.clone();
        Box::pin(async move {
            let input = A::from_request(&page.request, payload).await;
            Ok(handler(page, input.map_err(Into::into)?).await)
        })
    })
}

fn at(route: Route, handler: Handler) -> Route {
    route.to(move |page: Page, payload: web::Payload| {
        let handler = Rc::clone(&handler);
        async move {
            let outcome = match page.read_look().await {
                Ok(()) => handler(&page, &mut payload.into_inner()).await?,
                Err(error) => Err(error.into()),
            };
            Ok::<_, Error>(page.finish(outcome))
        }
    })
}
