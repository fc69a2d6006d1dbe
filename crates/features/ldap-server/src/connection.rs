//! A connection: one operation after the other, with a time limit for each step of the client.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use ldap3_proto::proto::{
    LdapBindResponse, LdapCompareRequest, LdapExtendedRequest, LdapExtendedResponse, LdapOp,
    LdapResultCode as Code, LdapSearchRequest, OID_WHOAMI,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::bind;
use crate::identity::Identity;
use crate::places::Place;
use crate::result::{Outcome, Result};
use crate::search::{OpenPages, Search};
use crate::server::Server;
use doorward_https::TlsStream as Stream;
use doorward_ldap_protocol::message::{self, Frame, Operation, Pages, Request};

/// Maximum time until a request has arrived, after its first byte.
const REQUEST: Duration = Duration::from_secs(30);
/// Maximum time without a request before a bind.
const UNBOUND: Duration = Duration::from_secs(30);
/// Maximum time until the client has read a part of a response.
const WRITE: Duration = Duration::from_secs(30);
/// Maximum time until the client has read the end of the connection.
const SHUTDOWN: Duration = Duration::from_secs(2);
/// Bytes that are read at once, at least.
const CHUNK: usize = 4 * 1024;
/// Bytes of a response after which they are sent.
const PART: usize = 32 * 1024;
/// The notice that the server ends a connection (RFC 4511 §4.4.1).
const DISCONNECTION: &str = "1.3.6.1.4.1.1466.20036";

/// The end of a connection.
struct Closed;

#[derive(Debug)]
pub struct Connection<'a> {
    server: &'a Server,
    place: &'a Place,
    identity: Identity,
    /// The search whose next page the client may request.
    pages: Option<OpenPages>,
    output: BytesMut,
}

impl<'a> Connection<'a> {
    pub fn new(server: &'a Server, place: &'a Place) -> Self {
        Self {
            server,
            place,
            identity: Identity::default(),
            pages: None,
            output: BytesMut::new(),
        }
    }

    /// Serves the connection until one side closes it.
    pub async fn serve(mut self, mut stream: Stream) {
        let mut input = BytesMut::new();
        while let Some(bytes) = self.receive(&mut stream, &mut input).await {
            let Some(request) = message::read(&bytes) else {
                self.disconnect(Code::ProtocolError, "the message is malformed");
                break;
            };
            // The bytes may contain a password.
            drop(bytes);
            let answered = self.answer(&mut stream, request).await;
            if answered.is_err() || self.send(&mut stream).await.is_err() {
                break;
            }
        }
        let _ = self.send(&mut stream).await;
        let _ = tokio::time::timeout(SHUTDOWN, stream.shutdown()).await;
    }

    /// Returns the bytes of the next request; `None` at the end.
    async fn receive(&mut self, stream: &mut Stream, input: &mut BytesMut) -> Option<BytesMut> {
        let limits = &self.server.context.core.config.ldap;
        let idle = Duration::from_secs(u64::try_from(limits.idle).unwrap_or_default());
        let idle = if self.identity.is_anonymous() {
            idle.min(UNBOUND)
        } else {
            idle
        };
        let mut limit = if input.is_empty() { idle } else { REQUEST };
        let mut since = Instant::now();
        loop {
            match message::frame(input, limits.message_bytes) {
                Frame::Length(length) if input.len() >= length => {
                    return Some(input.split_to(length));
                }
                Frame::Length(_) | Frame::Incomplete => {}
                Frame::TooLong => {
                    self.disconnect(Code::ProtocolError, "the message is too long");
                    return None;
                }
                Frame::Invalid => {
                    self.disconnect(Code::ProtocolError, "the message is malformed");
                    return None;
                }
            }
            let is_first = input.is_empty();
            input.reserve(CHUNK);
            let left = limit.saturating_sub(since.elapsed());
            let read = tokio::time::timeout(left, stream.read_buf(input)).await;
            if !matches!(read, Ok(Ok(1..))) {
                return None;
            }
            if is_first {
                (limit, since) = (REQUEST, Instant::now());
            }
        }
    }

    /// Sends what waits. A client that does not read ends the connection.
    async fn send(&mut self, stream: &mut Stream) -> std::result::Result<(), Closed> {
        if self.output.is_empty() {
            return Ok(());
        }
        let bytes = self.output.split();
        let written = async {
            stream.write_all(&bytes).await?;
            stream.flush().await
        };
        let written = tokio::time::timeout(WRITE, written).await;
        if matches!(written, Ok(Ok(()))) {
            Ok(())
        } else {
            Err(Closed)
        }
    }

    fn disconnect(&mut self, code: Code, text: &str) {
        let notice = LdapExtendedResponse {
            res: Outcome::new(code, text).into_result(),
            name: Some(DISCONNECTION.to_owned()),
            value: None,
        };
        message::write(&mut self.output, 0, LdapOp::ExtendedResponse(notice), None);
        self.server.metrics().ldap_operation("message", "rejected");
    }

    fn respond(&mut self, id: i32, operation: &'static str, outcome: &Outcome, response: LdapOp) {
        self.server
            .metrics()
            .ldap_operation(operation, outcome.word());
        message::write(&mut self.output, id, response, None);
    }

    async fn answer(
        &mut self,
        stream: &mut Stream,
        request: Request,
    ) -> std::result::Result<(), Closed> {
        let (id, pages) = (request.id, request.pages);
        let critical = request.is_critical.then(|| {
            let text = "a critical control is not supported";
            Outcome::new(Code::UnavailableCriticalExtension, text)
        });
        let op = match request.operation {
            Operation::Bind(bind) => {
                self.identity = Identity::default();
                self.pages = None;
                let bound = match critical {
                    Some(outcome) => Err(outcome),
                    None => bind::bind(self.server, &bind, self.place.address()).await,
                };
                let outcome = bound.map_or_else(
                    |outcome| outcome,
                    |identity| {
                        if !identity.is_anonymous() {
                            self.place.keep();
                        }
                        self.identity = identity;
                        Outcome::success()
                    },
                );
                let response = LdapBindResponse {
                    res: outcome.clone().into_result(),
                    saslcreds: None,
                };
                self.respond(id, "bind", &outcome, LdapOp::BindResponse(response));
                return Ok(());
            }
            Operation::Other(op) => op,
        };
        match op {
            LdapOp::UnbindRequest => Err(Closed),
            // Each operation has ended before the next one is read.
            LdapOp::AbandonRequest(_) => Ok(()),
            LdapOp::SearchRequest(search) => {
                let done = match critical {
                    Some(outcome) => Err(outcome),
                    None => self.search(stream, id, search, pages).await?,
                };
                let (outcome, cookie) = match done {
                    Ok(cookie) => (Outcome::success(), cookie),
                    Err(outcome) => (outcome, None),
                };
                self.server
                    .metrics()
                    .ldap_operation("search", outcome.word());
                let done = LdapOp::SearchResultDone(outcome.into_result());
                message::write(&mut self.output, id, done, cookie);
                Ok(())
            }
            LdapOp::CompareRequest(compare) => {
                let outcome = match critical {
                    Some(outcome) => outcome,
                    None => self
                        .compare(&compare)
                        .await
                        .unwrap_or_else(|outcome| outcome),
                };
                let response = LdapOp::CompareResult(outcome.clone().into_result());
                self.respond(id, "compare", &outcome, response);
                Ok(())
            }
            LdapOp::ExtendedRequest(extended) => {
                self.extended(id, &extended, critical).await;
                Ok(())
            }
            write => self.reject_write(id, &write),
        }
    }

    fn reject_write(&mut self, id: i32, op: &LdapOp) -> std::result::Result<(), Closed> {
        let outcome = Outcome::read_only();
        let result = outcome.clone().into_result();
        let response = match op {
            LdapOp::ModifyRequest(_) => LdapOp::ModifyResponse(result),
            LdapOp::AddRequest(_) => LdapOp::AddResponse(result),
            LdapOp::DelRequest(_) => LdapOp::DelResponse(result),
            LdapOp::ModifyDNRequest(_) => LdapOp::ModifyDNResponse(result),
            // A response is no request.
            _ => {
                self.disconnect(Code::ProtocolError, "the message is no request");
                return Err(Closed);
            }
        };
        self.respond(id, "write", &outcome, response);
        Ok(())
    }

    /// Sends the entries of a search. Returns the cookie of the next page, or the result for the client.
    async fn search(
        &mut self,
        stream: &mut Stream,
        id: i32,
        request: LdapSearchRequest,
        pages: Option<Pages>,
    ) -> std::result::Result<Result<Option<Vec<u8>>>, Closed> {
        let bound = match self.identity.confirm(self.server).await {
            Ok(bound) => bound,
            Err(error) => return Ok(Err(error.into())),
        };
        let begun = Search::begin(
            self.server,
            bound.as_ref(),
            &request,
            pages,
            &mut self.pages,
        );
        let mut search = match begun.await {
            Ok(search) => search,
            Err(outcome) => return Ok(Err(outcome)),
        };
        loop {
            match search.next(self.server).await {
                Ok(None) => break,
                Ok(Some(entries)) => {
                    for entry in entries {
                        let entry = LdapOp::SearchResultEntry(search.shown(&entry));
                        message::write(&mut self.output, id, entry, None);
                        if self.output.len() >= PART {
                            self.send(stream).await?;
                        }
                    }
                }
                Err(outcome) => return Ok(Err(outcome)),
            }
        }
        Ok(search.finish(&mut self.pages))
    }

    async fn compare(&mut self, request: &LdapCompareRequest) -> Result<Outcome> {
        let bound = self.identity.confirm(self.server).await?;
        crate::search::compare(self.server, bound.as_ref(), request).await
    }

    async fn extended(
        &mut self,
        id: i32,
        request: &LdapExtendedRequest,
        critical: Option<Outcome>,
    ) {
        let mut value = None;
        let outcome = match (critical, request.name.as_str()) {
            (Some(outcome), _) => outcome,
            (None, OID_WHOAMI) => match self.identity.confirm(self.server).await {
                Ok(bound) => {
                    // RFC 4532 §2.2: empty for an anonymous one.
                    let name = bound.map(|bound| self.server.names.user(&bound.user));
                    let name = name.map(|name| format!("dn:{name}"));
                    value = Some(name.unwrap_or_default().into_bytes());
                    Outcome::success()
                }
                Err(error) => error.into(),
            },
            (None, _) => Outcome::new(
                Code::ProtocolError,
                "the extended operation is not supported",
            ),
        };
        let response = LdapExtendedResponse {
            res: outcome.clone().into_result(),
            name: None,
            value,
        };
        self.respond(id, "extended", &outcome, LdapOp::ExtendedResponse(response));
    }
}
