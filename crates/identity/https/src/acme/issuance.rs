//! Issuance of a certificate: account, order, challenges, certificate (RFC 8555 §7).
//!
//! Attempts and polls are counted, not timed: a clock that jumps ends nothing too early.

use openssl::pkey::{PKey, Private};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::account_key::AccountKey;
use super::authority_error::AcmeError;
use super::call::{Answer, Call, Method};
use super::challenge::Challenge;
use super::message::{Authorization, Directory, OrderObject, Problem, Status};
use super::order::{Issued, Order, Step};
use super::request_key;
use crate::context;
use crate::key_pair::KeyPair;

mod requests;

/// Maximum number of rejected nonces in a row. An authority may reject any (RFC 8555 §6.5).
const MAX_NONCES: u32 = 20;
/// Maximum number of attempts for a request that gets no answer, or a server error.
const MAX_ATTEMPTS: u32 = 5;
/// Maximum number of polls of one authorization or order.
const MAX_POLLS: u32 = 100;
/// Seconds between two polls, unless the authority says otherwise.
const POLL: u64 = 3;

/// The challenges of an order, by the URL of their authorization.
#[derive(Clone, Debug)]
struct OpenChallenge {
    authorization: String,
    url: String,
    challenge: Challenge,
}

#[derive(Clone, Debug)]
enum State {
    Directory,
    Account,
    NewOrder,
    /// Reads the authorizations from this place on.
    Authorizations(usize),
    Serve,
    /// Informs the authority that the challenge at this place is served.
    Respond(usize),
    /// Waits until the authority has verified the challenge at this place.
    Verify(usize),
    Finalize,
    Process,
    Download(String),
    Ended(Box<Issued>),
}

/// An issuance in progress.
pub struct Issuance {
    order: Order,
    account_key: AccountKey,
    account: Option<String>,
    key: PKey<Private>,
    directory: Option<Directory>,
    nonce: Option<String>,
    state: State,
    /// True while the answer with a nonce is awaited.
    fetches_nonce: bool,
    /// URL of the order, and the order.
    placed: Option<(String, OrderObject)>,
    open: Vec<OpenChallenge>,
    wait: Option<u64>,
    has_new_account: bool,
    nonces: u32,
    attempts: u32,
    polls: u32,
}

impl Issuance {
    /// Begins an issuance, with the account if one exists.
    ///
    /// # Errors
    /// [`AcmeError::Key`] if no key can be created.
    pub fn new(
        order: Order,
        account_key: AccountKey,
        account: Option<String>,
    ) -> Result<Self, AcmeError> {
        let key = request_key::generate().map_err(|error| AcmeError::Key(error.to_string()))?;
        Ok(Self {
            order,
            account_key,
            account,
            key,
            directory: None,
            nonce: None,
            state: State::Directory,
            fetches_nonce: false,
            placed: None,
            open: Vec::new(),
            wait: None,
            has_new_account: false,
            nonces: 0,
            attempts: 0,
            polls: 0,
        })
    }

    /// Returns the URL of the account, once there is one.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Returns the next step.
    ///
    /// # Errors
    /// [`AcmeError::Key`] if a request cannot be signed.
    pub fn step(&mut self) -> Result<Step, AcmeError> {
        if let Some(seconds) = self.wait.take() {
            return Ok(Step::Wait(seconds));
        }
        if let State::Ended(issued) = &self.state {
            return Ok(Step::Done(issued.clone()));
        }
        if matches!(self.state, State::Serve) {
            self.state = State::Respond(0);
            let challenges = self.open.iter().map(|open| open.challenge.clone());
            return Ok(Step::Serve(challenges.collect()));
        }
        let Some(directory) = self.directory.clone() else {
            return Ok(Step::Send(Call::get(&self.order.directory)));
        };
        let Some(nonce) = self.nonce.take() else {
            self.fetches_nonce = true;
            return Ok(Step::Send(Call::head(&directory.new_nonce)));
        };
        let (url, payload) = self.request(&directory)?;
        let mut header = json!({ "nonce": nonce, "url": url });
        match &self.account {
            Some(account) => header["kid"] = account.as_str().into(),
            None => header["jwk"] = self.account_key.jwk(),
        }
        let payload = payload.map(|payload| payload.to_string());
        let body = self
            .account_key
            .sign(header, &payload.unwrap_or_default())?;
        Ok(Step::Send(Call {
            method: Method::Post,
            url,
            body,
        }))
    }

    /// Handles a request that got no answer.
    ///
    /// # Errors
    /// [`AcmeError::Unreachable`] after several attempts.
    pub fn fail(&mut self, cause: &str) -> Result<(), AcmeError> {
        self.fetches_nonce = false;
        self.attempts += 1;
        if self.attempts >= MAX_ATTEMPTS {
            return Err(AcmeError::Unreachable(cause.to_owned()));
        }
        self.wait = Some(1 << self.attempts);
        Ok(())
    }

    /// Handles an answer; `now` is used only to read dates in it.
    ///
    /// # Errors
    /// Returns the reason why no certificate will be issued.
    pub fn receive(&mut self, answer: &Answer, now: i64) -> Result<(), AcmeError> {
        let fetches_nonce = std::mem::take(&mut self.fetches_nonce);
        if let Some(nonce) = &answer.nonce {
            self.nonce = Some(nonce.clone());
        }
        if answer.status >= 500 {
            return self.fail(&format!("status {}", answer.status));
        }
        if fetches_nonce {
            return if self.nonce.is_some() {
                Ok(())
            } else {
                self.fail("it sent no nonce")
            };
        }
        if !answer.is_success() {
            return self.reject(answer, now);
        }
        self.attempts = 0;
        self.nonces = 0;
        self.accept(answer, now)
    }

    /// Handles an error of the authority (RFC 8555 §6.7).
    fn reject(&mut self, answer: &Answer, now: i64) -> Result<(), AcmeError> {
        let problem = Problem::read(answer.status, &answer.body);
        if matches!(self.state, State::Directory) {
            return Err(AcmeError::NoDirectory {
                url: self.order.directory.clone(),
                cause: format!("status {}", answer.status),
            });
        }
        let word = problem.word().to_owned();
        let is_order = matches!(self.state, State::NewOrder);
        let is_finalize = matches!(self.state, State::Finalize);
        match word.as_str() {
            "badNonce" if self.nonces < MAX_NONCES => {
                self.nonces += 1;
                Ok(())
            }
            "accountDoesNotExist" if !self.has_new_account => {
                // The authority lost its accounts, or the directory is another one.
                self.account = None;
                self.state = State::Account;
                Ok(())
            }
            "alreadyReplaced" if is_order && self.order.replaces.is_some() => {
                self.order.replaces = None;
                Ok(())
            }
            "orderNotReady" if is_finalize => {
                self.state = State::Process;
                self.poll(answer, now, "the order")
            }
            word if word == "rateLimited" || answer.status == 429 => Err(AcmeError::RateLimited {
                problem,
                retry_after: answer.retry_after(now),
            }),
            _ => Err(AcmeError::Rejected {
                request: self.state.request_name(),
                problem,
            }),
        }
    }

    fn accept(&mut self, answer: &Answer, now: i64) -> Result<(), AcmeError> {
        match self.state.clone() {
            State::Directory => return self.accept_directory(answer),
            State::Account => {
                self.account = Some(self.location(answer)?);
                self.has_new_account = true;
                self.state = State::NewOrder;
            }
            State::NewOrder => {
                let url = self.location(answer)?;
                self.placed = Some((url, self.read(answer)?));
                self.open.clear();
                self.state = State::Authorizations(0);
                self.skip_authorizations();
            }
            State::Authorizations(place) => self.accept_authorization(place, answer)?,
            State::Respond(place) => {
                let is_last = place + 1 >= self.open.len();
                self.state = if is_last {
                    State::Verify(0)
                } else {
                    State::Respond(place + 1)
                };
                self.polls = 0;
            }
            State::Verify(place) => return self.verify(place, answer, now),
            State::Finalize | State::Process => return self.process(answer, now),
            State::Download(_) => return self.download(answer),
            State::Serve | State::Ended(_) => {}
        }
        Ok(())
    }

    fn accept_directory(&mut self, answer: &Answer) -> Result<(), AcmeError> {
        let read = serde_json::from_slice::<Directory>(&answer.body);
        let directory = read.map_err(|error| AcmeError::NoDirectory {
            url: self.order.directory.clone(),
            cause: error.to_string(),
        })?;
        let is_missing = self.order.external.is_none() && self.account.is_none();
        if directory.meta.external_account_required && is_missing {
            return Err(AcmeError::ExternalAccountRequired);
        }
        self.directory = Some(directory);
        self.state = if self.account.is_some() {
            State::NewOrder
        } else {
            State::Account
        };
        Ok(())
    }

    /// Continues with the certificate if the order lists no further authorization.
    fn skip_authorizations(&mut self) {
        let State::Authorizations(place) = self.state else {
            return;
        };
        let listed = self.placed.as_ref();
        if place < listed.map_or(0, |(_, order)| order.authorizations.len()) {
            return;
        }
        // Authorizations that are still valid need no challenge.
        self.state = if self.open.is_empty() {
            State::Finalize
        } else {
            State::Serve
        };
        self.polls = 0;
    }

    fn accept_authorization(&mut self, place: usize, answer: &Answer) -> Result<(), AcmeError> {
        let found: Authorization = self.read(answer)?;
        if found.status != Status::Valid {
            let open = self.choose(place, found)?;
            self.open.push(open);
        }
        self.state = State::Authorizations(place + 1);
        self.skip_authorizations();
        Ok(())
    }

    /// Chooses the challenge of an authorization.
    fn choose(&self, place: usize, found: Authorization) -> Result<OpenChallenge, AcmeError> {
        let (host, kind) = (found.identifier.value, self.order.kind);
        let offered: Vec<_> = found.challenges.iter().map(|it| it.kind.as_str()).collect();
        let offered = offered.join(", ");
        let mut challenges = found.challenges.into_iter();
        let Some(challenge) = challenges.find(|it| it.kind == kind.as_str()) else {
            return Err(AcmeError::NoChallenge {
                host,
                kind,
                offered,
            });
        };
        let thumbprint = self.account_key.thumbprint();
        let listed = self.placed.as_ref();
        let authorization = listed.and_then(|(_, order)| order.authorizations.get(place).cloned());
        Ok(OpenChallenge {
            authorization: authorization.unwrap_or_default(),
            url: challenge.url,
            challenge: Challenge {
                kind,
                host,
                key_authorization: format!("{}.{thumbprint}", challenge.token),
                token: challenge.token,
            },
        })
    }

    fn verify(&mut self, place: usize, answer: &Answer, now: i64) -> Result<(), AcmeError> {
        let found: Authorization = self.read(answer)?;
        match found.status {
            Status::Valid => {
                let is_last = place + 1 >= self.open.len();
                self.state = if is_last {
                    State::Finalize
                } else {
                    State::Verify(place + 1)
                };
                self.polls = 0;
                Ok(())
            }
            Status::Pending | Status::Processing | Status::Ready => {
                self.poll(answer, now, "the challenge")
            }
            Status::Invalid | Status::Ended => {
                let kind = self.order.kind;
                let mut challenges = found.challenges.into_iter();
                let problem = challenges.find_map(|it| it.error);
                Err(AcmeError::ChallengeFailed {
                    host: found.identifier.value,
                    kind,
                    problem: problem.unwrap_or_default(),
                })
            }
        }
    }

    fn process(&mut self, answer: &Answer, now: i64) -> Result<(), AcmeError> {
        let order: OrderObject = self.read(answer)?;
        let is_sent = matches!(self.state, State::Finalize);
        let (status, certificate) = (order.status, order.certificate.clone());
        let error = order.error.clone();
        if let Some((_, placed)) = &mut self.placed {
            *placed = order;
        }
        match (status, certificate) {
            (Status::Valid, Some(url)) => {
                self.state = State::Download(url);
                Ok(())
            }
            // The order became ready only now: the request is sent again.
            (Status::Ready, _) if !is_sent => {
                self.state = State::Finalize;
                Ok(())
            }
            (Status::Invalid | Status::Ended, _) => Err(AcmeError::Rejected {
                request: "the order",
                problem: error.unwrap_or_default(),
            }),
            _ => {
                self.state = State::Process;
                self.poll(answer, now, "the order")
            }
        }
    }

    fn download(&mut self, answer: &Answer) -> Result<(), AcmeError> {
        let private_key = self.key.private_key_to_pem_pkcs8();
        let private_key = private_key.map_err(|error| AcmeError::Key(error.to_string()))?;
        let pair = KeyPair::from_pem(&answer.body, &private_key);
        let facts = pair.and_then(|pair| {
            context::server(&pair)?;
            pair.facts()
        });
        let facts = facts.map_err(|error| AcmeError::Unusable(error.to_string()))?;
        let mut hosts = self.order.hosts.iter();
        if let Some(host) = hosts.find(|host| !facts.covers(host)) {
            return Err(AcmeError::Unusable(format!("it lacks {host}")));
        }
        self.state = State::Ended(Box::new(Issued {
            chain: answer.body.clone(),
            private_key,
        }));
        Ok(())
    }

    /// Repeats the request later.
    fn poll(&mut self, answer: &Answer, now: i64, subject: &'static str) -> Result<(), AcmeError> {
        self.polls += 1;
        if self.polls > MAX_POLLS {
            return Err(AcmeError::Slow(subject));
        }
        self.wait = Some(answer.poll_after(now, POLL));
        Ok(())
    }

    fn location(&self, answer: &Answer) -> Result<String, AcmeError> {
        answer.location.clone().ok_or(AcmeError::Malformed {
            request: self.state.request_name(),
            cause: "it has no Location".to_owned(),
        })
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, AcmeError> {
        serde_json::from_slice(&answer.body).map_err(|error| AcmeError::Malformed {
            request: self.state.request_name(),
            cause: error.to_string(),
        })
    }
}

impl State {
    /// Returns the name of the request in this state, for messages.
    fn request_name(&self) -> &'static str {
        match self {
            Self::Directory => "the directory",
            Self::Account => "the account",
            Self::NewOrder => "the order",
            Self::Authorizations(_) | Self::Serve | Self::Verify(_) => "the authorization",
            Self::Respond(_) => "the challenge",
            Self::Finalize | Self::Process => "the certificate request",
            Self::Download(_) | Self::Ended(_) => "the certificate",
        }
    }
}

#[cfg(test)]
mod tests;
