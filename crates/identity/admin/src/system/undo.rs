//! Undo of a change that the audit log records, by the operation for such a change.

use doorward_config::Config;
use doorward_rules::undo::{Reversal, UndoObstacle, undo};

use crate::audit_log;
use crate::prelude::*;
use crate::undo_object::UndoObject;

#[derive(Debug)]
pub struct UndoPreview {
    pub object: String,
    /// The members with their values now and after the undo; null for an absent one.
    pub values: Vec<(String, Value, Value)>,
    pub version: String,
}

/// Returns an event with what its undo would change, or the reason why it cannot be undone.
#[boxed(?Send)]
pub async fn preview(
    context: &AdminContext<'_>,
    config: &Config,
    event: &str,
) -> Result<(AuditEvent, Result<UndoPreview, UndoObstacle>)> {
    let event = audit_log::get(context, event).await?.event;
    let reversal = match undo(&event, context.now()) {
        Ok(reversal) => reversal,
        Err(obstacle) => return Ok((event, Err(obstacle))),
    };
    let found = find(context, config, &reversal).await?;
    let preview = found.map(|object| UndoPreview {
        object: object.name(),
        version: object.version(),
        values: reversal
            .values
            .into_iter()
            .map(|value| (value.name, value.after, value.before))
            .collect(),
    });
    Ok((event, preview))
}

/// Returns true if the administrator has the permission to undo an event; the object is not read. An error
/// is the reason why the event cannot be undone, whatever the present state is.
pub fn is_permitted(context: &AdminContext<'_>, event: &AuditEvent) -> Result<bool, UndoObstacle> {
    let reversal = undo(event, context.now())?;
    Ok(context.need(reversal.target.permission()).is_ok())
}

/// Undoes a change by the operation for such a change, which checks the same rights. Its event names this
/// one. Fails with [`AdminError::Changed`] if the object does not have the values after the event.
#[boxed(?Send)]
pub async fn run(context: &AdminContext<'_>, config: &Config, event: &str) -> Result<()> {
    let event = audit_log::get(context, event).await?.event;
    let reversal = undo(&event, context.now()).map_err(to_error)?;
    let object = find(context, config, &reversal).await?.map_err(to_error)?;
    let version = object.version();
    context.check_version(&version)?;
    let version = object.has_version().then_some(version);
    let own = context.for_undo(event.id, version.as_deref());
    match Box::pin(object.restore(&own, config, &reversal)).await {
        Err(AdminError::NotFound { .. }) => Err(to_error(UndoObstacle::Gone)),
        result => result,
    }
}

async fn find(
    context: &AdminContext<'_>,
    config: &Config,
    reversal: &Reversal,
) -> Result<Result<UndoObject, UndoObstacle>> {
    context.need(reversal.target.permission())?;
    let object = match UndoObject::find(context, &reversal.target).await {
        Err(AdminError::NotFound { .. }) => return Ok(Err(UndoObstacle::Gone)),
        found => found?,
    };
    if let Err(obstacle) = reversal.check(&object.details()) {
        return Ok(Err(obstacle));
    }
    match object.can_restore(context, config, reversal).await {
        Ok(true) => Ok(Ok(object)),
        Ok(false) | Err(AdminError::Invalid { .. }) => Ok(Err(UndoObstacle::Incomplete)),
        Err(AdminError::NotFound { .. }) => Ok(Err(UndoObstacle::Gone)),
        Err(error) => Err(error),
    }
}

fn to_error(obstacle: UndoObstacle) -> AdminError {
    match obstacle {
        UndoObstacle::Changed => AdminError::Changed,
        obstacle => AdminError::invalid("id", obstacle.sentence()),
    }
}
