//! The bodies of requests and responses.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::BoxedPayloadStream;
use actix_http::error::PayloadError;
use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use bytes::Bytes;
use futures_util::stream;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::in_progress::Exchange;

/// The body of a response. The request is in progress until it is dropped.
pub(super) struct ResponseBody {
    body: BoxBody,
    _exchange: Exchange,
}

impl ResponseBody {
    pub fn new(body: BoxBody, exchange: Exchange) -> Self {
        Self {
            body,
            _exchange: exchange,
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = ready!(Pin::new(&mut self.body).poll_next(context));
        Poll::Ready(chunk.map(|chunk| match chunk {
            Ok(bytes) => Ok(Frame::data(bytes)),
            Err(error) => Err(io::Error::other(error.to_string())),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.size().is_eof()
    }

    fn size_hint(&self) -> SizeHint {
        match self.body.size() {
            BodySize::None => SizeHint::with_exact(0),
            BodySize::Sized(length) => SizeHint::with_exact(length),
            BodySize::Stream => SizeHint::new(),
        }
    }
}

/// Returns the body of a request as a stream of its data; trailers are ignored.
pub(super) fn payload(mut body: Incoming) -> BoxedPayloadStream {
    Box::pin(stream::poll_fn(move |context| {
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut body).poll_frame(context)) {
                None => None,
                Some(Err(error)) => Some(Err(PayloadError::Io(io::Error::other(error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Some(Ok(data)),
                    Err(_) => continue,
                },
            });
        }
    }))
}
