//! HTTP/2 (RFC 9113) for an app of actix-web. The library's own support has a version of `h2` with
//! an unfixed vulnerability (RUSTSEC-2026-0258); hyper has a current one.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_http::{Request, Response};
use actix_service::Service;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use crate::stopping::Stopping;
use body::ResponseBody;
use in_progress::{Exchange, InProgress};

mod body;
mod convert;
mod in_progress;

/// Maximum number of concurrent requests of a connection: RFC 9113 §6.5.2 recommends no less.
const MAX_STREAMS: u32 = 100;
/// Maximum size of a header list. The middleware rejects smaller ones with a response; a longer one
/// never reaches it.
const MAX_HEADER_LIST: u32 = 64 * 1024;
/// Bytes that a client may send before a handler reads them, for a stream and for the connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Bytes of a response that wait for a slow client.
const SEND_BUFFER: usize = 128 * 1024;
/// Interval of pings, and the time after which an unanswered one ends the connection.
const PING: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// Time without a request after which the connection is closed.
const IDLE: Duration = Duration::from_mins(1);
/// Time that a client has to close a connection after GOAWAY.
const LINGER: Duration = Duration::from_secs(5);
/// Interval of the checks of these times.
const CHECK: Duration = Duration::from_secs(1);

/// Runs the tasks of a connection on its worker, because the app belongs to that thread.
#[derive(Clone, Copy)]
struct Local;

impl<F> Executor<F> for Local
where
    F: Future + 'static,
    F::Output: 'static,
{
    fn execute(&self, task: F) {
        actix_web::rt::spawn(task);
    }
}

/// Serves a connection until one side closes it. When the server stops, and after a time without a
/// request, the client receives GOAWAY: it sends further requests on another connection.
pub(crate) async fn serve<A, B>(
    stream: SslStream<TcpStream>,
    peer: Option<SocketAddr>,
    app: Rc<A>,
    stopping: Stopping,
) where
    A: Service<Request, Error = HttpResponse> + 'static,
    A::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let requests = InProgress::new();
    let counted = requests.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (app, exchange) = (Rc::clone(&app), counted.begin());
        async move { Ok::<_, Infallible>(respond::<A, B>(&app, request, peer, exchange).await) }
    });
    let mut builder = http2::Builder::new(Local);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_LIST)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING_TIMEOUT);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let mut going_away: Option<Instant> = None;
    loop {
        let ends = tokio::select! {
            _ = connection.as_mut() => return,
            () = stopping.wait(), if going_away.is_none() => true,
            () = tokio::time::sleep(CHECK) => false,
        };
        match going_away {
            None if ends || requests.idle_time() >= IDLE => {
                connection.as_mut().graceful_shutdown();
                going_away = Some(Instant::now());
            }
            Some(since) if requests.is_idle() && since.elapsed() >= LINGER => return,
            _ => {}
        }
    }
}

/// Calls the app with a request.
async fn respond<A, B>(
    app: &A,
    request: hyper::Request<Incoming>,
    peer: Option<SocketAddr>,
    exchange: Exchange,
) -> hyper::Response<ResponseBody>
where
    A: Service<Request, Error = HttpResponse>,
    A::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let is_head = request.method() == hyper::Method::HEAD;
    let response: Response<BoxBody> = match convert::request(request, peer) {
        Err(convert::Malformed) => HttpResponse::BadRequest().finish().into(),
        Ok(request) => match app.call(request).await {
            Ok(response) => {
                let response: Response<B> = response.into();
                response.map_into_boxed_body()
            }
            Err(response) => response.into(),
        },
    };
    convert::response(response, is_head).map(|body| ResponseBody::new(body, exchange))
}
