//! Reports of database statements, for metrics.

use std::sync::Arc;
#[cfg(feature = "testing")]
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[cfg(feature = "testing")]
use sea_orm::Statement;
use sea_orm::metric::Info;

use super::batches::Report;
use super::conn::{Conn, Session, SingleWrites};
use super::database::Db;

/// A finished statement, without its text.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// Duration, including the network.
    pub took: Duration,
    pub failed: bool,
}

impl Db {
    /// Calls `report` after every statement of the database.
    #[must_use]
    pub fn observed(mut self, report: impl Fn(&Ran) + Send + Sync + 'static) -> Self {
        if self.enclosing.is_some() {
            return self;
        }
        let report = Arc::new(move |info: &Info<'_>| {
            report(&Ran {
                took: info.elapsed,
                failed: info.failed,
            });
        });
        for conn in [&mut self.read, &mut self.reserved, &mut self.before_write] {
            let report = Arc::clone(&report);
            *conn = observe_reads(conn, move |info| report(info));
        }
        self.observe_batches(Arc::clone(&report) as Report);
        let connections = &mut self.write.connections;
        connections.set_metric_callback(move |info| report(info));
        self
    }

    /// Calls `report` after every statement that runs together with others.
    fn observe_batches(&mut self, report: Report) {
        if let SingleWrites::Together(batches) = &self.single_writes {
            self.use_batches(batches.clone().observed(report));
        }
    }
}

/// Returns the same connections, with a report after every statement.
fn observe_reads(conn: &Conn, report: impl Fn(&Info<'_>) + Send + Sync + 'static) -> Arc<Conn> {
    let mut pool = conn.pool().clone();
    pool.connections.set_metric_callback(report);
    Arc::new(Conn::new(pool, Session::Read))
}

#[cfg(feature = "testing")]
impl Db {
    /// Keeps all statements, for tests of their plans.
    pub fn recorded(mut self) -> (Self, Arc<Mutex<Vec<Statement>>>) {
        let statements: Arc<Mutex<Vec<Statement>>> = Arc::default();
        let keep = |kept: Arc<Mutex<Vec<Statement>>>| {
            move |info: &Info<'_>| {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push(info.statement.clone());
            }
        };
        self.observe_batches(Arc::new(keep(Arc::clone(&statements))));
        self.read = observe_reads(&self.read, keep(Arc::clone(&statements)));
        let connections = &mut self.write.connections;
        connections.set_metric_callback(keep(Arc::clone(&statements)));
        (self, statements)
    }
}
