//! The listener: a TLS handshake with the newest certificate, then HTTP/2 or HTTP/1.1.

use std::convert::Infallible;
use std::fmt::Debug;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_server::Server;
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_factory, fn_service,
    map_config,
};
use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use doorward_access::mtls::Limits;
use futures_util::future::ready;
use openssl::ssl::{Ssl, SslContext};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use crate::certificates::Certificates;
use crate::client_hello::{self, Hello};
use crate::context::{ACME_TLS, HTTP_2};
use crate::http2;
use crate::stopping::Stopping;

/// Maximum length of a first message that is read before the handshake: a record of the longest size.
const MAX_HELLO: usize = 5 + (1 << 14);
/// Time until the rest of a first message is looked for.
const PEEK_AGAIN: Duration = Duration::from_millis(10);

/// Serves an app by HTTPS with the certificate that `certificates` has at each handshake.
///
/// # Errors
/// Returns the errors of the socket.
pub fn serve<F, I, S, B>(
    listener: TcpListener,
    certificates: Arc<Certificates>,
    stopping: Stopping,
    limits: Limits,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error>,
    S::InitError: Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let address = listener.local_addr()?;
    let builder = limits.server().listen("https", listener, move || {
        let (certificates, stopping, app) = (certificates.clone(), stopping.clone(), app.clone());
        fn_factory(move || {
            let app = app().into_factory().map_err(|error| {
                let error: actix_web::Error = error.into();
                error.error_response()
            });
            let app = map_config::<_, _, Request, _, ()>(app, |()| AppConfig::default());
            let app = app.new_service(());
            let (certificates, stopping) = (certificates.clone(), stopping.clone());
            async move {
                let app = app
                    .await
                    .map_err(|_| tracing::error!("HTTPS worker not started"))?;
                let app = Rc::new(app);
                let (shared, signal) = (Rc::clone(&app), stopping.clone());
                let http1 = HttpService::<SslStream<TcpStream>, _, B>::build()
                    .client_request_timeout(limits.time_limit)
                    .local_addr(address)
                    .graceful_shutdown_signal(move || {
                        let signal = signal.clone();
                        async move { signal.wait().await }
                    })
                    .h1::<_, B>(fn_factory(move || {
                        ready(Ok::<_, Infallible>(Rc::clone(&shared)))
                    }));
                let http1 = Rc::new(http1.new_service(()).await?);
                let time_limit = limits.time_limit;
                Ok::<_, ()>(fn_service(move |stream: TcpStream| {
                    let connection = Connection {
                        app: Rc::clone(&app),
                        http1: Rc::clone(&http1),
                        stopping: stopping.clone(),
                        time_limit,
                    };
                    let certificates = certificates.clone();
                    async move { connection.serve::<B>(stream, &certificates).await }
                }))
            }
        })
    })?;
    Ok(builder.run())
}

/// The services for a connection, which are those of its worker.
struct Connection<A, H> {
    app: Rc<A>,
    http1: Rc<H>,
    stopping: Stopping,
    time_limit: Duration,
}

impl<A, H> Connection<A, H> {
    /// Serves a connection until its end. A failed handshake is the client's error and not logged.
    async fn serve<B>(self, stream: TcpStream, certificates: &Certificates) -> Result<(), ()>
    where
        A: Service<Request, Error = HttpResponse> + 'static,
        A::Response: Into<Response<B>>,
        B: MessageBody + 'static,
        H: Service<(SslStream<TcpStream>, Option<SocketAddr>), Response = ()>,
    {
        let peer = stream.peer_addr().ok();
        // Frames of HTTP/2 are small; waiting for more would delay them.
        let _ = stream.set_nodelay(true);
        let handshake = tokio::time::timeout(self.time_limit, handshake(stream, certificates));
        let Ok(Some(stream)) = handshake.await else {
            return Err(());
        };
        let protocol = stream.ssl().selected_alpn_protocol().map(<[u8]>::to_vec);
        match protocol.as_deref() {
            // The authority has seen the certificate.
            Some(ACME_TLS) => return Ok(()),
            Some(HTTP_2) => {
                http2::serve::<A, B>(stream, peer, self.app, self.stopping).await;
                return Ok(());
            }
            _ => {}
        }
        self.http1.call((stream, peer)).await.map_err(|_| ())
    }
}

async fn handshake(stream: TcpStream, certificates: &Certificates) -> Option<SslStream<TcpStream>> {
    let context = match challenge(&stream, certificates).await {
        Some(context) => context,
        None => certificates.current()?.context.clone(),
    };
    let ssl = Ssl::new(&context).ok()?;
    let mut stream = SslStream::new(ssl, stream).ok()?;
    Pin::new(&mut stream).accept().await.ok()?;
    Some(stream)
}

/// Returns the context of a challenge, if the client asks for one (RFC 8737 §3): its first message,
/// which stays in the socket, offers only this protocol.
async fn challenge(stream: &TcpStream, certificates: &Certificates) -> Option<SslContext> {
    if !certificates.expects_challenge() {
        return None;
    }
    let mut bytes = vec![0; MAX_HELLO];
    loop {
        let length = stream.peek(&mut bytes).await.ok()?;
        match client_hello::read(&bytes[..length]) {
            Hello::Read(hello) if hello.protocols == [ACME_TLS] => {
                return certificates.challenge_context(&hello.server_name?);
            }
            Hello::Incomplete if length > 0 && length < MAX_HELLO => {
                tokio::time::sleep(PEEK_AGAIN).await;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests;
