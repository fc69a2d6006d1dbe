//! State shared by all requests.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, web};
use doorward_access::Principal;
use doorward_access::clock::Clock;
use doorward_authzen::own_types::WatchedTypes;
use doorward_handover::Handover;
use doorward_http_common::system_probe::SystemProbe;
use doorward_policy::{Engine, Situation};
use jiff::tz::TimeZone;
use sea_orm::{
    ConnAcquireErr, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use tokio::sync::MutexGuard;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::address;
use crate::bounded_reads::BoundedReads;
use crate::caller_rate_limiter::CallerRateLimiter;
use crate::config::Quotas;
use crate::cursor::CursorKey;
use crate::denial_limiter::DenialLimiter;
use crate::telemetry::Telemetry;

/// Maximum wait of a request for its turn to write.
const TURN: Duration = Duration::from_secs(10);

pub(crate) struct State {
    pub db: DatabaseConnection,
    /// Owner of the connections while the server stops.
    pub handover: Handover,
    pub writer: tokio::sync::Mutex<()>,
    pub reads: BoundedReads,
    pub quotas: Quotas,
    pub clock: Arc<dyn Clock>,
    pub cursors: CursorKey,
    pub ids: Ids,
    pub policies: Arc<Engine>,
    /// Types of an application, on which only `AuthZEN` decides.
    pub own_types: Option<Arc<WatchedTypes>>,
    pub denial_limiter: DenialLimiter,
    pub throttle: CallerRateLimiter,
    pub zone: TimeZone,
    pub telemetry: Telemetry,
    /// For `/readyz`.
    pub system: SystemProbe,
}

impl State {
    /// Begins a write transaction, in its turn: SQLite has one writer, and its own wait is unfair. The
    /// turn must be dropped after the transaction.
    pub(crate) async fn begin(
        &self,
    ) -> Result<(Option<MutexGuard<'_, ()>>, DatabaseTransaction), DbErr> {
        if self.db.get_database_backend() != DbBackend::Sqlite {
            return Ok((None, self.db.begin().await?));
        }
        let turn = tokio::time::timeout(TURN, self.writer.lock()).await;
        let turn = turn.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        // The lock at the start: a transaction that begins with a read could not write after another
        // writer.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok((Some(turn), self.db.begin_with_options(immediate).await?))
    }

    pub(crate) fn situation(&self, request: &HttpRequest, principal: &Principal) -> Situation {
        Situation::new(self.clock.now(), &self.zone, request.method().as_str())
            .from_address(address::from_request(request))
            .signed_in_as(principal)
    }
}

/// Runs each request with the owner of the connections (middleware around every route): a server that stops
/// ends workers whose connections others would use.
pub(crate) async fn keep_connections(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return next.call(request).await;
    };
    let _use = state.handover.begin_use();
    state.handover.run(next.call(request)).await
}

/// A generator of task IDs: UUID version 7, so that they sort by creation.
#[derive(Default)]
pub(crate) struct Ids(Mutex<AssertUnwindSafe<ContextV7>>);

impl Ids {
    /// Returns a new ID at this time, in Unix seconds.
    pub(crate) fn next(&self, now: i64) -> Uuid {
        let seconds = u64::try_from(now).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(&self.0, seconds, 0))
    }
}
